/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRAGMENT_SPARSE_H
#define FRAGMENT_SPARSE_H

#include <stdbool.h>
#include <stdint.h>

/* A file without blocks and without a name: reading it fills the page cache and no disk is read. */

/* Its descriptor, or -1 with errno; ENOTSUP where the folder's file system keeps its files in memory. */
int sparse_open(const char *folder, uint64_t bytes);

bool sparse_read(int fd, uint64_t offset, uint64_t bytes);

#endif
