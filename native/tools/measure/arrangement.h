/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MEASURE_ARRANGEMENT_H
#define MEASURE_ARRANGEMENT_H

#include <stdbool.h>

/* Whether a 'fragment' runs this program, which can be asked for other holes. */
bool arrangement_possible(void);

/* Other holes of the same amount; false after saying why on stderr. */
bool arrangement_next(void);

#endif
