// SPDX-License-Identifier: Apache-2.0
/* Pages that are held by more than their mapping (C12). */
#include "steps.h"

#include <fcntl.h>
#include <sys/uio.h>

static struct pin *free_pin(struct process *process, unsigned int *number)
{
	for (*number = 0; *number < MAX_PINS; ++*number) {
		if (process->pin[*number].kind == PIN_NONE)
			return &process->pin[*number];
	}
	return NULL;
}

/* C12: a long-term pin, as RDMA or VFIO take it, here by a registered buffer of io_uring. */
const char *step_pin(struct run *run, const struct op *op, unsigned int who)
{
	struct slot *slot = crew_slot(&run->crew, who);
	struct iovec *buffer = (struct iovec *)slot->scratch;
	struct io_uring_params *params;
	struct reply reply;
	struct part part;
	unsigned int number;
	struct pin *pin;
	int fd, error;

	if (!part_of(run, op, who, &part) || !(pin = free_pin(part.process, &number)))
		return nothing_to_do(run);
	params = &slot->ring[number];
	memset(params, 0, sizeof(*params));
	TRY(call(run, who, 0, &reply, "io_uring_setup", SYS_io_uring_setup, 2, (uint64_t)params, 0, 0, 0, 0));
	fd = (int)reply.value;
	*buffer = (struct iovec){ (void *)part.start, part.pages * PAGE };
	error = part.segment->prot & PROT_WRITE ? 0 : EFAULT;
	TRY(crew_call(&run->crew, who, &reply, SYS_io_uring_register, (uint64_t)fd, IORING_REGISTER_BUFFERS,
		      (uint64_t)buffer, 1, 0, 0));
	tell(run, "p%u: io_uring_register(%d, BUFFERS, %#lx, %zu pages) = %ld %s", who, fd, part.start, part.pages,
	     reply.value, error_name(reply.error));
	/* io_uring has an account of its own for users with a limit. */
	if (reply.error == ENOMEM && run->uid && part.process->limit != NO_LIMIT)
		error = ENOMEM;
	if (reply.error != error)
		return fail("errno: C12: p%u: pin of %zu pages at %#lx: expected %s, got %s", who, part.pages,
			    part.start, error_name(error), error_name(reply.error));
	if (error)
		return call(run, who, 0, &reply, "close", SYS_close, (uint64_t)fd, 0, 0, 0, 0, 0);
	model_pin(pin, PIN_RING, part.segment, part.off, part.pages);
	pin->fd[0] = fd;
	return check_region(run, who, part.start, part.pages, false);
}

#define PIPE_PAGES 16	/* a pipe's length as it is born */

const char *step_splice(struct run *run, const struct op *op, unsigned int who)
{
	struct slot *slot = crew_slot(&run->crew, who);
	struct iovec *vector = (struct iovec *)slot->scratch;
	int *ends = (int *)(slot->scratch + 4096);
	struct reply reply;
	struct part part;
	unsigned int number;
	struct pin *pin;
	int error, fd[2];

	if (!part_of(run, op, who, &part) || !(pin = free_pin(part.process, &number)))
		return nothing_to_do(run);
	if (part.pages > PIPE_PAGES)
		part.pages = PIPE_PAGES;
	error = part.segment->prot & PROT_READ ? 0 : EFAULT;
	TRY(call(run, who, 0, &reply, "pipe2", SYS_pipe2, (uint64_t)ends, O_NONBLOCK, 0, 0, 0, 0));
	fd[0] = ends[0];
	fd[1] = ends[1];
	*vector = (struct iovec){ (void *)part.start, part.pages * PAGE };
	TRY(call(run, who, error, &reply, "vmsplice", SYS_vmsplice, (uint64_t)fd[1], (uint64_t)vector, 1,
		 SPLICE_F_NONBLOCK, 0, 0));
	if (!error && reply.value != (long)(part.pages * PAGE))
		return fail("C12: p%u: vmsplice took %ld bytes of %zu pages", who, reply.value, part.pages);
	if (error) {
		TRY(call(run, who, 0, &reply, "close", SYS_close, (uint64_t)fd[0], 0, 0, 0, 0, 0));
		return call(run, who, 0, &reply, "close", SYS_close, (uint64_t)fd[1], 0, 0, 0, 0, 0);
	}
	model_pin(pin, PIN_PIPE, part.segment, part.off, part.pages);
	memcpy(pin->fd, fd, sizeof(fd));
	return check_region(run, who, part.start, part.pages, false);
}

