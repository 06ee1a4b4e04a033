// SPDX-License-Identifier: Apache-2.0
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "amounts.h"

bool amount_number(const char *text, uint64_t least, uint64_t most, uint64_t *number)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*number = strtoull(text, &end, 10);
	return !errno && !*end && *number >= least && *number <= most;
}

bool amount_bytes(const char *text, uint64_t *bytes)
{
	static const char letters[] = "KMG";
	uint64_t number;
	int shift = 0;
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	number = strtoull(text, &end, 10);
	if (*end) {
		const char *letter = strchr(letters, *end);

		if (!letter || end[1])
			return false;
		shift = 10 * (int)(letter - letters + 1);
	}
	if (errno || !number || number > UINT64_MAX >> shift)
		return false;
	*bytes = number << shift;
	return true;
}

bool amount_share(const char *text, double *share)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	*share = strtod(text, &end) / 100;
	if (*end == '%')
		end++;
	return !*end && *share <= 1;
}

const char *amount_text(uint64_t bytes, char *text)
{
	static const char * const units[] = { "bytes", "KiB", "MiB", "GiB" };
	size_t unit = 0;

	while (unit < 3 && bytes && !(bytes & 1023)) {
		bytes >>= 10;
		unit++;
	}
	snprintf(text, AMOUNT_TEXT, "%" PRIu64 " %s", bytes, units[unit]);
	return text;
}
