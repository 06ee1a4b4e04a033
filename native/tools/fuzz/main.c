// SPDX-License-Identifier: Apache-2.0
/*
 * fuzz - runs random sequences of system calls around mmap(MAP_CONTIG) against a model of what must be true.
 *
 * Output is TAP: one test a regression, one a batch of sequences, one for the memory that is back at the end. Run it as
 * root, with a reserve (contig_cma=512M).
 */
#include <dirent.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fail.h"
#include "noise.h"
#include "observe.h"
#include "run.h"
#include "shrink.h"

#define MOST_FAILURES	5
#define SKIP_ALL	4	/* KSFT_SKIP: the counter of the project knows it */

/* What others may do to memory meanwhile: page tables, slab, per-cpu lists. */
#define AVAILABLE_NOISE_KB	(64l << 10)
#define COMMITTED_NOISE_KB	(1l << 10)

static struct {
	unsigned long sequences, steps, seed, batch, seconds, shrink_seconds;
	const char *replay, *regressions, *keep;
	bool progress, race, noise, print;
} options = { .sequences = 100, .steps = 200, .seed = 1, .batch = 10, .shrink_seconds = 120 };

static const char usage[] =
	"usage: fuzz [options]\n"
	"  --sequences N      random sequences to run (default 100)\n"
	"  --steps M          operations in each (default 200)\n"
	"  --seed S           of the first; each next has one more (default 1)\n"
	"  --seconds T        begin no further sequence after so long\n"
	"  --batch B          sequences a TAP test (default 10)\n"
	"  --race             let operations of two processes run at the same time\n"
	"  --noise            have another process compact memory and take and give it back meanwhile\n"
	"  --regressions DIR  first run every DIR/*.txt\n"
	"  --replay FILE      only run the operations in FILE, and tell what they do\n"
	"  --keep DIR         write failing sequences there, as small as they get\n"
	"  --shrink T         seconds for making a failing sequence small (default 120)\n"
	"  --patience T       seconds until a system call counts as hanging (default 60)\n"
	"  --print            print the first sequence instead of running it\n"
	"  --progress         tell on stderr what is done\n";

static struct kernel kernel;
static unsigned int tests, failures;
static unsigned long done;

static void result(bool good, const char *name, const char *note)
{
	printf("%sok %u - %s%s%s\n", good ? "" : "not ", ++tests, name, note ? " # " : "", note ? note : "");
	fflush(stdout);
	failures += !good;
}

/* A text of several lines as comments of TAP. */
static void comment(const char *text)
{
	const char *line = text;

	while (*line) {
		int length = (int)strcspn(line, "\n");

		printf("# %.*s\n", length, line);
		line += length + (line[length] == '\n');
	}
	fflush(stdout);
}

static void keep(const struct program *program, unsigned long seed, const char *why)
{
	char path[512];
	FILE *file;

	if (!options.keep)
		return;
	snprintf(path, sizeof(path), "%s/seed-%lu.txt", options.keep, seed);
	file = fopen(path, "we");
	if (!file) {
		perror(path);
		return;
	}
	fprintf(file, "# Seed %lu of %lu steps, made small. It failed with:\n# ", seed, options.steps);
	for (; *why; why++) {
		putc(*why, file);
		if (*why == '\n')
			fputs("# ", file);
	}
	putc('\n', file);
	program_print(file, program);
	fclose(file);
}

/* Makes it small, runs it once more and tells what it did. */
static void report(struct program *program, unsigned long seed, const char *first_failure)
{
	char *text = NULL, why[1200];
	size_t size, failed;
	unsigned int runs;
	const char *again;
	FILE *file;

	snprintf(why, sizeof(why), "%s", first_failure);
	printf("# seed %lu failed: %s\n", seed, why);
	fflush(stdout);
	runs = shrink(&kernel, program, why, (unsigned int)options.shrink_seconds);
	printf("# shrunken to %zu operations in %u runs:\n", program->count, runs);
	file = open_memstream(&text, &size);
	if (!file)
		abort();
	program_print(file, program);
	fclose(file);
	comment(text);
	free(text);
	file = open_memstream(&text, &size);
	if (!file)
		abort();
	again = run_program(&kernel, program, file, &failed, NULL);
	fclose(file);
	puts("# what it did:");
	comment(text);
	free(text);
	printf("# failure of the shrunken sequence: %s\n", again ? again : "none this time; it is a matter of chance");
	keep(program, seed, again ? again : why);
}

static void run_regression(const char *folder, const char *name)
{
	struct program program;
	const char *failure;
	char path[1024];
	size_t failed = 0;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	failure = program_read(&program, path);
	if (!failure)
		failure = run_program(&kernel, &program, NULL, &failed, &done);
	if (failure)
		printf("# %s, operation %zu: %s\n", name, failed + 1, failure);
	result(!failure, name, NULL);
	program_free(&program);
}

static int is_text(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 4 && !strcmp(entry->d_name + length - 4, ".txt");
}

static void run_regressions(const char *folder)
{
	struct dirent **names;
	int count = scandir(folder, &names, is_text, alphasort), i;

	if (count < 0) {
		perror(folder);
		exit(2);
	}
	for (i = 0; i < count; i++) {
		run_regression(folder, names[i]->d_name);
		free(names[i]);
	}
	free(names);
}

static int replay(const char *path)
{
	struct program program;
	const char *failure = program_read(&program, path);
	size_t failed = 0;

	if (failure) {
		fprintf(stderr, "fuzz: %s\n", failure);
		return 2;
	}
	failure = run_program(&kernel, &program, stdout, &failed, &done);
	if (failure)
		printf("# operation %zu: %s\n", failed + 1, failure);
	result(!failure, path, NULL);
	printf("1..%u\n", tests);
	program_free(&program);
	return failure ? 1 : 0;
}

