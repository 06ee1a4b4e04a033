// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "serve.h"

enum { COULD_NOT_RUN = 126, NOT_FOUND = 127, SIGNALLED = 128 };

static void answer_requests(const struct target *target, FILE *requests, FILE *answers)
{
	char line[64];

	while (fgets(line, sizeof(line), requests)) {
		const char *answer = "done";

		if (strcmp(line, "again\n")) {
			fprintf(stderr, "fragment: a request is 'again', not '%.*s'\n", (int)strcspn(line, "\n"), line);
			answer = "failed";
		} else if (!arrange_again(target)) {
			answer = "failed";
		}
		fprintf(answers, "%s\n", answer);
		fflush(answers);
	}
}

static _Noreturn void run(char **command, int requests, pid_t parent)
{
	char number[16];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(COULD_NOT_RUN);
	snprintf(number, sizeof(number), "%d", requests);
	setenv("FRAGMENT", number, 1);
	execvp(command[0], command);
	fprintf(stderr, "fragment: %s can not be run: %s\n", command[0], strerror(errno));
	_exit(errno == ENOENT ? NOT_FOUND : COULD_NOT_RUN);
}

int serve_command(const struct target *target, char **command)
{
	pid_t parent = getpid(), child;
	FILE *requests, *answers;
	int ends[2], status;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)) {
		perror("fragment: socketpair");
		return 1;
	}
	fflush(NULL);
	child = fork();
	if (!child) {
		/* A descriptor that stays open when the command begins */
		run(command, dup(ends[1]), parent);
	}
	close(ends[1]);
	requests = fdopen(ends[0], "r");
	answers = fdopen(dup(ends[0]), "w");
	if (child < 0 || !requests || !answers) {
		perror("fragment: running the command");
		return 1;
	}
	/* The command may end without hearing the answer */
	signal(SIGPIPE, SIG_IGN);
	answer_requests(target, requests, answers);
	if (waitpid(child, &status, 0) != child)
		return 1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : SIGNALLED + WTERMSIG(status);
}

int serve_stdin(const struct target *target)
{
	answer_requests(target, stdin, stdout);
	return 0;
}
