// SPDX-License-Identifier: Apache-2.0
/*
 * Delta debugging (Zeller): leave out halves, quarters, ... single operations, as long as what is left still fails; then
 * try smaller numbers. Every try is a run in fresh processes.
 */
#include "shrink.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define KIND_LENGTH	40

struct shrinker {
	const struct kernel *kernel;
	struct program *best;
	char kind[KIND_LENGTH];
	unsigned int runs;
	struct timespec end;
};

static bool time_is_up(const struct shrinker *shrinker)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec >= shrinker->end.tv_sec;
}

/* The beginning of a failure's text without its numbers: what makes it the same failure. */
static void kind_of(char *kind, const char *failure)
{
	size_t length = 0;

	for (; *failure && length < KIND_LENGTH - 1; failure++) {
		if (!isxdigit((unsigned char)*failure) && *failure != 'x')
			kind[length++] = *failure;
	}
	kind[length] = '\0';
}

/* Takes over @candidate if it fails, up to the operation at which it does. */
static bool still_fails(struct shrinker *shrinker, struct program *candidate)
{
	const char *failure;
	char kind[KIND_LENGTH];
	size_t failed;

	shrinker->runs++;
	failure = run_program(shrinker->kernel, candidate, NULL, &failed, NULL);
	if (!failure)
		return false;
	kind_of(kind, failure);
	if (strcmp(kind, shrinker->kind))
		return false;
	shrinker->best->count = failed + 1 < candidate->count ? failed + 1 : candidate->count;
	memcpy(shrinker->best->ops, candidate->ops, shrinker->best->count * sizeof(*candidate->ops));
	return true;
}

static void leave_out(struct shrinker *shrinker, struct program *candidate)
{
	struct program *best = shrinker->best;
	size_t chunk = best->count / 2, at;

	while (chunk && !time_is_up(shrinker)) {
		bool changed = false;

		/* From the end: what came last depends on what came first. */
		for (at = best->count; at > 0 && !time_is_up(shrinker);) {
			size_t n = chunk < at ? chunk : at;

			at -= n;
			if (n == best->count)
				continue;
			memcpy(candidate->ops, best->ops, at * sizeof(*best->ops));
			memcpy(candidate->ops + at, best->ops + at + n, (best->count - at - n) * sizeof(*best->ops));
			candidate->count = best->count - n;
			if (still_fails(shrinker, candidate)) {
				changed = true;
				if (at > best->count)
					at = best->count;
			}
		}
		if (!changed || chunk > 1)
			chunk = chunk > best->count ? best->count / 2 : chunk / 2;
	}
}

/* The numbers of an operation, each 0 if that is enough, else less. */
static void make_plain(struct shrinker *shrinker, struct program *candidate)
{
	static const size_t fields[] = {
		offsetof(struct op, race), offsetof(struct op, extra), offsetof(struct op, at), offsetof(struct op, off),
		offsetof(struct op, seg), offsetof(struct op, who), offsetof(struct op, prot), offsetof(struct op, how),
		offsetof(struct op, pages),
	};
	struct program *best = shrinker->best;
	size_t i, k;

	for (i = 0; i < best->count; i++) {
		for (k = 0; k < sizeof(fields) / sizeof(fields[0]) && !time_is_up(shrinker); k++) {
			unsigned int *number;

			if (i >= best->count || !*(unsigned int *)((char *)&best->ops[i] + fields[k]))
				continue;
			memcpy(candidate->ops, best->ops, best->count * sizeof(*best->ops));
			candidate->count = best->count;
			number = (unsigned int *)((char *)&candidate->ops[i] + fields[k]);
			*number = 0;
			if (still_fails(shrinker, candidate))
				continue;
			memcpy(candidate->ops, best->ops, best->count * sizeof(*best->ops));
			*number = (*number + 1) / 2;
			if (*number != *(unsigned int *)((char *)&best->ops[i] + fields[k]))
				still_fails(shrinker, candidate);
		}
	}
}

unsigned int shrink(const struct kernel *kernel, struct program *program, const char *failure, unsigned int seconds)
{
	struct shrinker shrinker = { .kernel = kernel, .best = program };
	unsigned int patience = crew_patience_seconds, settle = check_settle_seconds;
	struct program candidate = *program;

	candidate.ops = calloc(program->count, sizeof(*candidate.ops));
	if (!candidate.ops)
		abort();
	kind_of(shrinker.kind, failure);
	/* What is waited for in vain costs each try as long. */
	crew_patience_seconds = 1 + patience / 4;
	check_settle_seconds = 1 + settle / 4;
	clock_gettime(CLOCK_MONOTONIC, &shrinker.end);
	shrinker.end.tv_sec += seconds;
	/* Look at everything after every step: what is wrong shows at once. */
	program->every = 1;
	candidate.every = 1;
	memcpy(candidate.ops, program->ops, program->count * sizeof(*candidate.ops));
	still_fails(&shrinker, &candidate);
	leave_out(&shrinker, &candidate);
	make_plain(&shrinker, &candidate);
	crew_patience_seconds = patience;
	check_settle_seconds = settle;
	free(candidate.ops);
	return shrinker.runs;
}
