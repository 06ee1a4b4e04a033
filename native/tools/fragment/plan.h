/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRAGMENT_PLAN_H
#define FRAGMENT_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The order in which memory is taken. Memory of a machine that has run for long was taken by all its users in turn, so pieces of
 * all kinds come in random order, each of a random size: what is taken one after the other tends to lie side by side.
 */
enum piece_kind {
	PIECE_ANONYMOUS,	/* some of it is given back afterwards: the holes */
	PIECE_PINNED,		/* anonymous memory with a long-term pin: stays among movable pages */
	PIECE_CACHE,		/* clean page cache */
	PIECE_TABLES,		/* page tables */
	PIECE_SLAB,		/* objects of 4 KiB */
	PIECE_PIPE,		/* pages of the kernel */
	PIECE_KINDS
};

struct piece {
	enum piece_kind	kind;
	uint32_t	pages;
};

struct plan_request {
	uint64_t	pages[PIECE_KINDS];	/* of each kind in all */
	uint32_t	largest;		/* piece, in pages: a power of two */
	uint64_t	seed;
};

struct plan {
	struct piece	*pieces;
	size_t		count;
};

/*
 * The same request gives the same plan everywhere. Sizes of pieces are powers of two, each as frequent as the others. False where
 * there is no memory for it.
 */
bool plan_make(const struct plan_request *request, struct plan *plan);
void plan_free(struct plan *plan);

/* Numbers from 0 to count - 1 in the order of that seed and round: which pieces are given back first. */
bool plan_order(uint64_t seed, uint64_t round, size_t count, uint32_t *order);

/*
 * Divides the unmovable pages among the kinds by weights, which stand at the kinds' places; what is left by rounding goes to the
 * heaviest. All weights 0: all to pinned ones.
 */
void plan_divide(uint64_t pages, const unsigned int weights[PIECE_KINDS], uint64_t parts[PIECE_KINDS]);

#endif
