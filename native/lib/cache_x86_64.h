/* SPDX-License-Identifier: Apache-2.0 */
/*
 * x86-64: clflushopt where the processor has it, else clflush, which every one has but which waits for
 * each line. Both write back and forget; forgetting is harmless where only writing back is asked for.
 */
#ifndef CACHE_X86_64_H
#define CACHE_X86_64_H

#include <cpuid.h>
#include <immintrin.h>

typedef void lines_function(uintptr_t start, uintptr_t end, size_t line);

static inline size_t line_size(void)
{
	unsigned int eax, ebx, ecx, edx;

	return __get_cpuid(1, &eax, &ebx, &ecx, &edx) ? ((ebx >> 8) & 0xff) * 8 : 64;
}

static inline void fence(void)
{
	_mm_mfence();
}

static void flush_lines(uintptr_t start, uintptr_t end, size_t line)
{
	for (uintptr_t address = start; address < end; address += line)
		_mm_clflush((const void *)address);
}

__attribute__((target("clflushopt")))
static void flush_lines_unordered(uintptr_t start, uintptr_t end, size_t line)
{
	for (uintptr_t address = start; address < end; address += line)
		_mm_clflushopt((void *)address);
}

static inline lines_function *clean_lines(void)
{
	unsigned int eax, ebx, ecx, edx;

	return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) && ebx & bit_CLFLUSHOPT ?
		flush_lines_unordered : flush_lines;
}

static inline lines_function *invalidate_lines(void)
{
	return clean_lines();
}

#endif
