// SPDX-License-Identifier: Apache-2.0
/*
 * measure - asks allocators for contiguous memory, in the state memory is in, and proves what comes.
 *
 *   fragment --free 50% --seed 1 --pressure 1 -- measure --out /results --name half
 *
 * Wants root, and changes settings, so it runs in guests of vagrant/vm only, or with --anywhere. Times are the machine's; what
 * can be compared is what was measured in one run, against the memset of the same size beside it.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../common/amounts.h"
#include "../common/clock.h"
#include "../common/guest.h"
#include "arrangement.h"
#include "turn.h"

enum { MOST_SIZES = 16, WRONG_USAGE = 2, LIED = 3 };

static const char usage[] =
	"usage: measure --out DIR [options]\n"
	"  --out DIR            gets attempts.csv, states.csv, blockers.csv and summary.csv, or lines more in them\n"
	"  --name STATE         what to call this state of memory in them (default 'now')\n"
	"  --allocators LIST    of packet-ring, thp, hugetlb, dma-heap, contig-buddy, contig-reserve, contig-search (default all)\n"
	"  --sizes LIST         multiples of 2M (default 2M,8M,64M,256M,1G)\n"
	"  --arrangements N     arrangements of memory for each size, where a fragment runs this program (default 3)\n"
	"  --times N            how often memory is taken and given back in each of them (default 1)\n"
	"  --seconds N          for each size; after so long no further arrangement of memory is begun, and after its part of that\n"
	"                       no allocator is asked once more in the same one (default 600)\n"
	"  --seed N             only written down: that of fragment (default 0)\n"
	"  --anywhere           not only in a guest of vagrant/vm: it changes settings\n"
	"What an allocator can not be asked for here is left out, with the reason in summary.csv.\n"
	"exit status: 0; 1 it could not be measured; 2 wrong usage; 3 an allocator gave memory as contiguous that is not\n";

static struct {
	const char	*out, *name;
	bool		chosen[16];
	size_t		sizes[MOST_SIZES], size_count;
	uint64_t	arrangements, times, seconds, seed;
	bool		anywhere;
} settings = {
	.name = "now", .sizes = { 2 << 20, 8 << 20, 64 << 20, 256 << 20, 1 << 30 }, .size_count = 5, .arrangements = 3, .times = 1,
	.seconds = 600,
};

static _Noreturn void wrong(const char *format, const char *text)
{
	fputs("measure: ", stderr);
	fprintf(stderr, format, text);
	fprintf(stderr, "\n%s", usage);
	exit(WRONG_USAGE);
}

static void choose(char *list)
{
	memset(settings.chosen, 0, sizeof(settings.chosen));
	for (char *name = strtok(list, ","); name; name = strtok(NULL, ",")) {
		int i = 0;

		while (allocators[i] && strcmp(allocators[i]->name, name))
			i++;
		if (!allocators[i])
			wrong("there is no allocator '%s'", name);
		settings.chosen[i] = true;
	}
}

static void choose_sizes(char *list)
{
	settings.size_count = 0;
	for (char *text = strtok(list, ","); text; text = strtok(NULL, ",")) {
		uint64_t bytes;

		if (settings.size_count == MOST_SIZES)
			wrong("'%s' is one size too many", text);
		if (!amount_bytes(text, &bytes) || bytes % (2 << 20) || bytes > (uint64_t)1 << 40)
			wrong("'%s' is no size, or no multiple of 2M", text);
		settings.sizes[settings.size_count++] = bytes;
	}
}

static bool number(const char *text, uint64_t least, uint64_t most, uint64_t *to)
{
	return amount_number(text, least, most, to);
}

static void parse(int argc, char **argv)
{
	static const struct option options[] = {
		{ "out", 1, NULL, 'o' }, { "name", 1, NULL, 'n' }, { "allocators", 1, NULL, 'l' }, { "sizes", 1, NULL, 'z' },
		{ "arrangements", 1, NULL, 'r' }, { "times", 1, NULL, 't' }, { "seconds", 1, NULL, 'c' }, { "seed", 1, NULL, 's' },
		{ "anywhere", 0, NULL, 'a' }, { "help", 0, NULL, 'h' }, { 0 },
	};
	int option;
	bool good = true;

	memset(settings.chosen, 1, sizeof(settings.chosen));
	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'o': settings.out = optarg; break;
		case 'n': settings.name = optarg; break;
		case 'l': choose(optarg); break;
		case 'z': choose_sizes(optarg); break;
		case 'r': good = number(optarg, 1, 10000, &settings.arrangements); break;
		case 't': good = number(optarg, 1, 10000, &settings.times); break;
		case 'c': good = number(optarg, 1, 1000000, &settings.seconds); break;
		case 's': good = number(optarg, 0, UINT64_MAX, &settings.seed); break;
		case 'a': settings.anywhere = true; break;
		case 'h': fputs(usage, stdout); exit(0);
		default: fputs(usage, stderr); exit(WRONG_USAGE);
		}
		if (!good)
			wrong("%s is not possible", optarg);
	}
	if (optind < argc)
		wrong("unexpected word '%s'", argv[optind]);
	if (!settings.out)
		wrong("%s is missing", "--out");
	if (strpbrk(settings.name, ",\"\n"))
		wrong("--name %s: no commas, quotes and ends of lines", settings.name);
	if (!settings.anywhere && !guest_here()) {
		fputs("measure: changes settings of the machine, so it runs in a guest: vagrant/vm run -- native/target/measure ...\n"
		      "         (--anywhere runs it here)\n", stderr);
		exit(WRONG_USAGE);
	}
}

/* The cells of one size: those that can be measured first. Returns how many these are. */
static size_t cells_of(size_t bytes, struct cell *cells)
{
	size_t count = 0;

	for (int i = 0; allocators[i]; i++) {
		const char *reason;

		if (!settings.chosen[i])
			continue;
		reason = allocators[i]->refuses(bytes);
		cells[count] = (struct cell){ .allocator = allocators[i], .bytes = bytes, .left_out = reason };
		if (reason)
			output_summary(&cells[count]);
		else
			count++;
	}
	return count;
}

