/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRAGMENT_PRESSURE_H
#define FRAGMENT_PRESSURE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Starts a process that goes on using memory as a busy machine does, a step each few milliseconds: reads files and drops their
 * cache, forks, pins pages for a short time, takes memory and gives it back. Never more than some 40 MiB at a time. It ends with
 * this process. False with errno.
 */
bool pressure_start(uint64_t seed, const char *folder);

#endif
