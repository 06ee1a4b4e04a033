/* SPDX-License-Identifier: Apache-2.0 */
/* AArch64: DC CVAC and DC CIVAC, which Linux permits to user space; line sizes are in CTR_EL0. */
#ifndef CACHE_AARCH64_H
#define CACHE_AARCH64_H

typedef void lines_function(uintptr_t start, uintptr_t end, size_t line);

static inline size_t line_size(void)
{
	uint64_t type;

	__asm__("mrs %0, ctr_el0" : "=r"(type));
	/* DminLine: log2 of the words of 4 bytes */
	return (size_t)4 << ((type >> 16) & 0xf);
}

/* Not just for the processors (ISH): devices are in the outer domain. */
static inline void fence(void)
{
	__asm__ volatile("dsb sy" : : : "memory");
}

static void write_back(uintptr_t start, uintptr_t end, size_t line)
{
	for (uintptr_t address = start; address < end; address += line)
		__asm__ volatile("dc cvac, %0" : : "r"(address) : "memory");
}

static void write_back_and_forget(uintptr_t start, uintptr_t end, size_t line)
{
	for (uintptr_t address = start; address < end; address += line)
		__asm__ volatile("dc civac, %0" : : "r"(address) : "memory");
}

static inline lines_function *clean_lines(void)
{
	return write_back;
}

static inline lines_function *invalidate_lines(void)
{
	return write_back_and_forget;
}

#endif
