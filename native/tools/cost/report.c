// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>

#include "../common/clock.h"
#include "report.h"

enum { CLEAR_PAGE = 512 };	/* instructions: rep stosq, 8 bytes each */

static FILE *csv;

void report_open(FILE *file)
{
	csv = file;
	if (csv)
		fputs("what,bytes,unit,count,min,quartile,median,max,beyond_clearing\n", csv);
}

void report_section(const char *title)
{
	printf("\n%s\n%-34s %8s %5s %15s %15s %15s %15s\n", title, "", "size", "times", "min", "median", "max",
	       "beyond clearing");
}

static const char *size_text(size_t bytes)
{
	static char text[32];

	if (!bytes)
		text[0] = 0;
	else if (bytes >> 30 && !(bytes & ((1u << 30) - 1)))
		snprintf(text, sizeof(text), "%zu GiB", bytes >> 30);
	else if (bytes >> 20)
		snprintf(text, sizeof(text), "%zu MiB", bytes >> 20);
	else
		snprintf(text, sizeof(text), "%zu KiB", bytes >> 10);
	return text;
}

void report_costs(const char *what, size_t bytes, struct samples *samples, size_t pages_cleared)
{
	struct summary s = samples_summary(samples);
	int64_t beyond = (int64_t)s.median - (int64_t)(CLEAR_PAGE * pages_cleared);
	const char *unit = clock_counts_instructions() ? "instructions" : "ns";
	char rest[32] = "";

	if (pages_cleared && clock_counts_instructions())
		snprintf(rest, sizeof(rest), "%" PRId64, beyond);
	printf("%-34s %8s %5zu %15" PRIu64 " %15" PRIu64 " %15" PRIu64 " %15s\n", what, size_text(bytes), s.count, s.min,
	       s.median, s.max, rest);
	if (csv)
		fprintf(csv, "\"%s\",%zu,%s,%zu,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%s\n", what, bytes, unit, s.count,
			s.min, s.quartile, s.median, s.max, rest);
	fflush(stdout);
}

void report_value(const char *what, size_t bytes, uint64_t value, const char *unit)
{
	printf("%-34s %8s %5s %15s %15" PRIu64 " %s\n", what, size_text(bytes), "", "", value, unit);
	if (csv)
		fprintf(csv, "\"%s\",%zu,%s,1,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",\n", what, bytes, unit, value, value, value,
			value);
	fflush(stdout);
}

void report_skipped(const char *what, size_t bytes, const char *reason)
{
	printf("%-34s %8s   not measured: %s\n", what, size_text(bytes), reason);
	if (csv)
		fprintf(csv, "\"%s\",%zu,skipped,0,0,0,0,0,\n", what, bytes);
	fflush(stdout);
}
