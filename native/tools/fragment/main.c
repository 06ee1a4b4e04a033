// SPDX-License-Identifier: Apache-2.0
/*
 * fragment - brings memory into a state of fragmentation, tells what it is, and holds it while a command runs.
 *
 * Wants root, and a machine that has nothing better to do: it takes nearly all memory. So it runs in guests of vagrant/vm only,
 * or with --anywhere.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "../common/amounts.h"
#include "../common/guest.h"
#include "../common/state.h"
#include "arrange.h"
#include "pressure.h"
#include "serve.h"

static const char usage[] =
	"usage: fragment [options] [-- COMMAND...]\n"
	"  --free SHARE         of all memory that is free, in many pieces: 2% to 95% (default 50%)\n"
	"  --unmovable SHARE    of all memory that can not be moved, besides what the kernel has already (default 5%)\n"
	"  --kinds KIND=N,...   of that, relative to each other: pinned, tables, slab, pipe (default all 1); pinned memory lies among\n"
	"                       movable, the others in pageblocks that the kernel chooses\n"
	"  --cache SHARE        of all memory that is clean page cache (default 10%)\n"
	"  --grain SIZE         the largest piece, a power of two from 4K to 4M (default 256K)\n"
	"  --seed N             of all that is random (default 1)\n"
	"  --pressure N         processes that use memory meanwhile: files, forks, short pins (default 0, at most 16)\n"
	"  --folder DIR         on a file system of a disk, for the files behind page cache (default /var/tmp)\n"
	"  --progress           tell on stderr how far it is\n"
	"  --anywhere           not only in a guest of vagrant/vm: it takes nearly all memory of the machine\n"
	"The rest is anonymous memory. The state is told on stderr and held until COMMAND ends, or without one until stdin does.\n"
	"A line 'again' on stdin, or from COMMAND on the descriptor $FRAGMENT, asks for other holes; the answer is 'done' or 'failed'.\n"
	"exit status: that of COMMAND; 1 the state could not be reached; 2 wrong usage; 126, 127 COMMAND could not be run\n";

static struct target target = {
	.free = 0.5, .unmovable = 0.05, .cache = 0.1, .grain = 256 << 10, .seed = 1, .folder = "/var/tmp",
	.weights = { [PIECE_PINNED] = 1, [PIECE_TABLES] = 1, [PIECE_SLAB] = 1, [PIECE_PIPE] = 1 },
};
static uint64_t pressure;

static _Noreturn void wrong(const char *option, const char *value)
{
	fprintf(stderr, "fragment: --%s %s is not possible\n%s", option, value, usage);
	exit(2);
}

static bool parse_kinds(const char *list)
{
	static const char * const names[PIECE_KINDS] = {
		[PIECE_PINNED] = "pinned", [PIECE_TABLES] = "tables", [PIECE_SLAB] = "slab", [PIECE_PIPE] = "pipe",
	};
	char text[128];
	uint64_t number;
	int kind;

	if (snprintf(text, sizeof(text), "%s", list) >= (int)sizeof(text))
		return false;
	memset(target.weights, 0, sizeof(target.weights));
	for (char *part = strtok(text, ","); part; part = strtok(NULL, ",")) {
		char *value = strchr(part, '=');

		if (!value)
			return false;
		*value++ = '\0';
		for (kind = 0; kind < PIECE_KINDS && (!names[kind] || strcmp(names[kind], part)); kind++)
			;
		if (kind == PIECE_KINDS || !amount_number(value, 0, 1000, &number))
			return false;
		target.weights[kind] = (unsigned int)number;
	}
	return true;
}

static bool apply(char option, char *value)
{
	switch (option) {
	case 'f':
		return amount_share(value, &target.free) && target.free >= 0.02 && target.free <= 0.95;
	case 'u':
		return amount_share(value, &target.unmovable);
	case 'c':
		return amount_share(value, &target.cache);
	case 'k':
		return parse_kinds(value);
	case 'g':
		return amount_bytes(value, &target.grain) && target.grain >= 4096 && target.grain <= 4 << 20 &&
		       !(target.grain & (target.grain - 1));
	case 's':
		return amount_number(value, 0, UINT64_MAX, &target.seed);
	default:
		return amount_number(value, 0, 16, &pressure);
	}
}

/* Returns where the command begins. */
static int parse(int argc, char **argv)
{
	static const struct option options[] = {
		{ "free", 1, NULL, 'f' }, { "unmovable", 1, NULL, 'u' }, { "cache", 1, NULL, 'c' }, { "kinds", 1, NULL, 'k' },
		{ "grain", 1, NULL, 'g' }, { "seed", 1, NULL, 's' }, { "pressure", 1, NULL, 'p' }, { "folder", 1, NULL, 'd' },
		{ "progress", 0, NULL, 'v' }, { "anywhere", 0, NULL, 'a' }, { "help", 0, NULL, 'h' }, { 0 },
	};
	bool anywhere = false;
	int option, which = 0;

	while ((option = getopt_long(argc, argv, "+h", options, &which)) != -1) {
		if (option == 'h') {
			fputs(usage, stdout);
			exit(0);
		}
		if (option == '?') {
			fputs(usage, stderr);
			exit(2);
		}
		if (option == 'd')
			target.folder = optarg;
		else if (option == 'v')
			target.progress = true;
		else if (option == 'a')
			anywhere = true;
		else if (!apply((char)option, optarg))
			wrong(options[which].name, optarg);
	}
	/* getopt takes the -- away: a word without it is a forgotten one */
	if (optind < argc && strcmp(argv[optind - 1], "--")) {
		fprintf(stderr, "fragment: '%s': a command comes after --\n%s", argv[optind], usage);
		exit(2);
	}
	if (target.free + target.unmovable + target.cache > 1) {
		fprintf(stderr, "fragment: --free, --unmovable and --cache are more than all memory together\n");
		exit(2);
	}
	if (!anywhere && !guest_here()) {
		fputs("fragment: takes nearly all memory of the machine, so it runs in a guest: vagrant/vm run -- native/target/fragment ...\n"
		      "          (--anywhere runs it here)\n", stderr);
		exit(2);
	}
	return optind;
}

int main(int argc, char **argv)
{
	const struct rlimit files = { 65536, 65536 };
	struct state state;
	int command = parse(argc, argv);

	/* One a MiB of pipe pages; if it is refused, a pipe will say so */
	setrlimit(RLIMIT_NOFILE, &files);
	if (!arrange(&target))
		return 1;
	for (uint64_t i = 0; i < pressure; i++) {
		if (!pressure_start(target.seed + i, target.folder)) {
			fprintf(stderr, "fragment: pressure can not be started in %s: %m\n", target.folder);
			return 1;
		}
	}
	if (!state_read(&state)) {
		fprintf(stderr, "fragment: the state can not be told: %m (/proc/kpageflags, /proc/buddyinfo; root)\n");
		return 1;
	}
	state_print(&state, "fragment: ", stderr);
	return command < argc ? serve_command(&target, argv + command) : serve_stdin(&target);
}
