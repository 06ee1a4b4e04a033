// SPDX-License-Identifier: Apache-2.0
#include "worker.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "broken.h"

#define WORDS	(PAGE / sizeof(uint64_t))

static sigjmp_buf fault;
static volatile sig_atomic_t in_command;

static void on_fault(int signal)
{
	if (!in_command)
		_exit(ENDED_BY_FAULT);
	siglongjmp(fault, signal);
}

static uint64_t last_word(uint64_t stamp)
{
	return stamp * 0x9e3779b97f4a7c15u;
}

void page_stamp(void *page, uint64_t stamp)
{
	volatile uint64_t *word = page;

	word[0] = stamp;
	word[WORDS - 1] = last_word(stamp);
}

bool page_is(const void *page, uint64_t stamp, bool whole, struct reply *reply)
{
	const volatile uint64_t *word = page;
	size_t i;

	for (i = 0; i < WORDS; i += whole ? 1 : WORDS - 1) {
		uint64_t expected = i ? i == WORDS - 1 ? last_word(stamp) : 0 : stamp;

		if (word[i] != expected) {
			reply->bad.word = i;
			reply->bad.expected = expected;
			reply->bad.found = word[i];
			return false;
		}
	}
	return true;
}

/* A misdeed: an ordinary page in the place of the second one, with the same content. */
static void replace_second_page(uint64_t addr, int prot)
{
	char *page = (char *)addr + PAGE, copy[PAGE];

	memcpy(copy, page, PAGE);
	if (mmap(page, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_LOCKED, -1,
		 0) == MAP_FAILED)
		return;
	memcpy(page, copy, PAGE);
	mprotect(page, PAGE, prot);
}

static void do_call(const struct command *command, struct reply *reply)
{
	const uint64_t *arg = command->arg;
	uint64_t length = arg[1];

	if (command->number == SYS_munmap && length > PAGE && broken("leak"))
		length -= PAGE;
	reply->value = syscall(command->number, arg[0], length, arg[2], arg[3], arg[4], arg[5]);
	reply->error = reply->value == -1 ? errno : 0;
	if (command->number == SYS_mprotect && !reply->error && length > PAGE && arg[2] & PROT_READ && broken("pfn"))
		replace_second_page(arg[0], (int)arg[2]);
}

static void do_store(const struct slot *slot)
{
	const uint64_t *arg = slot->command.arg;
	size_t i;

	for (i = 0; i < arg[1]; i++) {
		if (i == 1 && broken("bytes"))
			continue;
		page_stamp((char *)arg[0] + i * PAGE, slot->stamp[i]);
	}
}

static void do_verify(struct slot *slot)
{
	const uint64_t *arg = slot->command.arg;
	size_t i;

	for (i = 0; i < arg[1]; i++) {
		slot->reply.bad.page = i;	/* also what a fault was about */
		if (!page_is((char *)arg[0] + i * PAGE, slot->stamp[i], arg[2], &slot->reply)) {
			slot->reply.value = 1;
			return;
		}
	}
}

/* One read by the ring, out of a pipe into its registered buffer. */
static int ring_read_fixed(int ring, const struct io_uring_params *params, int pipe_end, uint64_t addr)
{
	size_t submission = params->sq_off.array + params->sq_entries * sizeof(unsigned int);
	size_t completion = params->cq_off.cqes + params->cq_entries * sizeof(struct io_uring_cqe);
	size_t rings = submission > completion ? submission : completion;
	size_t entries = params->sq_entries * sizeof(struct io_uring_sqe);
	char *queue = mmap(NULL, rings, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
	struct io_uring_sqe *entry = mmap(NULL, entries, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);
	unsigned int *tail, *head, slot;
	int result;

	if (queue == MAP_FAILED || entry == MAP_FAILED)
		return -errno;
	tail = (unsigned int *)(queue + params->sq_off.tail);
	slot = *tail & *(unsigned int *)(queue + params->sq_off.ring_mask);
	memset(&entry[slot], 0, sizeof(*entry));
	entry[slot].opcode = IORING_OP_READ_FIXED;
	entry[slot].fd = pipe_end;
	entry[slot].addr = addr;
	entry[slot].len = PAGE;
	entry[slot].off = (uint64_t)-1;
	((unsigned int *)(queue + params->sq_off.array))[slot] = slot;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) != 1) {
		result = -errno;
	} else {
		struct io_uring_cqe *done = (struct io_uring_cqe *)(queue + params->cq_off.cqes);

		head = (unsigned int *)(queue + params->cq_off.head);
		result = done[*head & *(unsigned int *)(queue + params->cq_off.ring_mask)].res;
		__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	}
	munmap(queue, rings);
	munmap(entry, entries);
	return result;
}

static void do_device(struct slot *slot)
{
	const uint64_t *arg = slot->command.arg;
	static char page[PAGE];
	int ends[2], result;

	memset(page, 0, sizeof(page));
	page_stamp(page, arg[2]);
	if (pipe(ends)) {
		slot->reply.error = errno;
		return;
	}
	result = write(ends[1], page, PAGE) == PAGE ?
		 ring_read_fixed((int)arg[0], &slot->ring[arg[3]], ends[0], arg[1]) : -EIO;
	close(ends[0]);
	close(ends[1]);
	slot->reply.value = result;
	slot->reply.error = result < 0 ? -result : 0;
}

static void do_command(struct slot *slot)
{
	int signal = sigsetjmp(fault, 1);

	if (signal) {
		in_command = 0;
		slot->reply.value = -1;
		slot->reply.signal = signal;
		return;
	}
	in_command = 1;
	switch (slot->command.kind) {
	case DO_CALL:
		do_call(&slot->command, &slot->reply);
		break;
	case DO_STORE:
		do_store(slot);
		break;
	case DO_VERIFY:
		do_verify(slot);
		break;
	case DO_DEVICE:
		do_device(slot);
		break;
	case DO_EXIT:
		_exit(0);
	case DO_FORK:
		break;
	}
	in_command = 0;
}

static void die_with_controller(const struct arena *arena)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != arena->controller)
		_exit(ENDED_ORPHAN);
}

_Noreturn void worker_main(struct arena *arena, unsigned int number)
{
	struct sigaction action = { .sa_handler = on_fault };
	uint64_t count = 1;

	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	die_with_controller(arena);
	for (;;) {
		struct slot *slot = &arena->slot[number];

		if (read(arena->go[number], &count, sizeof(count)) != sizeof(count))
			_exit(ENDED_NO_COMMAND);
		memset(&slot->reply, 0, sizeof(slot->reply));
		if (slot->command.kind == DO_FORK) {
			/* Read now: the parent may be at its next command before the child runs. */
			unsigned int child = (unsigned int)slot->command.arg[0];
			/* A sibling, not a child: the controller waits for all of them. */
			long pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);

			if (!pid) {
				number = child;
				die_with_controller(arena);
				continue;
			}
			slot->reply.value = pid;
			slot->reply.error = pid < 0 ? errno : 0;
		} else {
			do_command(slot);
		}
		count = 1;
		if (write(arena->done[number], &count, sizeof(count)) != sizeof(count))
			_exit(ENDED_NO_REPLY);
	}
}
