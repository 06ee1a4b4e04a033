// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "../common/clock.h"
#include "../common/settings.h"
#include "../common/state.h"
#include "ticker.h"
#include "turn.h"

/* Larger sizes are this one several times: it is beyond all caches, and a buffer of 1 GiB would be another state of memory. */
enum { LARGEST_MEMSET = 64 << 20, MOST_HELD = 128 };

static char *buffer;

bool turn_prepare(void)
{
	buffer = mmap(NULL, LARGEST_MEMSET, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	return buffer != MAP_FAILED && ticker_start();
}

static uint64_t memset_ns(size_t bytes)
{
	uint64_t start = clock_now();

	while (bytes) {
		const size_t part = bytes < LARGEST_MEMSET ? bytes : LARGEST_MEMSET;

		memset(buffer, (int)start, part);
		/* Keeps the compiler from dropping stores that nobody reads */
		__asm__ volatile("" : : "r"(buffer) : "memory");
		bytes -= part;
	}
	return clock_now() - start;
}

static uint64_t oom_kills(void)
{
	return (uint64_t)setting_field("/proc/vmstat", "oom_kill", 0);
}

static void measure_memset(struct cell *cell, unsigned int arrangement, unsigned int number)
{
	struct attempt attempt = { .arrangement = arrangement, .number = number, .outcome = OUTCOME_OK };
	struct piece piece = { .bytes = cell->bytes, .source = "" };

	ticker_reset();
	piece.allocate_ns = piece.mapped_ns = memset_ns(cell->bytes);
	attempt.stall_ns = ticker_longest();
	samples_add(&cell->memset, piece.allocate_ns);
	samples_add(&cell->memset_stall, attempt.stall_ns);
	output_attempt(&attempt, &piece);
}

static enum outcome judge(const struct cell *cell, const struct piece *piece)
{
	if (piece->contiguous)
		return OUTCOME_OK;
	if (!cell->allocator->promises)
		return OUTCOME_SCATTERED;
	if (!cell->outcomes[OUTCOME_LIE])
		fprintf(stderr, "measure: A LIE: %s gave %zu bytes that are not contiguous\n", cell->allocator->name, piece->bytes);
	return OUTCOME_LIE;
}

/*
 * Only where the search has failed is it a question of what was in its way, and whether there was a range at all: what this program
 * holds meanwhile is in the way as well.
 */
static void ask_for_blockers(const struct cell *cell, const struct attempt *attempt)
{
	struct blockers blockers;

	if (cell->allocator != &contig_search)
		return;
	if (blockers_find(cell->bytes, &blockers))
		output_blockers(attempt, cell->bytes, &blockers);
	else
		perror("measure: looking for what is in the way");
}

/* What of an attempt is not the allocator's refusal but this program's own failure. */
static bool is_refusal(int error)
{
	return error == ENOMEM || error == EBUSY || error == EAGAIN || error == EINTR;
}

static void count(struct cell *cell, const struct attempt *attempt, const struct piece *piece)
{
	cell->attempts++;
	cell->outcomes[attempt->outcome]++;
	cell->oom_kills += attempt->oom_kills;
	samples_add(&cell->stall, attempt->stall_ns);
	if (attempt->outcome == OUTCOME_OK) {
		samples_add(&cell->allocate, piece->allocate_ns);
		samples_add(&cell->mapped, piece->mapped_ns);
	} else if (attempt->outcome == OUTCOME_FAILED) {
		samples_add(&cell->failed, piece->allocate_ns);
	}
}

/* *kept says whether the piece is there and to be released. */
static bool attempt_once(struct cell *cell, unsigned int arrangement, unsigned int number, struct piece *piece, bool *kept)
{
	struct attempt attempt = { .allocator = cell->allocator, .arrangement = arrangement, .number = number };
	const uint64_t kills = oom_kills();
	bool got;

	*piece = (struct piece){ .bytes = cell->bytes, .fd = -1, .source = "" };
	ticker_reset();
	got = cell->allocator->allocate(piece);
	attempt.error = errno;
	attempt.stall_ns = ticker_longest();
	attempt.oom_kills = oom_kills() - kills;
	if (!got && !is_refusal(attempt.error)) {
		fprintf(stderr, "measure: %s, %zu bytes: %s\n", cell->allocator->name, cell->bytes, strerror(attempt.error));
		return false;
	}
	attempt.outcome = got ? judge(cell, piece) : OUTCOME_FAILED;
	output_attempt(&attempt, piece);
	count(cell, &attempt, piece);
	if (attempt.outcome == OUTCOME_FAILED)
		ask_for_blockers(cell, &attempt);
	*kept = attempt.outcome == OUTCOME_OK;
	if (got && !*kept)
		cell->allocator->release(piece);
	return true;
}

/* An eighth of what is free; of a reserve half. */
static unsigned int pieces_to_hold(const struct cell *cell)
{
	const uint64_t capacity = cell->allocator->capacity();
	const uint64_t pieces = (capacity ? capacity / 2 : state_free_now() / 8) / cell->bytes;

	return pieces < 1 ? 1 : pieces > MOST_HELD ? MOST_HELD : (unsigned int)pieces;
}

bool turn(struct cell *cell, unsigned int arrangement, unsigned int times, uint64_t until)
{
	static struct piece pieces[MOST_HELD];
	const unsigned int hold = pieces_to_hold(cell);
	unsigned int number = 0;
	bool good = true;

	if (!cell->allocator->begin()) {
		fprintf(stderr, "measure: %s can not be prepared: %s\n", cell->allocator->name, strerror(errno));
		return false;
	}
	for (unsigned int time = 0; good && time < times; time++) {
		unsigned int held = 0;

		for (unsigned int i = 0; good && i < hold && (!number || clock_now() < until); i++, number++) {
			bool kept = false;

			good = attempt_once(cell, arrangement, number, &pieces[held], &kept);
			held += kept;
			measure_memset(cell, arrangement, number);
		}
		while (held)
			cell->allocator->release(&pieces[--held]);
	}
	cell->allocator->end();
	return good;
}