/* Since the first call. */
static unsigned long seconds_gone(void)
{
	static time_t begin;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!begin)
		begin = now.tv_sec;
	return (unsigned long)(now.tv_sec - begin);
}

static bool time_is_up(void)
{
	return options.seconds && seconds_gone() >= options.seconds;
}

/* The number of the next sequence; failures are told. */
static unsigned long run_batch(unsigned long first)
{
	unsigned long i, last = first + options.batch;
	bool good = true;
	char name[160];

	if (last > options.sequences)
		last = options.sequences;
	for (i = first; i < last && !time_is_up(); i++) {
		unsigned long seed = options.seed + i;
		struct program program;
		const char *failure;
		size_t failed;

		program_random(&program, seed, options.steps, options.race);
		failure = run_program(&kernel, &program, NULL, &failed, &done);
		if (options.progress)
			fprintf(stderr, "fuzz: seed %lu: %s (%lu operations in %lu s so far)\n", seed,
				failure ? failure : "good", done, seconds_gone());
		if (failure) {
			good = false;
			report(&program, seed, failure);
		}
		program_free(&program);
	}
	if (i == first)
		return options.sequences;
	snprintf(name, sizeof(name), "sequences of %lu steps, seeds %lu to %lu%s", options.steps, options.seed + first,
		 options.seed + i - 1, options.race ? ", racing" : "");
	if (options.noise)
		strcat(name, ", with noise");
	result(good, name, NULL);
	return i;
}

struct memory {
	long available, committed;
};

static struct memory memory_now(void)
{
	return (struct memory){
		.available = observe_number("/proc/meminfo", "MemAvailable"),
		.committed = observe_number("/proc/meminfo", "Committed_AS"),
	};
}

/* After all of it; a leak of each sequence has added up. */
static void check_memory(struct memory before)
{
	struct memory now;
	char note[160];
	bool good = false;
	int i;

	for (i = 0; i < 50 && !good; i++) {
		now = memory_now();
		good = now.available >= before.available - AVAILABLE_NOISE_KB &&
		       labs(now.committed - before.committed) <= COMMITTED_NOISE_KB;
		if (!good)
			usleep(200000);
	}
	printf("# MemAvailable before %ld kB, after %ld; Committed_AS before %ld kB, after %ld\n", before.available,
	       now.available, before.committed, now.committed);
	snprintf(note, sizeof(note), "MemAvailable %+ld kB, Committed_AS %+ld kB", now.available - before.available,
		 now.committed - before.committed);
	result(good, "memory is back at the end", good ? NULL : note);
}

static unsigned long number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (end == text || *end) {
		fprintf(stderr, "fuzz: '%s' is not a number\n%s", text, usage);
		exit(2);
	}
	return value;
}

static void parse(int argc, char **argv)
{
	static const struct option known[] = {
		{ "sequences", 1, NULL, 'n' }, { "steps", 1, NULL, 'm' }, { "seed", 1, NULL, 's' },
		{ "seconds", 1, NULL, 't' }, { "batch", 1, NULL, 'b' }, { "race", 0, NULL, 'a' },
		{ "noise", 0, NULL, 'o' },
		{ "regressions", 1, NULL, 'd' }, { "replay", 1, NULL, 'r' }, { "keep", 1, NULL, 'k' },
		{ "shrink", 1, NULL, 'h' }, { "patience", 1, NULL, 'w' }, { "print", 0, NULL, 'l' },
		{ "progress", 0, NULL, 'p' }, { 0 },
	};
	int key;

	while ((key = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (key) {
		case 'n':
			options.sequences = number(optarg);
			break;
		case 'm':
			options.steps = number(optarg);
			break;
		case 's':
			options.seed = number(optarg);
			break;
		case 't':
			options.seconds = number(optarg);
			break;
		case 'b':
			options.batch = number(optarg);
			break;
		case 'a':
			options.race = true;
			break;
		case 'o':
			options.noise = true;
			break;
		case 'd':
			options.regressions = optarg;
			break;
		case 'r':
			options.replay = optarg;
			break;
		case 'k':
			options.keep = optarg;
			break;
		case 'h':
			options.shrink_seconds = number(optarg);
			break;
		case 'w':
			crew_patience_seconds = (unsigned int)number(optarg);
			break;
		case 'l':
			options.print = true;
			break;
		case 'p':
			options.progress = true;
			break;
		default:
			fputs(usage, stderr);
			exit(2);
		}
	}
	if (optind != argc || !options.batch || !options.steps || !crew_patience_seconds) {
		fputs(usage, stderr);
		exit(2);
	}
}

static int print_sequence(void)
{
	struct program program;

	program_random(&program, options.seed, options.steps, options.race);
	program_print(stdout, &program);
	program_free(&program);
	return 0;
}

int main(int argc, char **argv)
{
	const char *missing;
	struct memory before;
	unsigned long next;
	pid_t noise;

	parse(argc, argv);
	if (options.print)
		return print_sequence();
	puts("TAP version 13");
	missing = kernel_learn(&kernel);
	if (missing) {
		printf("1..0 # SKIP %s\n", missing);
		return SKIP_ALL;
	}
	if (options.replay)
		return replay(options.replay);
	if (options.race)
		race_prepare();
	before = memory_now();
	seconds_gone();	/* the clock starts */
	noise = options.noise ? noise_start() : 0;
	if (options.regressions)
		run_regressions(options.regressions);
	for (next = 0; next < options.sequences && failures < MOST_FAILURES; )
		next = run_batch(next);
	noise_stop(noise);
	check_memory(before);
	printf("# %lu operations done\n", done);
	printf("1..%u\n", tests);
	return failures ? 1 : 0;
}
