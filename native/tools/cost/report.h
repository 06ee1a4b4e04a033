/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COST_REPORT_H
#define COST_REPORT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "samples.h"

/* Lines as CSV for programs and as a table for people, each in a file of its own; the table goes to stdout. */
void report_open(FILE *csv);

/* A heading in the table. */
void report_section(const char *title);

/*
 * One measurement: what was done to how many bytes (0: no size), and what it took. Where clearing is part of it,
 * pages_cleared pages of it are subtracted in the last column, at 512 instructions each.
 */
void report_costs(const char *what, size_t bytes, struct samples *samples, size_t pages_cleared);

/* A value that is no time: what, and its unit. */
void report_value(const char *what, size_t bytes, uint64_t value, const char *unit);

/* Why there is no value. */
void report_skipped(const char *what, size_t bytes, const char *reason);

#endif
