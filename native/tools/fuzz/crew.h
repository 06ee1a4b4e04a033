/* SPDX-License-Identifier: Apache-2.0 */
/* The controller's side of the workers: start, command, wait with a limit, end, and see what the kernel tells of each. */
#ifndef FUZZ_CREW_H
#define FUZZ_CREW_H

#include <pthread.h>
#include <sys/types.h>

#include "worker.h"

struct member {
	pid_t pid;	/* 0: none */
	int pidfd, pagemap, memory, status;
};

struct crew {
	struct arena *arena;
	struct member member[MAX_PROCESSES];
	/* Held by whoever looks at the model or the crew; not while a worker works. See race.c. */
	pthread_mutex_t lock;
};

/* How long a command may take before it counts as hanging. */
extern unsigned int crew_patience_seconds;

void crew_open(struct crew *crew);
void crew_close(struct crew *crew);

/* The first worker, as user @uid if that is not 0. */
const char *crew_start(struct crew *crew, uid_t uid);

/* Worker @parent makes worker @child. The reply tells the pid or the error. */
const char *crew_fork(struct crew *crew, unsigned int parent, unsigned int child, struct reply *reply);

/* The command is in the slot; do it and copy the reply. A worker that dies or hangs is a failure. */
const char *crew_do(struct crew *crew, unsigned int who, struct reply *reply);

const char *crew_call(struct crew *crew, unsigned int who, struct reply *reply, long number, uint64_t a, uint64_t b,
		      uint64_t c, uint64_t d, uint64_t e, uint64_t f);

/* Starts what is in the slot without waiting for it; for a worker that is killed meanwhile. */
void crew_begin(struct crew *crew, unsigned int who);

/* Asks it to exit, or kills it, and waits until it is gone. */
const char *crew_end(struct crew *crew, unsigned int who, bool kill);

static inline struct slot *crew_slot(struct crew *crew, unsigned int who)
{
	return &crew->arena->slot[who];
}

#endif
