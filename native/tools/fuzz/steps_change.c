// SPDX-License-Identifier: Apache-2.0
/* munmap, mremap, mprotect: what becomes of a mapping. */
#include "steps.h"

#include "broken.h"

const char *step_munmap(struct run *run, const struct op *op, unsigned int who)
{
	struct part part;
	struct reply reply;

	if (!part_of(run, op, who, &part))
		return nothing_to_do(run);
	extend(op, &part);
	TRY(call(run, who, 0, &reply, "munmap", SYS_munmap, part.start, part.pages * PAGE, 0, 0, 0, 0));
	if (broken("vmlck") && part.off && part.segment->locked)
		run->forgotten += part.pages;
	model_unmap(&run->model, part.process, part.start, part.pages);
	/* What is left of a huge page that was cut. */
	return check_region(run, who, part.start - 4 * PAGE, part.pages + 8, false);
}

enum mremap_variant { SHRINK, MOVE, GROW, DONTUNMAP, DUPLICATE, MOVE_AND_SHRINK, GROW_FIXED, STAY, MREMAP_VARIANTS };

/* Moves what the model has at the part, of which only @pages are left, to @to. */
static void model_move(struct run *run, struct part *part, uint64_t to, size_t pages)
{
	struct mem *mem = part->segment->mem;
	struct segment moved, *segment;

	mem->mappings++;	/* it is held all the time */
	model_unmap(&run->model, part->process, to, pages);
	model_unmap(&run->model, part->process, part->start + pages * PAGE, part->pages - pages);
	part->pages = pages;
	cut(part);
	moved = *part->segment;
	model_unmap(&run->model, part->process, part->start, pages);
	segment = model_map(part->process, to, pages, mem, moved.off, moved.prot);
	segment->locked = moved.locked;
	segment->dontfork = moved.dontfork;
	segment->wipeonfork = moved.wipeonfork;
	mem->mappings--;
}

static const char *mremap_move(struct run *run, const struct op *op, struct part *part, size_t pages)
{
	uint64_t to = zone_address(op);
	struct reply reply;
	bool overlap = to < part->start + part->pages * PAGE && part->start < to + pages * PAGE;

	if (pages > zone_room(op))
		return nothing_to_do(run);
	TRY(call(run, part->who, overlap ? EINVAL : 0, &reply, "mremap", SYS_mremap, part->start, part->pages * PAGE,
		 pages * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to, 0));
	if (overlap)
		return check_region(run, part->who, part->start, part->pages, false);
	if ((uint64_t)reply.value != to)
		return fail("p%u: mremap moved to %#lx instead of %#lx", part->who, reply.value, to);
	model_move(run, part, to, pages);
	return check_region(run, part->who, to, pages, false);
}

/* C5 for contiguous memory; the copy in a child may grow (C6). */
static const char *mremap_grow(struct run *run, const struct op *op, struct part *part)
{
	size_t pages = part->pages + 1 + op->extra;
	struct segment before = *part->segment, *segment;
	uint64_t flags = MREMAP_MAYMOVE, to = 0;
	struct reply reply;
	struct mem *mem;
	int error = 0;

	if (is_contig(before.mem)) {
		if (op->prot & 1)
			flags = 0;
		to = zone_address(op);
		if (op->how % MREMAP_VARIANTS == GROW_FIXED && pages <= zone_room(op) &&
		    !model_overlaps(part->process, to, pages))
			flags = MREMAP_MAYMOVE | MREMAP_FIXED;
		TRY(call(run, part->who, EFAULT, &reply, "mremap", SYS_mremap, part->start, part->pages * PAGE,
			 pages * PAGE, flags, to, 0));
		return check_region(run, part->who, part->start, part->pages, false);
	}
	if (before.mem->kind == PLAIN_SHARED || pages > 4096)
		return nothing_to_do(run);
	if (before.locked && limit_error(run, part->who, pages - part->pages, false))
		error = EAGAIN;
	TRY(call(run, part->who, error, &reply, "mremap", SYS_mremap, part->start, part->pages * PAGE, pages * PAGE,
		 flags, 0, 0));
	if (error)
		return check_region(run, part->who, part->start, part->pages, false);
	mem = model_new_mem(&run->model, PLAIN_PRIVATE, pages);
	mem->copied = before.mem->copied;
	memcpy(mem->stamp, before.mem->stamp + before.off + part->off, part->pages * sizeof(*mem->stamp));
	model_unmap(&run->model, part->process, part->start, part->pages);
	if (model_overlaps(part->process, (uint64_t)reply.value, pages))
		return fail("p%u: mremap grew into %#lx, where something is mapped already", part->who, reply.value);
	segment = model_map(part->process, (uint64_t)reply.value, pages, mem, 0, before.prot);
	segment->locked = before.locked;
	segment->dontfork = before.dontfork;
	segment->wipeonfork = before.wipeonfork;
	return check_region(run, part->who, segment->start, pages, false);
}

