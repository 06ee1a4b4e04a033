/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the operations in steps_*.c have in common. Each does one operation: what it must do by the model, the doing of
 * it in a worker, the change of the model. The contract's numbers say where a prediction comes from.
 */
#ifndef FUZZ_STEPS_H
#define FUZZ_STEPS_H

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fail.h"
#include "run.h"

#define MAP_CONTIG 0x400000	/* contract, section 1 */

/* Part of a segment. */
struct part {
	unsigned int who;
	struct process *process;
	struct segment *segment;
	size_t off, pages;
	uint64_t start;
};

/* The part that @op names; false: there is none, or no room for what becomes of it. */
bool part_of(struct run *run, const struct op *op, unsigned int who, struct part *part);

/* Lets the part run on into what is mapped right behind it, if the operation wants more than the segment has. */
void extend(const struct op *op, struct part *part);

/* Segments begin and end where the part does. */
void cut(struct part *part);

/* Every segment of a part that has been cut. */
#define FOR_PART(part, s)									\
	for (struct segment *s = (part)->process->segment;					\
	     s < (part)->process->segment + (part)->process->count; s++)			\
		if ((part)->start <= s->start && s->start < (part)->start + (part)->pages * PAGE)

struct segment *segment_at(struct process *process, uint64_t addr);

/* A line of the trace, if there is one. */
__attribute__((format(printf, 2, 3))) void tell(struct run *run, const char *format, ...);

const char *nothing_to_do(struct run *run);

/* A system call of a worker, which must give the one errno that is right. */
const char *call(struct run *run, unsigned int who, int expected, struct reply *reply, const char *what, long number,
		 uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f);

uint64_t new_stamp(struct run *run);
int protection(const struct op *op);

/* Where in the zone, and how many pages to its end. */
uint64_t zone_address(const struct op *op);
size_t zone_room(const struct op *op);

/* VmLck in pages, by the kernel. */
size_t locked_now(struct run *run, unsigned int who);

/* C4: the errno for locking @pages more, as a new mapping; with @charge also to the user's account. */
int limit_error(struct run *run, unsigned int who, size_t pages, bool charge);

/* At most what may be held, and no more than the buddy allocator has where there is no reserve to speak of. */
size_t affordable(struct run *run, size_t pages);

typedef const char *step_function(struct run *run, const struct op *op, unsigned int who);
step_function step_mmap, step_mmap_bad, step_plain, step_munmap, step_mremap, step_mprotect, step_madvise,
	step_fork, step_kill_busy, step_exit, step_kill, step_pin, step_splice, step_unpin, step_device, step_mlock,
	step_munlock, step_mlockall, step_munlockall, step_limit, step_store, step_poke, step_clear_refs,
	step_compact, step_move_pages, step_mbind, step_msync;

#endif
