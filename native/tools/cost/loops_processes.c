// SPDX-License-Identifier: Apache-2.0
/* fork, exec and exit. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loop.h"

static bool wait_for(pid_t pid)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return false;
	if (status)
		errno = ECHILD;
	return !status;
}

static bool fork_once(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	return wait_for(pid);
}

/* Many VMAs: each is looked at. And pages in them: each is shared. */
static bool prepare_large(void)
{
	enum { AREAS = 200, PAGES = 4 };
	char *p = loop_map(AREAS * PAGES, MAP_POPULATE);

	for (int i = 0; p && i < AREAS; i += 2) {
		if (mprotect(p + i * PAGES * LOOP_PAGE, PAGES * LOOP_PAGE, PROT_READ))
			return false;
	}
	return p;
}

/* The child writes, so that pages are copied. */
static bool fork_and_write(void)
{
	enum { PAGES = 64 };
	static char *p;
	pid_t pid;

	if (!p)
		p = loop_map(PAGES, MAP_POPULATE);
	if (!p)
		return false;
	pid = fork();
	if (!pid) {
		loop_touch(p, PAGES);
		_exit(0);
	}
	return wait_for(pid);
}

static bool spawn(int how)
{
	pid_t pid = how ? vfork() : fork();

	if (!pid) {
		execl("/dev/shm/cost-nothing", "cost", "nothing", NULL);
		_exit(1);
	}
	return wait_for(pid);
}

/* This program, from memory: a file system of the host would have the guest wait. */
static bool prepare_program(void)
{
	int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int to = open("/dev/shm/cost-nothing", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	struct stat status;
	bool copied;

	if (from < 0 || to < 0 || fstat(from, &status))
		return false;
	copied = sendfile(to, from, NULL, (size_t)status.st_size) == status.st_size;
	close(from);
	close(to);
	return copied;
}

static bool fork_exec(void)
{
	return spawn(0);
}

static bool vfork_exec(void)
{
	return spawn(1);
}

const struct loop loops_of_processes[] = {
	{ "fork, exit, wait", NULL, fork_once, 0 },
	{ "fork, child writes", NULL, fork_and_write, 0 },
	{ "fork and exec", prepare_program, fork_exec, 0 },
	{ "vfork and exec", prepare_program, vfork_exec, 0 },
	{ "fork of 200 VMAs", prepare_large, fork_once, 0 },
	{ NULL, NULL, NULL, 0 }
};