static const char *mremap_duplicate(struct run *run, const struct op *op, struct part *part)
{
	struct segment *segment, from = *part->segment;
	size_t pages = part->pages;
	struct reply reply;
	int error = 0;

	if (!is_shared(from.mem))
		error = EINVAL;
	else if (is_contig(from.mem) && op->extra % 4 == 0)
		error = EFAULT;
	else if (from.locked && limit_error(run, part->who, pages, false))
		error = EAGAIN;
	if (error == EFAULT)
		pages = from.mem->pages + 1;
	TRY(call(run, part->who, error, &reply, "mremap", SYS_mremap, part->start, 0, pages * PAGE, MREMAP_MAYMOVE, 0,
		 0));
	if (error)
		return check_region(run, part->who, part->start, part->pages, false);
	if (model_overlaps(part->process, (uint64_t)reply.value, pages))
		return fail("p%u: mremap made a second mapping at %#lx, where something is mapped already", part->who,
			    reply.value);
	segment = model_map(part->process, (uint64_t)reply.value, pages, from.mem, from.off + part->off, from.prot);
	segment->locked = from.locked;
	segment->dontfork = from.dontfork;
	return check_region(run, part->who, segment->start, pages, false);
}

const char *step_mremap(struct run *run, const struct op *op, unsigned int who)
{
	struct reply reply;
	struct part part;
	size_t pages;

	if (!part_of(run, op, who, &part))
		return nothing_to_do(run);
	pages = 1 + op->extra % part.pages;
	switch (op->how % MREMAP_VARIANTS) {
	case SHRINK:
		TRY(call(run, who, 0, &reply, "mremap", SYS_mremap, part.start, part.pages * PAGE, pages * PAGE, 0, 0,
			 0));
		if ((uint64_t)reply.value != part.start)
			return fail("p%u: mremap moved what it should shrink to %#lx", who, reply.value);
		model_unmap(&run->model, part.process, part.start + pages * PAGE, part.pages - pages);
		return check_region(run, who, part.start, pages, false);
	case MOVE:
		return mremap_move(run, op, &part, part.pages);
	case MOVE_AND_SHRINK:
		return mremap_move(run, op, &part, pages);
	case GROW:
	case GROW_FIXED:
		return mremap_grow(run, op, &part);
	case DONTUNMAP:
		if (!is_contig(part.segment->mem))
			return nothing_to_do(run);
		TRY(call(run, who, EINVAL, &reply, "mremap (DONTUNMAP)", SYS_mremap, part.start, part.pages * PAGE,
			 part.pages * PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0, 0));
		break;
	case DUPLICATE:
		return mremap_duplicate(run, op, &part);
	case STAY:
		TRY(call(run, who, 0, &reply, "mremap", SYS_mremap, part.start, part.pages * PAGE, part.pages * PAGE,
			 op->extra & 1 ? MREMAP_MAYMOVE : 0, 0, 0));
		if ((uint64_t)reply.value != part.start)
			return fail("p%u: mremap moved what it should leave to %#lx", who, reply.value);
		break;
	}
	return check_region(run, who, part.start, part.pages, false);
}

const char *step_mprotect(struct run *run, const struct op *op, unsigned int who)
{
	struct reply reply;
	struct part part;
	int prot = protection(op), error = 0;

	if (!part_of(run, op, who, &part))
		return nothing_to_do(run);
	if (op->how % 16 == 0) {
		/* Not for code; the copy in a child may be. */
		prot = PROT_READ | PROT_EXEC;
		if (is_contig(part.segment->mem) || (part.segment->mem->copied && !run->kernel->counters))
			error = EACCES;
	} else {
		extend(op, &part);
	}
	TRY(call(run, who, error, &reply, "mprotect", SYS_mprotect, part.start, part.pages * PAGE, (uint64_t)prot, 0, 0,
		 0));
	if (!error) {
		cut(&part);
		FOR_PART(&part, s)
			s->prot = prot;
	}
	return check_region(run, who, part.start, part.pages, false);
}
