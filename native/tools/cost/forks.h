/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COST_FORKS_H
#define COST_FORKS_H

#include <stddef.h>

/* fork with a private MAP_CONTIG mapping of that size, against copying alone and against fork without it. */
void forks_measure(size_t bytes);

#endif
