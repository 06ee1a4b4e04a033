/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must be true: which process maps what, which physical range is behind it, what its pages contain, who pays.
 * Plain data; nothing here asks the kernel.
 */
#ifndef FUZZ_MODEL_H
#define FUZZ_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE			4096ul
#define HUGE_PAGES		512ul		/* pages of a huge page */
#define BUDDY_PAGES		1024ul		/* C15: the buddy allocator's largest order */

#define MAX_PROCESSES		6
#define MAX_SEGMENTS		160
#define MAX_PINS		4

/* A part of the address space that is nobody's but ours, so that MAP_FIXED can do no harm. */
#define ZONE			0x200000000000ul
#define ZONE_PAGES		16384ul

#define NO_LIMIT		(~0ul)

enum mem_kind { PLAIN_PRIVATE, PLAIN_SHARED, CONTIG_PRIVATE, CONTIG_SHARED };

/* Memory that segments show. */
struct mem {
	struct mem *next;
	unsigned int number;
	enum mem_kind kind;
	size_t pages;
	uint64_t pfn;		/* contiguous: of page 0 */
	bool from_reserve;
	bool copied;		/* plain: fork() made it of a contiguous one */
	unsigned int mappings;	/* segments that show part of it */
	unsigned int pins;
	uint64_t *stamp;	/* per page; 0: the page is all zero */
};

struct segment {
	uint64_t start;
	size_t pages;
	struct mem *mem;
	size_t off;		/* the page of mem that start shows */
	int prot;
	bool locked;		/* counts in VmLck */
	bool dontfork, wipeonfork;
};

enum pin_kind { PIN_NONE, PIN_RING, PIN_PIPE };

/* Pages held by a long-term pin of io_uring, or referenced by a pipe. */
struct pin {
	enum pin_kind kind;
	struct mem *mem;
	size_t off, pages;
	uint64_t addr;		/* where they were mapped when they were pinned */
	int fd[2];		/* the ring; or the pipe's two ends */
};

struct process {
	bool alive;
	size_t limit;		/* RLIMIT_MEMLOCK in pages, or NO_LIMIT */
	bool lock_future;	/* mlockall(MCL_FUTURE) */
	bool all_locked;	/* mappings that are not ours may count in VmLck */
	unsigned int count;
	struct segment segment[MAX_SEGMENTS];
	struct pin pin[MAX_PINS];
};

struct model {
	struct process process[MAX_PROCESSES];
	struct mem *mems;
	unsigned int numbers;
	size_t held;		/* pages of contiguous ranges that are mapped by somebody: held, and charged */
	size_t held_reserve;	/* of these, from the reserve */
};

static inline bool is_contig(const struct mem *mem)
{
	return mem->kind >= CONTIG_PRIVATE;
}

static inline bool is_shared(const struct mem *mem)
{
	return mem->kind == PLAIN_SHARED || mem->kind == CONTIG_SHARED;
}

static inline uint64_t segment_end(const struct segment *segment)
{
	return segment->start + segment->pages * PAGE;
}

struct mem *model_new_mem(struct model *model, enum mem_kind kind, size_t pages);

/* Does @process map anything of @pages pages at @start? */
bool model_overlaps(const struct process *process, uint64_t start, size_t pages);

/* Room for what an operation may add at most? */
bool model_has_room(const struct process *process);

/* Appends; the order of segments is that of their creation, not that of addresses, which the kernel chooses. */
struct segment *model_map(struct process *process, uint64_t start, size_t pages, struct mem *mem, size_t off,
			  int prot);

/* Lets a segment begin at @addr if one contains it. */
void model_split(struct process *process, uint64_t addr);

void model_unmap(struct model *model, struct process *process, uint64_t start, size_t pages);

/* @child becomes what fork() makes of @parent. */
void model_fork(struct model *model, const struct process *parent, struct process *child);

/* Everything @process had is gone. */
void model_end(struct model *model, struct process *process);

void model_pin(struct pin *pin, enum pin_kind kind, const struct segment *segment, size_t off, size_t pages);
void model_unpin(struct model *model, struct pin *pin);

/* Pages of @process that count in its VmLck. */
size_t model_locked(const struct process *process);

/* The range that page frame @pfn belongs to, as mapped or pinned memory; NULL: none of ours. */
const struct mem *model_owner(const struct model *model, uint64_t pfn);

void model_clear(struct model *model);

#endif
