// SPDX-License-Identifier: Apache-2.0
/* madvise (C11). */
#include "steps.h"

#ifndef MADV_DONTNEED_LOCKED
#define MADV_DONTNEED_LOCKED	24
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE		25
#endif
#define MADV_GUARD_INSTALL_	102	/* not in every header */

#define ADVICES(X)										\
	X(MADV_NORMAL) X(MADV_RANDOM) X(MADV_SEQUENTIAL) X(MADV_WILLNEED) X(MADV_DONTFORK)	\
	X(MADV_DOFORK) X(MADV_WIPEONFORK) X(MADV_KEEPONFORK) X(MADV_DONTDUMP) X(MADV_DODUMP)	\
	X(MADV_POPULATE_READ) X(MADV_POPULATE_WRITE) X(MADV_DONTNEED) X(MADV_DONTNEED_LOCKED)	\
	X(MADV_FREE) X(MADV_REMOVE) X(MADV_COLD) X(MADV_PAGEOUT) X(MADV_COLLAPSE)		\
	X(MADV_GUARD_INSTALL_) X(MADV_MERGEABLE) X(MADV_UNMERGEABLE) X(MADV_HUGEPAGE)		\
	X(MADV_NOHUGEPAGE)

static const struct advice {
	int value;
	const char *name;
} advices[] = {
#define X(name) { name, #name },
	ADVICES(X)
#undef X
};

#define ADVICE_COUNT (sizeof(advices) / sizeof(advices[0]))

/* C11. */
static int advice_error(const struct run *run, const struct segment *segment, int advice)
{
	bool contig = is_contig(segment->mem);

	if (!run->kernel->advice[advice])
		return EINVAL;
	switch (advice) {
	case MADV_WILLNEED:
		return contig ? 0 : run->kernel->plain_willneed;
	case MADV_POPULATE_READ:
		return segment->prot & PROT_READ ? 0 : EINVAL;
	case MADV_POPULATE_WRITE:
		return segment->prot & PROT_WRITE ? 0 : EINVAL;
	case MADV_WIPEONFORK:
		return is_shared(segment->mem) ? EINVAL : 0;
	case MADV_DONTNEED:
	case MADV_COLD:
	case MADV_PAGEOUT:
		return contig || segment->locked ? EINVAL : 0;
	case MADV_DONTNEED_LOCKED:
	case MADV_FREE:
	case MADV_REMOVE:
	case MADV_COLLAPSE:
	case MADV_GUARD_INSTALL_:
		return contig ? EINVAL : 0;
	}
	return 0;
}

static void model_advise(struct part *part, int advice)
{
	struct segment *segment;

	/* Most advice is kept by a mapping of its own, and mremap() takes no part of two mappings. */
	cut(part);
	segment = part->segment;
	switch (advice) {
	case MADV_DONTNEED:
	case MADV_DONTNEED_LOCKED:
		if (segment->mem->kind == PLAIN_PRIVATE)
			memset(segment->mem->stamp + segment->off, 0, part->pages * sizeof(uint64_t));
		break;
	case MADV_DONTFORK:
	case MADV_DOFORK:
		segment->dontfork = advice == MADV_DONTFORK;
		break;
	case MADV_WIPEONFORK:
	case MADV_KEEPONFORK:
		segment->wipeonfork = advice == MADV_WIPEONFORK;
		break;
	}
}

const char *step_madvise(struct run *run, const struct op *op, unsigned int who)
{
	const struct advice *advice = &advices[op->how % ADVICE_COUNT];
	struct reply reply;
	struct part part;
	int error;

	if (!part_of(run, op, who, &part))
		return nothing_to_do(run);
	if (!is_contig(part.segment->mem) &&
	    (advice->value == MADV_FREE || advice->value == MADV_REMOVE || advice->value == MADV_COLLAPSE ||
	     advice->value == MADV_GUARD_INSTALL_))
		return nothing_to_do(run);	/* what these do to ordinary memory is not our subject */
	error = advice_error(run, part.segment, advice->value);
	TRY(call(run, who, error, &reply, advice->name, SYS_madvise, part.start, part.pages * PAGE,
		 (uint64_t)advice->value, 0, 0, 0));
	if (!error)
		model_advise(&part, advice->value);
	return check_region(run, who, part.start, part.pages, false);
}
