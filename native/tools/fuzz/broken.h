/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FUZZ_BREAK=pfn|bytes|leak|vmlck|errno: one thing is done, or expected, wrongly, to see that the fuzzer finds it. The
 * first three are misdeeds of the workers, the others of the model.
 */
#ifndef FUZZ_BROKEN_H
#define FUZZ_BROKEN_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static inline bool broken(const char *what)
{
	const char *wanted = getenv("FUZZ_BREAK");

	return wanted && !strcmp(wanted, what);
}

#endif
