/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a failing program small. */
#ifndef FUZZ_SHRINK_H
#define FUZZ_SHRINK_H

#include "run.h"

/*
 * Leaves out of @program what it fails without in the way that the text @failure tells, and makes its numbers plain, in
 * at most @seconds. Returns the runs it took. A failure that comes by chance (a race) may be lost on the way: then the program stays as long as it is.
 */
unsigned int shrink(const struct kernel *kernel, struct program *program, const char *failure, unsigned int seconds);

#endif
