/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUZZ_NOISE_H
#define FUZZ_NOISE_H

#include <sys/types.h>

/*
 * Starts a process that takes and gives back ordinary memory, has memory compacted and looks at page frames, as long as
 * the caller lives: nothing of that may be seen in the result of any operation (C10).
 */
pid_t noise_start(void);
void noise_stop(pid_t pid);

#endif
