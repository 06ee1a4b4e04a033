/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program: the operations of one sequence, as a list of small numbers.
 *
 * Numbers that name something (a process, a segment, a pin) are taken modulo what exists when the operation runs, so
 * every part of a program is a program again. That is what lets shrink.c leave operations out.
 */
#ifndef FUZZ_PROGRAM_H
#define FUZZ_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* X(enumerator, name in the text form, weight in a random program) */
#define OPERATIONS(X)				\
	X(OP_MMAP, "mmap", 130)			\
	X(OP_MMAP_BAD, "mmap_bad", 30)		\
	X(OP_PLAIN, "plain", 35)		\
	X(OP_MUNMAP, "munmap", 60)		\
	X(OP_MREMAP, "mremap", 80)		\
	X(OP_MPROTECT, "mprotect", 70)		\
	X(OP_MADVISE, "madvise", 90)		\
	X(OP_FORK, "fork", 45)			\
	X(OP_EXIT, "exit", 15)			\
	X(OP_KILL, "kill", 15)			\
	X(OP_KILL_BUSY, "kill_busy", 10)	\
	X(OP_PIN, "pin", 30)			\
	X(OP_SPLICE, "splice", 30)		\
	X(OP_UNPIN, "unpin", 35)		\
	X(OP_DEVICE, "device", 30)		\
	X(OP_MLOCK, "mlock", 25)		\
	X(OP_MUNLOCK, "munlock", 25)		\
	X(OP_MLOCKALL, "mlockall", 8)		\
	X(OP_MUNLOCKALL, "munlockall", 12)	\
	X(OP_STORE, "store", 100)		\
	X(OP_POKE, "poke", 30)			\
	X(OP_CLEAR_REFS, "clear_refs", 20)	\
	X(OP_COMPACT, "compact", 2)		\
	X(OP_MOVE_PAGES, "move_pages", 20)	\
	X(OP_MBIND, "mbind", 15)		\
	X(OP_MSYNC, "msync", 20)		\
	X(OP_LIMIT, "limit", 20)

enum op_kind {
#define X(kind, name, weight) kind,
	OPERATIONS(X)
#undef X
	OP_KINDS
};

/* What a field means beyond its name is told where the operation is done, in steps.c. */
struct op {
	enum op_kind kind;
	unsigned int who;	/* process */
	unsigned int seg;	/* segment of that process, or pin */
	unsigned int off;	/* pages into the segment */
	unsigned int pages;	/* 0: to the end of the segment */
	unsigned int how;	/* which variant */
	unsigned int prot;
	unsigned int at;	/* page of the zone */
	unsigned int extra;
	unsigned int race;	/* at the same time as the next operation, if that is another process's */
};

struct program {
	bool user;		/* the processes are an ordinary user's, without capabilities */
	unsigned int every;	/* a full check each so many steps */
	size_t count;
	struct op *ops;
};

void program_random(struct program *program, uint64_t seed, size_t steps, bool race);
const char *program_read(struct program *program, const char *path);
void program_print(FILE *file, const struct program *program);
void op_print(FILE *file, const struct op *op);
void program_free(struct program *program);

#endif
