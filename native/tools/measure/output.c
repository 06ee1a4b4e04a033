// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../common/amounts.h"
#include "output.h"

static FILE *attempts, *states, *blockers, *summary;
static const char *state_name;
static uint64_t state_seed;

static const char * const outcomes[] = { "ok", "scattered", "failed", "lie" };
static const char * const proofs[] = { "", "pagemap", "cma counter" };

/* True in *fresh if it has no lines yet. */
static FILE *open_csv(const char *folder, const char *name, bool *fresh)
{
	char path[4096];
	FILE *file;

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	file = fopen(path, "ae");
	if (file)
		*fresh = fseek(file, 0, SEEK_END) == 0 && ftell(file) == 0;
	return file;
}

bool output_open(const char *folder, const char *state, uint64_t seed)
{
	bool fresh[4];

	state_name = state;
	state_seed = seed;
	attempts = open_csv(folder, "attempts.csv", &fresh[0]);
	states = attempts ? open_csv(folder, "states.csv", &fresh[1]) : NULL;
	blockers = states ? open_csv(folder, "blockers.csv", &fresh[2]) : NULL;
	summary = blockers ? open_csv(folder, "summary.csv", &fresh[3]) : NULL;
	if (!summary)
		return false;
	if (fresh[0])
		fputs("state,seed,arrangement,allocator,size,attempt,outcome,error,source,proof,allocate ns,mapped ns,stall ns,oom kills\n",
		      attempts);
	if (fresh[1]) {
		fputs("state,seed,arrangement,size,", states);
		state_csv_names(states);
		fputc('\n', states);
	}
	if (fresh[2]) {
		fputs("state,seed,arrangement,size,attempt,first page frame,blocking,certain", blockers);
		for (int class = 0; class < PAGE_CLASSES; class++)
			fprintf(blockers, ",%s", page_class_names[class]);
		fputc('\n', blockers);
	}
	if (fresh[3])
		fputs("state,seed,allocator,size,attempts,ok,scattered,failed,lies,rate,rate at least,p50 ns,p99 ns,p99.9 ns,max ns,"
		      "mapped p50 ns,mapped p99 ns,mapped max ns,memset p50 ns,p50 of memset,p99 of memset,failed p50 ns,failed max ns,"
		      "stall p99 ns,stall max ns,memset stall p99 ns,memset stall max ns,oom kills,left out\n", summary);
	return true;
}

void output_state(unsigned int arrangement, size_t bytes, const struct state *state)
{
	fprintf(states, "%s,%" PRIu64 ",%u,%zu,", state_name, state_seed, arrangement, bytes);
	state_csv(state, states);
	fputc('\n', states);
	fflush(states);
}

void output_attempt(const struct attempt *a, const struct piece *piece)
{
	fprintf(attempts, "%s,%" PRIu64 ",%u,%s,%zu,%u,%s,%s,%s,%s,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 "\n", state_name,
		state_seed, a->arrangement, a->allocator ? a->allocator->name : "memset", piece->bytes, a->number,
		outcomes[a->outcome], a->outcome == OUTCOME_FAILED ? strerrorname_np(a->error) : "", piece->source,
		proofs[piece->proof], piece->allocate_ns, piece->mapped_ns, a->stall_ns, a->oom_kills);
	fflush(attempts);
}

void output_blockers(const struct attempt *a, size_t bytes, const struct blockers *b)
{
	fprintf(blockers, "%s,%" PRIu64 ",%u,%zu,%u,", state_name, state_seed, a->arrangement, bytes, a->number);
	if (b->first != UINT64_MAX)
		fprintf(blockers, "%" PRIu64, b->first);
	fprintf(blockers, ",%" PRIu64 ",", b->blocking);
	if (b->certain != UINT64_MAX)
		fprintf(blockers, "%" PRIu64, b->certain);
	for (int class = 0; class < PAGE_CLASSES; class++)
		fprintf(blockers, ",%" PRIu64, b->pages[class]);
	fputc('\n', blockers);
	fflush(blockers);
}

static double ratio(uint64_t part, uint64_t whole)
{
	return whole ? (double)part / (double)whole : 0;
}

static void percentiles(struct samples *samples, const unsigned int *per_mille, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (samples->count)
			fprintf(summary, "%" PRIu64 ",", samples_per_mille(samples, per_mille[i]));
		else
			fputc(',', summary);
	}
}

void output_summary(struct cell *c)
{
	const uint64_t ok = c->outcomes[OUTCOME_OK], memset_p50 = samples_per_mille(&c->memset, 500);

	fprintf(summary, "%s,%" PRIu64 ",%s,%zu,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",", state_name, state_seed,
		c->allocator->name, c->bytes, c->attempts, ok, c->outcomes[OUTCOME_SCATTERED], c->outcomes[OUTCOME_FAILED],
		c->outcomes[OUTCOME_LIE]);
	if (c->attempts)
		fprintf(summary, "%.5f,%.5f,", ratio(ok, c->attempts), rate_at_least(ok, c->attempts));
	else
		fputs(",,", summary);
	percentiles(&c->allocate, (const unsigned int[]){ 500, 990, 999, 1000 }, 4);
	percentiles(&c->mapped, (const unsigned int[]){ 500, 990, 1000 }, 3);
	percentiles(&c->memset, (const unsigned int[]){ 500 }, 1);
	if (ok)
		fprintf(summary, "%.3f,%.3f,", ratio(samples_per_mille(&c->allocate, 500), memset_p50),
			ratio(samples_per_mille(&c->allocate, 990), memset_p50));
	else
		fputs(",,", summary);
	percentiles(&c->failed, (const unsigned int[]){ 500, 1000 }, 2);
	percentiles(&c->stall, (const unsigned int[]){ 990, 1000 }, 2);
	percentiles(&c->memset_stall, (const unsigned int[]){ 990, 1000 }, 2);
	fprintf(summary, "%" PRIu64 ",\"%s\"\n", c->oom_kills, c->left_out ? c->left_out : "");
	fflush(summary);
}

void output_progress(const struct cell *c, unsigned int arrangement)
{
	char size[AMOUNT_TEXT];

	fprintf(stderr, "measure: %s, arrangement %u: %s, %s: %" PRIu64 " of %" PRIu64 " contiguous\n", state_name, arrangement,
		c->allocator->name, amount_text(c->bytes, size), c->outcomes[OUTCOME_OK], c->attempts);
}

bool output_close(void)
{
	FILE * const files[] = { attempts, states, blockers, summary };
	bool good = true;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		bool bad = ferror(files[i]);

		good = !fclose(files[i]) && !bad && good;
	}
	return good;
}
