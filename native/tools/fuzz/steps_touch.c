// SPDX-License-Identifier: Apache-2.0
/* Writes, and what others do to the memory (C10). */
#include "steps.h"

#include <fcntl.h>
#include <linux/mempolicy.h>
#include <sys/uio.h>

#define MOST_STORED 64

static void new_stamps(struct run *run, struct part *part, uint64_t *stamp)
{
	size_t i;

	for (i = 0; i < part->pages; i++) {
		stamp[i] = new_stamp(run);
		part->segment->mem->stamp[part->segment->off + part->off + i] = stamp[i];
	}
}

const char *step_store(struct run *run, const struct op *op, unsigned int who)
{
	struct slot *slot = crew_slot(&run->crew, who);
	struct reply reply;
	struct part part;

	if (!part_of(run, op, who, &part) || !(part.segment->prot & PROT_WRITE))
		return nothing_to_do(run);
	if (part.pages > MOST_STORED)
		part.pages = MOST_STORED;
	new_stamps(run, &part, slot->stamp);
	slot->command = (struct command){ .kind = DO_STORE, .arg = { part.start, part.pages } };
	tell(run, "p%u: store %zu pages at %#lx (m%u)", who, part.pages, part.start, part.segment->mem->number);
	TRY(crew_do(&run->crew, who, &reply));
	if (reply.signal)
		return fail("p%u: signal %d when %zu pages at %#lx were written", who, reply.signal, part.pages,
			    part.start);
	return check_region(run, who, part.start, part.pages, true);
}

/* C12: process_vm_writev() from outside, which may write what its owner may. */
const char *step_poke(struct run *run, const struct op *op, unsigned int who)
{
	static _Thread_local char page[PAGE];
	struct iovec local = { page, PAGE }, remote;
	struct part part;
	uint64_t stamp = new_stamp(run);
	ssize_t n;

	if (!part_of(run, op, who, &part))
		return nothing_to_do(run);
	part.pages = 1;
	remote = (struct iovec){ (void *)part.start, PAGE };
	page_stamp(page, stamp);
	n = process_vm_writev(run->crew.member[who].pid, &local, 1, &remote, 1, 0);
	tell(run, "process_vm_writev(p%u, %#lx) = %zd %s", who, part.start, n, n < 0 ? error_name(errno) : "");
	if (part.segment->prot & PROT_WRITE) {
		if (n != (ssize_t)PAGE)
			return fail("C12: process_vm_writev to p%u at %#lx: %s", who, part.start,
				    n < 0 ? error_name(errno) : "short");
		part.segment->mem->stamp[part.segment->off + part.off] = stamp;
	} else if (n >= 0 || errno != EFAULT) {
		return fail("errno: process_vm_writev to p%u at %#lx: expected EFAULT, got %s", who, part.start,
			    n < 0 ? error_name(errno) : "success");
	}
	return check_region(run, who, part.start, 1, true);
}

static const char *write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return good ? NULL : fail("%s: '%s' could not be written: %s", path, text, strerror(errno));
}

const char *step_clear_refs(struct run *run, const struct op *op, unsigned int who)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/clear_refs", run->crew.member[who].pid);
	if (op->how % 4 && !run->kernel->soft_dirty)
		return nothing_to_do(run);
	tell(run, "p%u: clear_refs %s", who, op->how % 4 ? "4" : "1");
	return write_text(path, op->how % 4 ? "4" : "1");
}

const char *step_compact(struct run *run, const struct op *op, unsigned int who)
{
	(void)op;
	(void)who;
	tell(run, "compact_memory");
	return write_text("/proc/sys/vm/compact_memory", "1");
}

const char *step_move_pages(struct run *run, const struct op *op, unsigned int who)
{
	struct slot *slot = crew_slot(&run->crew, who);
	uint64_t *address = (uint64_t *)slot->scratch;
	int *node = (int *)(slot->scratch + 2048), *status = (int *)(slot->scratch + 4096);
	struct reply reply;
	struct part part;
	size_t i, n;

	if (!part_of(run, op, who, &part))
		return nothing_to_do(run);
	n = part.pages < 16 ? part.pages : 16;
	for (i = 0; i < n; i++) {
		address[i] = part.start + i * PAGE;
		node[i] = (int)(op->extra & 1);
		status[i] = 0;
	}
	TRY(crew_call(&run->crew, who, &reply, SYS_move_pages, 0, n, (uint64_t)address, (uint64_t)node,
		      (uint64_t)status, MPOL_MF_MOVE));
	tell(run, "p%u: move_pages(%zu at %#lx, node %u) = %ld %s", who, n, part.start, op->extra & 1, reply.value,
	     reply.error ? error_name(reply.error) : "");
	return check_region(run, who, part.start, part.pages, false);
}

const char *step_mbind(struct run *run, const struct op *op, unsigned int who)
{
	struct slot *slot = crew_slot(&run->crew, who);
	uint64_t *nodes = (uint64_t *)slot->scratch;
	struct reply reply;
	struct part part;

	if (!part_of(run, op, who, &part))
		return nothing_to_do(run);
	cut(&part);	/* a policy splits mappings, and taking it back need not join them */
	*nodes = 1ul << (op->extra & 1);
	TRY(crew_call(&run->crew, who, &reply, SYS_mbind, part.start, part.pages * PAGE, MPOL_PREFERRED,
		      (uint64_t)nodes, 64, MPOL_MF_MOVE | (op->how & 1 ? MPOL_MF_STRICT : 0)));
	tell(run, "p%u: mbind(%#lx, %zu pages, node %u) = %ld %s", who, part.start, part.pages, op->extra & 1,
	     reply.value, reply.error ? error_name(reply.error) : "");
	TRY(call(run, who, 0, &reply, "mbind (DEFAULT)", SYS_mbind, part.start, part.pages * PAGE, MPOL_DEFAULT, 0, 0,
		 0));
	return check_region(run, who, part.start, part.pages, false);
}

const char *step_msync(struct run *run, const struct op *op, unsigned int who)
{
	static const int all[] = { MS_ASYNC, MS_SYNC, MS_INVALIDATE | MS_SYNC, MS_INVALIDATE };
	int flags = all[op->how % 4], error = 0;
	struct reply reply;
	struct part part;

	if (!part_of(run, op, who, &part))
		return nothing_to_do(run);
	if (flags & MS_INVALIDATE && part.segment->locked)
		error = EBUSY;
	TRY(call(run, who, error, &reply, "msync", SYS_msync, part.start, part.pages * PAGE, (uint64_t)flags, 0, 0, 0));
	return check_region(run, who, part.start, part.pages, false);
}
