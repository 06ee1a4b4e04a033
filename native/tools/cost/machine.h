/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COST_MACHINE_H
#define COST_MACHINE_H

#include <stddef.h>

/* Clearing and copying as the kernel does it, here in user space on mapped memory: the floors. */

/* rep stosq: 512 instructions a page on a processor that counts them. */
static inline void machine_clear(void *to, size_t bytes)
{
	size_t words = bytes / 8;

	__asm__ volatile("rep stosq" : "+D"(to), "+c"(words) : "a"(0) : "memory");
}

/* rep movsq: the same for copying, the kernel's copy_page(). */
static inline void machine_copy(void *to, const void *from, size_t bytes)
{
	size_t words = bytes / 8;

	__asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
}

#endif
