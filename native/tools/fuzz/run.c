// SPDX-License-Identifier: Apache-2.0
/* Runs a program from its first operation to the return of all memory. */
#include "run.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fail.h"
#include "observe.h"

#ifndef MADV_SOFT_OFFLINE
#define MADV_SOFT_OFFLINE 101
#endif

#define FIRST_UID 1900000000u	/* nobody's, so that nobody else's locked memory counts */

static void learn_advice(struct kernel *kernel)
{
	int value;

	for (value = 0; value < 128; value++) {
		void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		/* Those that damage memory are left alone. */
		if (page == MAP_FAILED || value == MADV_HWPOISON || value == MADV_SOFT_OFFLINE)
			continue;
		kernel->advice[value] = !madvise(page, PAGE, value) || errno != EINVAL;
		if (value == MADV_WILLNEED)
			kernel->plain_willneed = madvise(page, PAGE, value) ? errno : 0;
		munmap(page, PAGE);
	}
	/* Not for a page that is not locked, not shared, not in a huge page: known all the same. */
	kernel->advice[MADV_REMOVE] = true;
}

const char *kernel_learn(struct kernel *kernel)
{
	char path[64];

	memset(kernel, 0, sizeof(*kernel));
	if (geteuid())
		return "run as root: PFNs are hidden from others";
	if (access("/dev/kmsg", R_OK) || access("/proc/self/pagemap", R_OK))
		return "/dev/kmsg and /proc/self/pagemap are needed";
	kernel->counters = observe_number("/proc/vmstat", "map_contig_pages") >= 0;
	snprintf(path, sizeof(path), "/proc/%d/clear_refs", getpid());
	kernel->soft_dirty = !access(path, W_OK);
	kernel->huge = !access("/sys/kernel/mm/transparent_hugepage", F_OK);
	kernel->reserve = observe_reserve("reserve_bytes");
	kernel->memory = (uint64_t)observe_number("/proc/meminfo", "MemTotal") / 4;
	learn_advice(kernel);
	return NULL;
}

/* What is to be looked at after each operation of process @who, whatever it was. */
static const char *check_after(struct run *run, unsigned int who)
{
	if (run->model.process[who].alive)
		TRY(check_locked(run, who));
	TRY(check_totals(run));
	return observe_log();
}

static void tell_step(const struct run *run, const struct op *op)
{
	if (run->trace)
		op_print(run->trace, op);
}

static const char *single(struct run *run, const struct op *op, unsigned int who)
{
	tell_step(run, op);
	TRY(step(run, op, who));
	return check_after(run, who);
}

/* An operation that runs beside another. They take turns in all but the work of the workers (crew_do). */
struct racer {
	struct run *run;
	const struct op *op;
	unsigned int who;
	const char *failure;
	char text[1200];
};

static void *race_one(void *argument)
{
	struct racer *racer = argument;

	pthread_mutex_lock(&racer->run->crew.lock);
	racer->failure = step(racer->run, racer->op, racer->who);
	if (racer->failure) {
		/* The text belongs to this thread, which ends. */
		strncpy(racer->text, racer->failure, sizeof(racer->text) - 1);
		racer->failure = racer->text;
	}
	pthread_mutex_unlock(&racer->run->crew.lock);
	return NULL;
}

static void *race_nothing(void *argument)
{
	return strdup(argument);
}

void race_prepare(void)
{
	pthread_t thread;
	void *text;

	if (pthread_create(&thread, NULL, race_nothing, ""))
		abort();
	pthread_join(thread, &text);
	free(text);
}

static const char *race(struct run *run, const struct op *first, unsigned int first_who, const struct op *second,
			unsigned int second_who)
{
	struct racer racer = { .run = run, .op = second, .who = second_who };
	const char *failure;
	pthread_t thread;

	tell_step(run, first);
	tell_step(run, second);
	if (pthread_create(&thread, NULL, race_one, &racer))
		abort();
	failure = step(run, first, first_who);
	pthread_mutex_unlock(&run->crew.lock);
	pthread_join(thread, NULL);
	pthread_mutex_lock(&run->crew.lock);
	TRY(failure);
	if (racer.failure)
		return fail("%s", racer.failure);
	TRY(check_after(run, first_who));
	return check_after(run, second_who);
}

/* One operation, or two that may run at the same time. */
static const char *advance(struct run *run)
{
	const struct op *op = &run->program->ops[run->step], *other = op + 1;
	unsigned int who = step_process(run, op), other_who;

	if (op->race && run->step + 1 < run->program->count && op->kind != other->kind &&
	    step_may_race(run, op) && step_may_race(run, other)) {
		other_who = step_process(run, other);
		if (other_who != who) {
			run->step++;
			return race(run, op, who, other, other_who);
		}
	}
	return single(run, op, who);
}

/* C13, C4: when the last process is gone, all is as it was, and the user may lock as much as ever. */
static const char *check_end(struct run *run)
{
	const struct rlimit limit = { 256 * PAGE, RLIM_INFINITY };
	struct op most = { .kind = OP_MMAP, .pages = 256 }, more = { .kind = OP_MMAP, .pages = 1 };
	unsigned int who;

	for (who = 0; who < MAX_PROCESSES; who++) {
		if (!run->model.process[who].alive)
			continue;
		TRY(crew_end(&run->crew, who, who & 1));
		model_end(&run->model, &run->model.process[who]);
	}
	TRY(check_totals(run));
	if (!run->uid)
		return observe_log();
	TRY(crew_start(&run->crew, run->uid));
	run->model.process[0].alive = true;
	run->model.process[0].limit = 256;
	if (prlimit(run->crew.member[0].pid, RLIMIT_MEMLOCK, &limit, NULL))
		return fail("prlimit: %s", strerror(errno));
	TRY(single(run, &most, 0));
	TRY(single(run, &more, 0));
	TRY(crew_end(&run->crew, 0, false));
	model_end(&run->model, &run->model.process[0]);
	TRY(check_totals(run));
	return observe_log();
}

static const char *run_all(struct run *run)
{
	TRY(crew_start(&run->crew, run->uid));
	run->model.process[0].alive = true;
	run->model.process[0].limit = NO_LIMIT;
	for (run->step = 0; run->step < run->program->count; run->step++) {
		TRY(advance(run));
		run->done++;
		if (run->step % run->program->every == run->program->every - 1)
			TRY(check_all(run));
	}
	TRY(check_all(run));
	return check_end(run);
}

const char *run_program(const struct kernel *kernel, const struct program *program, FILE *trace, size_t *failed_step,
			unsigned long *done)
{
	static uid_t user = FIRST_UID;
	static struct run run;		/* large; there is one at a time */
	const char *failure;

	memset(&run, 0, sizeof(run));
	run.kernel = kernel;
	run.program = program;
	run.trace = trace;
	run.uid = program->user ? user++ : 0;
	observe_log_open();
	run.base.reserve_free = observe_reserve("reserve_free_bytes");
	run.base.contig_pages = observe_contig_pages();
	crew_open(&run.crew);
	pthread_mutex_lock(&run.crew.lock);
	failure = run_all(&run);
	pthread_mutex_unlock(&run.crew.lock);
	crew_close(&run.crew);
	model_clear(&run.model);
	*failed_step = run.step;
	if (done)
		*done += run.done - run.skipped;
	return failure;
}
