// SPDX-License-Identifier: Apache-2.0
/* Random programs. The generator of numbers is our own, so a seed means the same program on every machine. */
#include <stdlib.h>
#include <string.h>

#include "program.h"

struct prng {
	uint64_t state;
};

/* A Weyl sequence, mixed: each seed is as good as any other. */
static uint32_t next(struct prng *prng)
{
	uint64_t z = prng->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (uint32_t)((z ^ z >> 31) >> 32);
}

static unsigned int below(struct prng *prng, unsigned int limit)
{
	return (uint32_t)((uint64_t)next(prng) * limit >> 32);
}

static bool one_in(struct prng *prng, unsigned int n)
{
	return !below(prng, n);
}

static unsigned int random_kind(struct prng *prng)
{
	static const unsigned int weights[OP_KINDS] = {
#define X(kind, name, weight) [kind] = weight,
		OPERATIONS(X)
#undef X
	};
	unsigned int sum = 0, kind, r;

	for (kind = 0; kind < OP_KINDS; kind++)
		sum += weights[kind];
	r = below(prng, sum);
	for (kind = 0; r >= weights[kind]; kind++)
		r -= weights[kind];
	return kind;
}

/* Sizes around the edges of what the kernel tells apart: page, huge page (512), the buddy's largest (1024). */
static unsigned int random_size(struct prng *prng)
{
	static const unsigned int edges[] = { 1, 2, 511, 512, 513, 1023, 1024, 1025, 1536, 2047, 2048 };
	unsigned int r = below(prng, 100);

	if (r < 50)
		return 1 + below(prng, 16);
	if (r < 65)
		return 1 + below(prng, 512);
	if (r < 75)
		return 1 + below(prng, 2048);
	return edges[below(prng, sizeof(edges) / sizeof(edges[0]))];
}

/* Part of a segment: all of it, its middle, a few pages, up to the edge of a huge page. */
static void random_part(struct prng *prng, struct op *op)
{
	op->seg = below(prng, 64);
	switch (below(prng, 5)) {
	case 0:
		break;
	case 1:
		op->pages = 1 + below(prng, 2048);
		break;
	case 2:
		op->off = below(prng, 2048);
		break;
	case 3:
		op->off = below(prng, 2048);
		op->pages = 1 + below(prng, 8);
		break;
	default:
		op->off = 512 * below(prng, 4);
		op->pages = 512 * (1 + below(prng, 2));
	}
}

static unsigned int random_place(struct prng *prng)
{
	unsigned int at = below(prng, 16384);

	return one_in(prng, 2) ? at : at & ~511u;
}

static void random_op(struct prng *prng, struct op *op, bool race)
{
	memset(op, 0, sizeof(*op));
	op->kind = random_kind(prng);
	op->who = below(prng, 64);
	random_part(prng, op);
	op->how = below(prng, 64);
	op->at = random_place(prng);
	op->extra = below(prng, 64);
	op->prot = below(prng, 8);
	if (op->kind == OP_MMAP || op->kind == OP_PLAIN || op->kind == OP_KILL_BUSY)
		op->pages = random_size(prng);
	op->race = race && one_in(prng, 3);
}

void program_random(struct program *program, uint64_t seed, size_t steps, bool race)
{
	struct prng prng = { .state = seed * 0xd1342543de82ef95u + 1 };
	size_t i;

	program->user = one_in(&prng, 4);
	program->every = 12;
	program->count = steps;
	program->ops = calloc(steps, sizeof(*program->ops));
	if (!program->ops)
		abort();
	for (i = 0; i < steps; i++)
		random_op(&prng, &program->ops[i], race);
}
