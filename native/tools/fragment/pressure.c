// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../common/random.h"
#include "pressure.h"
#include "sparse.h"

enum { PAGE = 4096, PIECE = 1 << 20, FILE_PIECES = 32, HEAP = 4 << 20, PINNED = 64 * PAGE, PAUSE = 2000, PIN = 5000 };

static struct {
	struct random	random;
	int		file;
	char		*heap;
} busy;

static void read_file(void)
{
	const uint64_t read = random_below(&busy.random, FILE_PIECES), drop = random_below(&busy.random, FILE_PIECES);

	posix_fadvise(busy.file, (off_t)(drop * PIECE), PIECE, POSIX_FADV_DONTNEED);
	sparse_read(busy.file, read * PIECE, PIECE);
}

/* The child writes to a quarter of what it shares, which is copied for it. */
static void fork_once(void)
{
	const size_t at = random_below(&busy.random, 4) * (HEAP / 4);
	pid_t child = fork();

	if (!child) {
		memset(busy.heap + at, 1, HEAP / 4);
		_exit(0);
	}
	if (child > 0)
		waitpid(child, NULL, 0);
}

static char *take(size_t bytes)
{
	char *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static void take_and_give_back(void)
{
	const size_t bytes = (1 + random_below(&busy.random, PIECE / PAGE)) * PAGE;
	char *p = take(bytes);

	if (p)
		munmap(p, bytes);
}

/* Pages in a pipe are pinned until they are read. */
static void pin_shortly(void)
{
	struct iovec pages = { take(PINNED), PINNED };
	int ends[2];

	if (!pages.iov_base)
		return;
	if (!pipe2(ends, O_CLOEXEC | O_NONBLOCK)) {
		if (vmsplice(ends[1], &pages, 1, SPLICE_F_NONBLOCK) > 0)
			usleep(PIN);
		close(ends[0]);
		close(ends[1]);
	}
	munmap(pages.iov_base, PINNED);
}

static _Noreturn void go_on(pid_t parent)
{
	static void (* const steps[])(void) = { read_file, fork_once, take_and_give_back, pin_shortly };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	for (;;) {
		steps[random_below(&busy.random, sizeof(steps) / sizeof(steps[0]))]();
		usleep(PAUSE);
	}
}

bool pressure_start(uint64_t seed, const char *folder)
{
	pid_t parent = getpid(), child;

	busy.random = random_seeded(seed);
	busy.heap = take(HEAP);
	if (!busy.heap)
		return false;
	busy.file = sparse_open(folder, (uint64_t)FILE_PIECES * PIECE);
	if (busy.file < 0)
		return false;
	child = fork();
	if (!child)
		go_on(parent);
	return child > 0;
}
