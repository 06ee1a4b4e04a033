// SPDX-License-Identifier: Apache-2.0
/* mlock and its kin, and the limit (C4). */
#include "steps.h"

#include <sys/resource.h>

#include "observe.h"

/* mlock(): what counts already does not count again (C4); what can not be read can not be faulted in. */
const char *step_mlock(struct run *run, const struct op *op, unsigned int who)
{
	bool on_fault = op->extra & 1;
	size_t limit = run->model.process[who].limit, more = 0;
	bool refused = false;
	struct reply reply;
	struct part part;
	int error = 0;

	if (!part_of(run, op, who, &part))
		return nothing_to_do(run);
	extend(op, &part);
	cut(&part);
	FOR_PART(&part, s) {
		more += s->locked ? 0 : s->pages;
		if (s->prot == PROT_NONE && (!on_fault || is_contig(s->mem)))
			error = ENOMEM;
	}
	if (run->uid && (!limit || (limit != NO_LIMIT && locked_now(run, who) + more > limit))) {
		refused = true;		/* before anything is done */
		error = limit ? ENOMEM : EPERM;
	}
	TRY(call(run, who, error, &reply, on_fault ? "mlock2 (ONFAULT)" : "mlock", on_fault ? SYS_mlock2 : SYS_mlock,
		 part.start, part.pages * PAGE, on_fault ? MLOCK_ONFAULT : 0, 0, 0, 0));
	FOR_PART(&part, s) {
		if (!refused && !is_contig(s->mem))
			s->locked = true;
	}
	return check_region(run, who, part.start, part.pages, false);
}

const char *step_munlock(struct run *run, const struct op *op, unsigned int who)
{
	struct reply reply;
	struct part part;

	if (!part_of(run, op, who, &part))
		return nothing_to_do(run);
	extend(op, &part);
	TRY(call(run, who, 0, &reply, "munlock", SYS_munlock, part.start, part.pages * PAGE, 0, 0, 0, 0));
	cut(&part);
	FOR_PART(&part, s) {
		if (!is_contig(s->mem))
			s->locked = false;
	}
	return check_region(run, who, part.start, part.pages, false);
}

static void model_lock_plain(struct process *process, bool locked)
{
	unsigned int i;

	for (i = 0; i < process->count; i++) {
		if (!is_contig(process->segment[i].mem))
			process->segment[i].locked = locked;
	}
}

const char *step_mlockall(struct run *run, const struct op *op, unsigned int who)
{
	static const int all[] = {
		MCL_CURRENT, MCL_FUTURE, MCL_CURRENT | MCL_FUTURE, MCL_FUTURE | MCL_ONFAULT, MCL_CURRENT | MCL_ONFAULT,
	};
	struct process *process = &run->model.process[who];
	int flags = all[op->how % 5], error = 0;
	struct reply reply;

	if (run->uid) {
		size_t total = (size_t)observe_number_fd(run->crew.member[who].status, "VmSize") / 4;

		flags = flags & MCL_ONFAULT ? MCL_CURRENT | MCL_ONFAULT : MCL_CURRENT;
		if (process->limit != NO_LIMIT && total > process->limit)
			error = process->limit ? ENOMEM : EPERM;
	}
	TRY(call(run, who, error, &reply, "mlockall", SYS_mlockall, (uint64_t)flags, 0, 0, 0, 0, 0));
	if (error)
		return NULL;
	process->lock_future = flags & MCL_FUTURE;
	process->all_locked = true;
	if (flags & MCL_CURRENT)
		model_lock_plain(process, true);
	return NULL;
}

const char *step_munlockall(struct run *run, const struct op *op, unsigned int who)
{
	struct process *process = &run->model.process[who];
	struct reply reply;

	(void)op;
	TRY(call(run, who, 0, &reply, "munlockall", SYS_munlockall, 0, 0, 0, 0, 0, 0));
	process->lock_future = false;
	process->all_locked = false;
	model_lock_plain(process, false);
	return NULL;
}

/* For a user; root knows no limit (C4). */
const char *step_limit(struct run *run, const struct op *op, unsigned int who)
{
	static const size_t limits[] = { 0, 1, 16, 64, 600, 1024, 4096, NO_LIMIT };
	struct process *process = &run->model.process[who];
	struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };

	process->limit = limits[op->how % 8];
	if (process->limit != NO_LIMIT)
		limit.rlim_cur = process->limit * PAGE;
	tell(run, "p%u: RLIMIT_MEMLOCK %ld pages", who, (long)process->limit);
	if (prlimit(run->crew.member[who].pid, RLIMIT_MEMLOCK, &limit, NULL))
		return fail("prlimit: %s", strerror(errno));
	return NULL;
}
