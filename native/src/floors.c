// SPDX-License-Identifier: Apache-2.0
/*
 * The floors that the Java benchmarks are measured against: the least work that C could do.
 *
 * Reads commands from stdin, one a line, and answers each with a line: nanoseconds, or "error TEXT".
 * One measurement a command, so that the Java side can alternate it with its own.
 *
 *   memset BYTES               memset of memory that is already mapped and touched
 *   mmap BYTES                 mmap(MAP_CONTIG) of that many bytes, unmapped again outside the time
 *   pread PID ADDRESS BYTES    one pread of the pagemap entries of that range of that process
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#ifndef MAP_CONTIG
#define MAP_CONTIG 0x400000	/* contract, section 1 */
#endif

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void answer_error(const char *what)
{
	printf("error %s: %s\n", what, strerror(errno));
}

static void measure_memset(size_t bytes)
{
	static char *memory;
	static size_t mapped;
	static int value;
	uint64_t start;

	if (mapped != bytes) {
		if (memory)
			munmap(memory, mapped);
		mapped = 0;
		memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (memory == MAP_FAILED) {
			memory = NULL;
			return answer_error("mmap");
		}
		mapped = bytes;
		memset(memory, 1, bytes);	/* the page faults are no part of the floor */
	}
	start = now();
	memset(memory, ++value, bytes);
	/* Keeps the compiler from dropping stores that nobody reads. */
	__asm__ volatile("" : : "r"(memory) : "memory");
	printf("%" PRIu64 "\n", now() - start);
}

static void measure_mmap(size_t bytes)
{
	uint64_t start = now();
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_CONTIG, -1, 0);
	uint64_t end = now();

	if (p == MAP_FAILED)
		return answer_error("mmap(MAP_CONTIG)");
	munmap(p, bytes);
	printf("%" PRIu64 "\n", end - start);
}

static void measure_pread(int pid, uint64_t address, size_t bytes)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t wanted = bytes / page * sizeof(uint64_t);
	uint64_t start, end;
	char path[64];
	ssize_t got;
	void *words;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/pagemap", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return answer_error(path);
	words = calloc(1, wanted);
	if (!words) {
		answer_error("calloc");
		close(fd);
		return;
	}
	start = end = 0;
	got = 0;
	/* The first one is not timed: it faults the buffer in and warms the caches and the TLB. */
	for (int i = 0; i < 2; i++) {
		start = now();
		got = pread(fd, words, wanted, (off_t)(address / page * sizeof(uint64_t)));
		end = now();
	}
	if (got == (ssize_t)wanted)
		printf("%" PRIu64 "\n", end - start);
	else
		printf("error pread: %zd of %zu bytes\n", got, wanted);
	free(words);
	close(fd);
}

int main(void)
{
	char line[128];
	uint64_t address;
	size_t bytes;
	int pid;

	while (fgets(line, sizeof(line), stdin)) {
		if (sscanf(line, "memset %zu", &bytes) == 1)
			measure_memset(bytes);
		else if (sscanf(line, "mmap %zu", &bytes) == 1)
			measure_mmap(bytes);
		else if (sscanf(line, "pread %d %" SCNu64 " %zu", &pid, &address, &bytes) == 3)
			measure_pread(pid, address, bytes);
		else
			printf("error unknown command\n");
		fflush(stdout);
	}
	return 0;
}
