// SPDX-License-Identifier: Apache-2.0
#include "crew.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fail.h"

unsigned int crew_patience_seconds = 60;

void crew_open(struct crew *crew)
{
	unsigned int i;

	memset(crew, 0, sizeof(*crew));
	pthread_mutex_init(&crew->lock, NULL);
	crew->arena = mmap(NULL, sizeof(*crew->arena), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (crew->arena == MAP_FAILED)
		abort();
	crew->arena->controller = getpid();
	for (i = 0; i < MAX_PROCESSES; i++) {
		crew->arena->go[i] = eventfd(0, 0);
		crew->arena->done[i] = eventfd(0, 0);
		if (crew->arena->go[i] < 0 || crew->arena->done[i] < 0)
			abort();
	}
}

void crew_close(struct crew *crew)
{
	unsigned int i;

	for (i = 0; i < MAX_PROCESSES; i++) {
		if (crew->member[i].pid)
			crew_end(crew, i, true);
		close(crew->arena->go[i]);
		close(crew->arena->done[i]);
	}
	munmap(crew->arena, sizeof(*crew->arena));
	pthread_mutex_destroy(&crew->lock);
}

static int open_of(pid_t pid, const char *name, int flags)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return open(path, flags | O_CLOEXEC);
}

static const char *admit(struct crew *crew, unsigned int who, pid_t pid)
{
	struct member *member = &crew->member[who];

	member->pid = pid;
	member->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	member->pagemap = open_of(pid, "pagemap", O_RDONLY);
	member->memory = open_of(pid, "mem", O_RDONLY);
	member->status = open_of(pid, "status", O_RDONLY);
	if (member->pidfd < 0 || member->pagemap < 0 || member->memory < 0 || member->status < 0)
		return fail("worker %u (pid %d) can not be watched: %s", who, pid, strerror(errno));
	return NULL;
}

/* Ends the worker if it fails: it must not go on as root. */
static void become(uid_t uid)
{
	if (setgroups(0, NULL) || setresgid(uid, uid, uid) || setresuid(uid, uid, uid))
		_exit(1);
	prctl(PR_SET_DUMPABLE, 1);
}

const char *crew_start(struct crew *crew, uid_t uid)
{
	struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	struct reply reply;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return fail("fork: %s", strerror(errno));
	if (!pid) {
		setrlimit(RLIMIT_MEMLOCK, &unlimited);
		if (uid)
			become(uid);
		worker_main(crew->arena, 0);
	}
	TRY(admit(crew, 0, pid));
	/* It has become who it shall be when it answers. */
	return crew_call(crew, 0, &reply, SYS_getpid, 0, 0, 0, 0, 0, 0);
}

const char *crew_fork(struct crew *crew, unsigned int parent, unsigned int child, struct reply *reply)
{
	struct slot *slot = crew_slot(crew, parent);

	slot->command = (struct command){ .kind = DO_FORK, .arg = { child } };
	TRY(crew_do(crew, parent, reply));
	return reply->error ? NULL : admit(crew, child, (pid_t)reply->value);
}

static const char *death(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		return "of nothing known";
	if (WIFSIGNALED(status))
		return fail("of signal %d", WTERMSIG(status));
	return fail("with status %d", WEXITSTATUS(status));
}

static void dismiss(struct member *member)
{
	close(member->pidfd);
	close(member->pagemap);
	close(member->memory);
	close(member->status);
	member->pid = 0;
}

void crew_begin(struct crew *crew, unsigned int who)
{
	uint64_t count = 1;

	if (write(crew->arena->go[who], &count, sizeof(count)) != sizeof(count))
		abort();
}

/* With all that is known about where it is. */
static const char *hangs(struct crew *crew, unsigned int who)
{
	const struct command *command = &crew_slot(crew, who)->command;
	char call[256] = "", stack[800] = "";
	int fd;

	fd = open_of(crew->member[who].pid, "syscall", O_RDONLY);
	if (fd >= 0) {
		if (read(fd, call, sizeof(call) - 1) > 0)
			call[strcspn(call, "\n")] = '\0';
		close(fd);
	}
	fd = open_of(crew->member[who].pid, "stack", O_RDONLY);
	if (fd >= 0) {
		if (read(fd, stack, sizeof(stack) - 1) < 0)
			stack[0] = '\0';
		close(fd);
	}
	for (char *c = stack; *c; c++) {
		if (*c == '\n')
			*c = ';';
	}
	return fail("p%u (pid %d) hangs, no answer within %u seconds: command %d, system call %ld(%#lx, %#lx, %#lx, %#lx); /proc/PID/syscall: %s; stack: %s",
		    who, crew->member[who].pid, crew_patience_seconds, command->kind, command->number, command->arg[0],
		    command->arg[1], command->arg[2], command->arg[3], call, stack);
}

const char *crew_do(struct crew *crew, unsigned int who, struct reply *reply)
{
	struct member *member = &crew->member[who];
	struct pollfd fds[2] = {
		{ .fd = crew->arena->done[who], .events = POLLIN },
		{ .fd = member->pidfd, .events = POLLIN },
	};
	uint64_t count;
	int ready;

	crew_begin(crew, who);
	pthread_mutex_unlock(&crew->lock);
	do {
		ready = poll(fds, 2, (int)crew_patience_seconds * 1000);
	} while (ready < 0 && errno == EINTR);
	pthread_mutex_lock(&crew->lock);
	if (!ready)
		return hangs(crew, who);
	if (!(fds[0].revents & POLLIN)) {
		const char *how = death(member->pid);

		dismiss(member);
		return fail("worker %u died %s", who, how);
	}
	if (read(fds[0].fd, &count, sizeof(count)) != sizeof(count))
		abort();
	*reply = crew_slot(crew, who)->reply;
	return NULL;
}

const char *crew_call(struct crew *crew, unsigned int who, struct reply *reply, long number, uint64_t a, uint64_t b,
		      uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	crew_slot(crew, who)->command = (struct command){
		.kind = DO_CALL, .number = number, .arg = { a, b, c, d, e, f },
	};
	return crew_do(crew, who, reply);
}

const char *crew_end(struct crew *crew, unsigned int who, bool kill_it)
{
	struct member *member = &crew->member[who];
	struct pollfd gone = { .fd = member->pidfd, .events = POLLIN };
	uint64_t count;
	int status;

	if (kill_it) {
		kill(member->pid, SIGKILL);
	} else {
		crew_slot(crew, who)->command.kind = DO_EXIT;
		crew_begin(crew, who);
	}
	if (poll(&gone, 1, (int)crew_patience_seconds * 1000) != 1)
		return fail("worker %u (pid %d) does not end after %s", who, member->pid,
			    kill_it ? "SIGKILL" : "exit");
	waitpid(member->pid, &status, 0);
	dismiss(member);
	/* What it did not read, or answered and nobody read, is not for its successor. */
	fcntl(crew->arena->go[who], F_SETFL, O_NONBLOCK);
	fcntl(crew->arena->done[who], F_SETFL, O_NONBLOCK);
	while (read(crew->arena->go[who], &count, sizeof(count)) > 0 ||
	       read(crew->arena->done[who], &count, sizeof(count)) > 0)
		;
	fcntl(crew->arena->go[who], F_SETFL, 0);
	fcntl(crew->arena->done[who], F_SETFL, 0);
	return NULL;
}
