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

/* rep movsq: the kernel's copy_page(), 512 instructions a page. */
static inline void machine_copy(void *to, const void *from, size_t bytes)
{
	size_t words = bytes / 8;

	__asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
}

/*
 * By four words a turn: the kernel's memcpy() on a processor without FSRM, which is also its copying that survives a memory
 * error (copy_mc_user_highpage(), of fork and of copy on write) on one without ERMS. 1536 instructions a page.
 */
static inline void machine_copy_by_words(void *to, const void *from, size_t bytes)
{
	__asm__ volatile("1: sub $32, %2\n\t"
			 "mov (%1), %%r8\n\t"
			 "mov 8(%1), %%r9\n\t"
			 "mov 16(%1), %%r10\n\t"
			 "mov 24(%1), %%r11\n\t"
			 "lea 32(%1), %1\n\t"
			 "mov %%r8, (%0)\n\t"
			 "mov %%r9, 8(%0)\n\t"
			 "mov %%r10, 16(%0)\n\t"
			 "mov %%r11, 24(%0)\n\t"
			 "lea 32(%0), %0\n\t"
			 "jnz 1b"
			 : "+r"(to), "+r"(from), "+r"(bytes) : : "r8", "r9", "r10", "r11", "memory", "cc");
}

#endif
