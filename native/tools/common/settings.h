/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMON_SETTINGS_H
#define COMMON_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

/* Files of /proc and /sys: what the machine is set to. What is changed stays changed: the guest is thrown away. */

/* False with errno if it can not be written. */
bool setting_write(const char *path, const char *value);

/* The number in the file, decimal or with 0x; or fallback. */
int64_t setting_read(const char *path, int64_t fallback);

/* The number after NAME in a file of lines "NAME number" or "NAME: number", such as /proc/vmstat; or fallback. */
int64_t setting_field(const char *path, const char *name, int64_t fallback);

/* transparent_hugepage/enabled: "always", "madvise" or "never". */
bool setting_thp(const char *value);

/* Sets the pool of 2 MiB pages; false if the kernel could not make that many. */
bool setting_hugetlb_pool(uint64_t pages);

/* Bytes free in the reserves of all nodes (contig_cma=), 0 where there is none. */
uint64_t setting_reserve_free(void);

/* Bytes of those reserves, free or not. */
uint64_t setting_reserve_bytes(void);

/* MemFree, in bytes. */
uint64_t setting_memory_free(void);

#endif