static bool note_state(size_t bytes, unsigned int arrangement)
{
	struct state state;

	if (!state_read(&state)) {
		perror("measure: the state of memory can not be told");
		return false;
	}
	output_state(arrangement, bytes, &state);
	return true;
}

/* Who comes first in an arrangement comes last in the next: what one leaves behind is the other's state of memory. */
static bool measure_size(size_t bytes, bool *lied)
{
	const uint64_t end = clock_now() + settings.seconds * 1000000000u;
	struct cell cells[16];
	const size_t count = cells_of(bytes, cells);
	bool good = true;

	for (unsigned int a = 0; good && count && a < settings.arrangements && (!a || clock_now() < end); a++) {
		if (arrangement_possible() && !arrangement_next())
			return false;
		good = note_state(bytes, a);
		for (size_t i = 0; good && i < count; i++) {
			struct cell *cell = &cells[(a + i) % count];

			good = turn(cell, a, (unsigned int)settings.times, clock_now() + settings.seconds * 1000000000u / count);
			output_progress(cell, a);
		}
	}
	for (size_t i = 0; i < count; i++) {
		*lied |= cells[i].outcomes[OUTCOME_LIE] > 0;
		output_summary(&cells[i]);
	}
	return good;
}

int main(int argc, char **argv)
{
	bool good, lied = false;

	parse(argc, argv);
	if (!output_open(settings.out, settings.name, settings.seed)) {
		fprintf(stderr, "measure: --out %s: %s\n", settings.out, strerror(errno));
		return 1;
	}
	good = turn_prepare();
	if (!good)
		perror("measure: preparing");
	for (size_t i = 0; good && i < settings.size_count; i++)
		good = measure_size(settings.sizes[i], &lied);
	if (!output_close()) {
		fprintf(stderr, "measure: writing to %s: %s\n", settings.out, strerror(errno));
		good = false;
	}
	return lied ? LIED : good ? 0 : 1;
}
