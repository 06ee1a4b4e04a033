/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COST_MAPPINGS_H
#define COST_MAPPINGS_H

#include <stddef.h>

/* How often something that touches that many bytes is measured. */
int repetitions(size_t bytes);

/* mmap and munmap of populated memory, by every way there is, and memset of mapped memory. */
void mappings_measure(const size_t *sizes, size_t count);

/* Memory for page tables of one mapping of that size. */
void mappings_page_tables(size_t bytes);

#endif
