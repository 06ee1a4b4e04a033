/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel tells about memory as a whole, about a process's layout, and in its log. */
#ifndef FUZZ_OBSERVE_H
#define FUZZ_OBSERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The number after @key in a file of "key: number" or "key number" lines; -1 without it. */
long observe_number(const char *path, const char *key);

/* The same in an open file, read from its beginning. */
long observe_number_fd(int fd, const char *key);

/* Bytes of the reserves of all nodes; "reserve_bytes" or "reserve_free_bytes"; -1: the kernel has no MAP_CONTIG. */
long observe_reserve(const char *name);

/* map_contig_pages of /proc/vmstat; -1 without it. Each CPU keeps a difference to it for a while, which ends here. */
long observe_contig_pages(void);

/* One line of /proc/PID/maps. */
struct line {
	uint64_t start, end;
	char perms[5];
	bool contig;		/* the name says so */
	bool locked;		/* only from smaps */
};

/* The lines of maps, or of smaps, in memory that is the caller's to free. NULL: it could not be read. */
struct line *observe_maps(pid_t pid, bool smaps, size_t *count);

/* Bytes of [start, start + pages) that are mapped by huge page table entries; -1: not known. */
long observe_huge_bytes(int pagemap, uint64_t start, size_t pages);

/* The kernel's log from now on; a BUG, WARNING or the like logged since the last look, or NULL. */
void observe_log_open(void);
const char *observe_log(void);

#endif
