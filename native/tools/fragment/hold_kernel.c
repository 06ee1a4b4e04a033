// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "hold.h"

enum {
	PAGE = 4096,
	TABLE_SPAN = 2 << 20,		/* what one page of page table entries maps */
	TABLES_AT_ONCE = 512,
	MESSAGE = PAGE - 48,		/* with the kernel's header it is an object of a page, from a slab (ipc/msgutil.c) */
	QUEUE_MESSAGES = 4096,
	PIPE_PAGES = 256,		/* 1 MiB: what a pipe may have without a privilege */
};

/* An address range of which one page each 2 MiB is read. Page tables of its own: pieces do not share one. */
bool hold_tables_take(uint64_t pages)
{
	static char *range;
	static uint64_t used = TABLES_AT_ONCE;

	for (; pages; pages--) {
		if (used == TABLES_AT_ONCE) {
			/* One more, so that an aligned part of it has so many */
			range = mmap(NULL, (size_t)(TABLES_AT_ONCE + 1) * TABLE_SPAN, PROT_READ,
				     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
			if (range == MAP_FAILED)
				return false;
			if (madvise(range, (size_t)(TABLES_AT_ONCE + 1) * TABLE_SPAN, MADV_NOHUGEPAGE) && errno != EINVAL)
				return false;
			if (madvise(range, (size_t)(TABLES_AT_ONCE + 1) * TABLE_SPAN, MADV_DONTFORK))
				return false;
			range += -(uintptr_t)range % TABLE_SPAN;
			used = 0;
		}
		if (madvise(range + used++ * TABLE_SPAN, PAGE, MADV_POPULATE_READ))
			return false;
	}
	return true;
}

/* No name is left, so that it goes with the process. The limits are root's to raise. */
static mqd_t new_queue(void)
{
	struct mq_attr attributes = { .mq_maxmsg = QUEUE_MESSAGES, .mq_msgsize = MESSAGE };
	struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
	char name[64];
	mqd_t queue;

	setrlimit(RLIMIT_MSGQUEUE, &all);
	snprintf(name, sizeof(name), "/fragment-%d", getpid());
	queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL | O_NONBLOCK | O_CLOEXEC, 0600, &attributes);
	if (queue != (mqd_t)-1)
		mq_unlink(name);
	return queue;
}

bool hold_slab_take(uint64_t pages)
{
	static const char message[MESSAGE];
	static mqd_t queue;
	static uint64_t room;

	for (; pages; pages--, room--) {
		if (!room) {
			queue = new_queue();
			if (queue == (mqd_t)-1)
				return false;
			room = QUEUE_MESSAGES;
		}
		if (mq_send(queue, message, MESSAGE, 0))
			return false;
	}
	return true;
}

bool hold_pipe_take(uint64_t pages)
{
	static const char page[PAGE];
	static int ends[2];
	static uint64_t room;

	for (; pages; pages--, room--) {
		if (!room) {
			if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) || fcntl(ends[1], F_SETPIPE_SZ, PIPE_PAGES * PAGE) < 0)
				return false;
			room = PIPE_PAGES;
		}
		if (write(ends[1], page, PAGE) != PAGE)
			return false;
	}
	return true;
}
