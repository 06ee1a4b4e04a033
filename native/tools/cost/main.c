// SPDX-License-Identifier: Apache-2.0
/*
 * cost - what MAP_CONTIG costs, counted.
 *
 *   cost [--csv FILE] [--largest MIB] [mappings] [tables] [fork] [split]   what the flag costs (default: all of these)
 *   cost [--csv FILE] wall                                                 the time of mmap over that of memset, for a real clock
 *   cost [--csv FILE] [--largest MIB] vfio                                 what an IOMMU has to do for it, and for other memory
 *   cost [--csv FILE] loops                                                what costs who does not use it (C19)
 *
 * Exit status 2: wrong usage, or the wrong place; 3: the kernel has no MAP_CONTIG.
 *
 * Wants root, and a guest that is thrown away afterwards: it changes settings. So it runs in those of vagrant/vm only, or
 * with --anywhere. With 'vagrant/vm run --icount' the unit is instructions and the numbers are the same in every run; without,
 * it is nanoseconds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <unistd.h>

#include "../common/clock.h"
#include "../common/guest.h"
#include "forks.h"
#include "loops.h"
#include "mappings.h"
#include "report.h"
#include "split.h"
#include "vfio.h"
#include "wall.h"
#include "ways.h"

static const size_t all_sizes[] = { 4u << 10, 64u << 10, 2u << 20, 4u << 20, 64u << 20, 256u << 20, 1u << 30 };

static void usage(void)
{
	fputs("usage: cost [--anywhere] [--csv FILE] [--largest MIB] [mappings] [tables] [fork] [split]\n"
	      "       cost [--anywhere] [--csv FILE] [--largest MIB] wall|loops|vfio\n", stderr);
	exit(2);
}

/* Random addresses would be another walk of the tables in every run. */
static void fix_addresses(char **argv)
{
	int old = personality(0xffffffff);

	if (old < 0 || old & ADDR_NO_RANDOMIZE || personality((unsigned int)old | ADDR_NO_RANDOMIZE) < 0)
		return;
	execv("/proc/self/exe", argv);
}

static void measure(const char *what, const size_t *sizes, size_t count)
{
	if (strcmp(what, "loops") && strcmp(what, "vfio") && !map_contig_known()) {
		fputs("cost: this kernel has no MAP_CONTIG\n", stderr);
		exit(3);
	}
	if (!strcmp(what, "mappings"))
		mappings_measure(sizes, count);
	else if (!strcmp(what, "tables"))
		mappings_page_tables(sizes[count - 1]);
	else if (!strcmp(what, "fork"))
		forks_measure(64u << 20);
	else if (!strcmp(what, "split"))
		split_measure(sizes, count);
	else if (!strcmp(what, "wall"))
		wall_measure(64u << 20);
	else if (!strcmp(what, "vfio"))
		vfio_measure(sizes[count - 1]);
	else if (!strcmp(what, "loops"))
		loops_measure();
	else
		usage();
}

int main(int argc, char **argv)
{
	static const char * const default_parts[] = { "mappings", "tables", "fork", "split" };
	size_t largest = 1u << 30, count = 0;
	FILE *csv = NULL;
	int i = 1;

	if (argc == 2 && !strcmp(argv[1], "nothing"))
		return 0;	/* the program that loops_processes.c executes */
	fix_addresses(argv);
	if (i < argc && !strcmp(argv[i], "--anywhere")) {
		i++;
	} else if (!guest_here()) {
		fputs("cost: changes settings of the machine, so it runs in a guest: vagrant/vm run [--icount] -- native/target/cost\n"
		      "      (--anywhere runs it here)\n", stderr);
		return 2;
	}
	for (; i < argc && argv[i][0] == '-'; i += 2) {
		if (i + 1 == argc)
			usage();
		if (!strcmp(argv[i], "--csv")) {
			csv = fopen(argv[i + 1], "we");
			if (!csv) {
				perror(argv[i + 1]);
				return 1;
			}
		} else if (!strcmp(argv[i], "--largest")) {
			largest = strtoull(argv[i + 1], NULL, 10) << 20;
		} else {
			usage();
		}
	}
	while (count < sizeof(all_sizes) / sizeof(all_sizes[0]) && all_sizes[count] <= largest)
		count++;
	if (!count)
		usage();
	report_open(csv);
	printf("unit: %s (1000 instructions of a loop take %.3f)\n",
	       clock_counts_instructions() ? "instructions" : "nanoseconds", clock_per_1000_instructions());
	if (i == argc) {
		for (size_t part = 0; part < sizeof(default_parts) / sizeof(default_parts[0]); part++)
			measure(default_parts[part], all_sizes, count);
	}
	for (; i < argc; i++)
		measure(argv[i], all_sizes, count);
	if (csv && fclose(csv)) {
		perror("--csv");
		return 1;
	}
	return 0;
}