static struct pin *used_pin(struct process *process, unsigned int n, unsigned int *number)
{
	unsigned int i, used = 0;

	for (i = 0; i < MAX_PINS; i++)
		used += process->pin[i].kind != PIN_NONE;
	if (!used)
		return NULL;
	n %= used;
	for (i = 0; i < MAX_PINS; i++) {
		if (process->pin[i].kind != PIN_NONE && !n--)
			break;
	}
	*number = i;
	return &process->pin[i];
}

/* The pipe has the very pages, not a copy: what was written since shows, also where the mapping is gone. */
static const char *drain(struct run *run, unsigned int who, const struct pin *pin)
{
	struct slot *slot = crew_slot(&run->crew, who);
	struct reply reply;
	size_t i;

	for (i = 0; i < pin->pages; i++) {
		TRY(call(run, who, 0, &reply, "read", SYS_read, (uint64_t)pin->fd[0], (uint64_t)slot->scratch, PAGE, 0,
			 0, 0));
		if (reply.value != (long)PAGE)
			return fail("p%u: the pipe gave %ld bytes of page %zu", who, reply.value, i);
		if (is_contig(pin->mem) && !page_is(slot->scratch, pin->mem->stamp[pin->off + i], true, &reply))
			return fail("C12: bytes: p%u: page %zu of m%u out of a pipe, byte %zu: expected %#lx, found %#lx",
				    who, pin->off + i, pin->mem->number, reply.bad.word * sizeof(uint64_t),
				    reply.bad.expected, reply.bad.found);
	}
	return NULL;
}

const char *step_unpin(struct run *run, const struct op *op, unsigned int who)
{
	struct process *process = &run->model.process[who];
	struct reply reply;
	unsigned int number;
	struct pin *pin = used_pin(process, op->seg, &number);

	if (!pin)
		return nothing_to_do(run);
	if (pin->kind == PIN_PIPE) {
		TRY(drain(run, who, pin));
		TRY(call(run, who, 0, &reply, "close", SYS_close, (uint64_t)pin->fd[1], 0, 0, 0, 0, 0));
	}
	TRY(call(run, who, 0, &reply, "close", SYS_close, (uint64_t)pin->fd[0], 0, 0, 0, 0, 0));
	model_unpin(&run->model, pin);
	return NULL;
}

/* A device writes into what is pinned, mapped or not. */
const char *step_device(struct run *run, const struct op *op, unsigned int who)
{
	struct process *process = &run->model.process[who];
	struct slot *slot = crew_slot(&run->crew, who);
	struct reply reply;
	unsigned int number, i;
	struct pin *pin = used_pin(process, op->seg, &number);
	uint64_t stamp;
	size_t page;

	if (!pin || pin->kind != PIN_RING || !is_contig(pin->mem))
		return nothing_to_do(run);
	page = op->off % pin->pages;
	stamp = new_stamp(run);
	slot->command = (struct command){
		.kind = DO_DEVICE, .arg = { (uint64_t)pin->fd[0], pin->addr + page * PAGE, stamp, number },
	};
	TRY(crew_do(&run->crew, who, &reply));
	tell(run, "p%u: READ_FIXED into page %zu of m%u = %ld", who, pin->off + page, pin->mem->number, reply.value);
	if (reply.value != (long)PAGE)
		return fail("errno: C12: p%u: a device's write into pinned page %zu of m%u: %ld, %s", who,
			    pin->off + page, pin->mem->number, reply.value, error_name(reply.error));
	pin->mem->stamp[pin->off + page] = stamp;
	for (i = 0; i < process->count; i++) {
		const struct segment *segment = &process->segment[i];

		if (segment->mem == pin->mem && segment->off <= pin->off + page &&
		    pin->off + page < segment->off + segment->pages)
			TRY(check_region(run, who, segment->start + (pin->off + page - segment->off) * PAGE, 1, true));
	}
	return NULL;
}
