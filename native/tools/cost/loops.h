/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COST_LOOPS_H
#define COST_LOOPS_H

/*
 * C19, "who does not use the flag pays nothing measurable": loops of what programs do with memory, none of them with
 * MAP_CONTIG. Run on this kernel and on the same kernel without the series, and compared by compare.py.
 */
void loops_measure(void);

#endif
