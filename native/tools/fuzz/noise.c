// SPDX-License-Identifier: Apache-2.0
#include "noise.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHUNK	(8ul << 20)
#define CHUNKS	12

/* Every second page of each chunk, so that what is free is in pieces and what is not can be moved. */
static void *take(unsigned int turn)
{
	char *chunk = mmap(NULL, CHUNK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t at;

	if (chunk == MAP_FAILED)
		return NULL;
	for (at = turn % 2 * 4096; at < CHUNK; at += 8192)
		chunk[at] = 1;
	return chunk;
}

static void compact(void)
{
	int fd = open("/proc/sys/vm/compact_memory", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, "1", 1) != 1)
		perror("compact_memory");
	close(fd);
}

static void look(unsigned int turn)
{
	static uint64_t flags[4096];
	int fd = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (pread(fd, flags, sizeof(flags), (off_t)(turn % 256 * sizeof(flags))) < 0)
		perror("kpageflags");
	close(fd);
}

static _Noreturn void make_noise(pid_t parent)
{
	void *chunk[CHUNKS] = { NULL };
	unsigned int turn;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	for (turn = 0;; turn++) {
		void **one = &chunk[turn * 7 % CHUNKS];

		if (*one)
			munmap(*one, CHUNK);
		*one = take(turn);
		look(turn);
		if (turn % 16 == 15)
			compact();
		usleep(5000);
	}
}

pid_t noise_start(void)
{
	pid_t parent = getpid(), pid;

	fflush(NULL);
	pid = fork();
	if (!pid)
		make_noise(parent);
	return pid;
}

void noise_stop(pid_t pid)
{
	if (pid <= 0)
		return;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}
