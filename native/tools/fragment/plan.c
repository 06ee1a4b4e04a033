// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>

#include "../common/random.h"
#include "plan.h"

static bool append(struct plan *plan, size_t *size, struct piece piece)
{
	if (plan->count == *size) {
		struct piece *larger = realloc(plan->pieces, (*size = *size ? 2 * *size : 1024) * sizeof(*larger));

		if (!larger)
			return false;
		plan->pieces = larger;
	}
	plan->pieces[plan->count++] = piece;
	return true;
}

static void shuffle(struct piece *pieces, size_t count, struct random *random)
{
	for (size_t i = count; i > 1; i--) {
		size_t other = random_below(random, i);
		struct piece piece = pieces[i - 1];

		pieces[i - 1] = pieces[other];
		pieces[other] = piece;
	}
}

bool plan_make(const struct plan_request *request, struct plan *plan)
{
	struct random random = random_seeded(request->seed);
	unsigned int sizes = 1;
	size_t size = 0;

	*plan = (struct plan){ 0 };
	while (1u << sizes <= request->largest)
		sizes++;
	for (int kind = 0; kind < PIECE_KINDS; kind++) {
		for (uint64_t left = request->pages[kind]; left;) {
			uint64_t pages = (uint64_t)1 << random_below(&random, sizes);

			if (pages > left)
				pages = left;
			if (!append(plan, &size, (struct piece){ (enum piece_kind)kind, (uint32_t)pages })) {
				plan_free(plan);
				return false;
			}
			left -= pages;
		}
	}
	shuffle(plan->pieces, plan->count, &random);
	return true;
}

void plan_free(struct plan *plan)
{
	free(plan->pieces);
	*plan = (struct plan){ 0 };
}

bool plan_order(uint64_t seed, uint64_t round, size_t count, uint32_t *order)
{
	struct random random = random_seeded(seed ^ (round + 1) * 0xd1342543de82ef95u);

	if (count > UINT32_MAX)
		return false;
	for (size_t i = 0; i < count; i++) {
		size_t other = random_below(&random, i + 1);

		order[i] = order[other];
		order[other] = (uint32_t)i;
	}
	return true;
}

void plan_divide(uint64_t pages, const unsigned int weights[PIECE_KINDS], uint64_t parts[PIECE_KINDS])
{
	uint64_t sum = 0, left = pages;
	int heaviest = PIECE_PINNED;

	for (int kind = 0; kind < PIECE_KINDS; kind++) {
		sum += weights[kind];
		if (weights[kind] > weights[heaviest])
			heaviest = kind;
	}
	for (int kind = 0; kind < PIECE_KINDS; kind++) {
		parts[kind] = sum ? pages * weights[kind] / sum : 0;
		left -= parts[kind];
	}
	parts[heaviest] += left;
}
