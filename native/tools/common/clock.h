/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMON_CLOCK_H
#define COMMON_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Nanoseconds of CLOCK_MONOTONIC. In a guest of 'vagrant/vm run --icount' they are instructions: QEMU advances the
 * virtual time stamp counter by 1 ns for each instruction that the guest executes, in user space and in the kernel,
 * the kernel's clock is that counter, and reading it is no system call.
 */
uint64_t clock_now(void);

/*
 * What 1000 instructions take by that clock, measured with a loop of known length: near 1000 with --icount, where all
 * above it is the share of timer interrupts; anything else elsewhere.
 */
double clock_per_1000_instructions(void);

/* Whether that is near enough to 1000 to call the unit "instructions". */
bool clock_counts_instructions(void);

#endif
