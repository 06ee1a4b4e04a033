/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMON_AMOUNTS_H
#define COMMON_AMOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "64M" and the like: a number and K, M or G (of 1024); without a letter bytes. False if it is nothing such, or 0. */
bool amount_bytes(const char *text, uint64_t *bytes);

/* "5%" or "0.5%", as parts of 1, from 0 to 1. The sign may be missing. False if it is nothing such. */
bool amount_share(const char *text, double *share);

/* A whole number from least to most. */
bool amount_number(const char *text, uint64_t least, uint64_t most, uint64_t *number);

/* "64 MiB", in the largest unit that is exact; in a buffer of the caller, of at least AMOUNT_TEXT bytes. */
enum { AMOUNT_TEXT = 32 };
const char *amount_text(uint64_t bytes, char *text);

#endif
