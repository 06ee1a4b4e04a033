// SPDX-License-Identifier: Apache-2.0
#include "observe.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "fail.h"
#include "model.h"

long observe_number_fd(int fd, const char *key)
{
	static _Thread_local char text[32768];
	size_t length = strlen(key), used = 0;
	char *line;
	ssize_t n;

	while (used < sizeof(text) - 1 && (n = pread(fd, text + used, sizeof(text) - 1 - used, (off_t)used)) > 0)
		used += (size_t)n;
	text[used] = '\0';
	for (line = text; line; line = strchr(line, '\n')) {
		if (*line == '\n')
			line++;
		if (!strncmp(line, key, length) && line[length] && strchr(": \t", line[length]))
			return strtol(line + length + 1, NULL, 10);
	}
	return -1;
}

long observe_number(const char *path, const char *key)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	long number;

	if (fd < 0)
		return -1;
	number = observe_number_fd(fd, key);
	close(fd);
	return number;
}

static long number_alone(const char *path)
{
	FILE *file = fopen(path, "re");
	long number = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%ld", &number) != 1)
		number = 0;
	fclose(file);
	return number;
}

long observe_reserve(const char *name)
{
	static const char folder[] = "/sys/kernel/mm/map_contig";
	DIR *nodes = opendir(folder);
	struct dirent *node;
	char path[512];
	long sum = 0;

	if (!nodes)
		return -1;
	while ((node = readdir(nodes))) {
		if (strncmp(node->d_name, "node", 4))
			continue;
		snprintf(path, sizeof(path), "%s/%s/%s", folder, node->d_name, name);
		sum += number_alone(path);
	}
	closedir(nodes);
	return sum;
}

long observe_contig_pages(void)
{
	int fd = open("/proc/sys/vm/stat_refresh", O_WRONLY | O_CLOEXEC);

	if (fd >= 0) {
		if (write(fd, "1", 1) != 1)
			perror("stat_refresh");
		close(fd);
	}
	return observe_number("/proc/vmstat", "map_contig_pages");
}

struct line *observe_maps(pid_t pid, bool smaps, size_t *count)
{
	struct line *lines = NULL, *last = NULL;
	size_t size = 0;
	char path[64], text[512];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, smaps ? "smaps" : "maps");
	*count = 0;
	file = fopen(path, "re");
	if (!file)
		return NULL;
	while (fgets(text, sizeof(text), file)) {
		struct line line = { 0 };

		if (sscanf(text, "%lx-%lx %4s", &line.start, &line.end, line.perms) == 3) {
			if (*count == size) {
				size = size ? 2 * size : 128;
				lines = realloc(lines, size * sizeof(*lines));
				if (!lines)
					abort();
			}
			line.contig = strstr(text, "map_contig");
			last = &lines[(*count)++];
			*last = line;
		} else if (last && !strncmp(text, "VmFlags:", 8)) {
			last->locked = strstr(text, " lo");
		}
	}
	fclose(file);
	return lines;
}

/* The PAGEMAP_SCAN ioctl, which older headers lack. */
struct scan_region {
	uint64_t start, end, categories;
};

struct scan {
	uint64_t size, flags, start, end, walk_end, regions, region_count, max_pages;
	uint64_t inverted, mask, anyof_mask, return_mask;
};

#define SCAN		_IOWR('f', 16, struct scan)
#define SCAN_PRESENT	(1 << 3)
#define SCAN_HUGE	(1 << 6)

long observe_huge_bytes(int pagemap, uint64_t start, size_t pages)
{
	struct scan_region regions[64];
	struct scan scan = {
		.size = sizeof(scan),
		.start = start,
		.end = start + pages * PAGE,
		.regions = (uintptr_t)regions,
		.region_count = 64,
		.mask = SCAN_HUGE | SCAN_PRESENT,
		.return_mask = SCAN_HUGE | SCAN_PRESENT,
	};
	long sum = 0;
	int i, n;

	do {
		n = ioctl(pagemap, SCAN, &scan);
		for (i = 0; i < n; i++)
			sum += (long)(regions[i].end - regions[i].start);
		scan.start = scan.walk_end;
	} while (n > 0 && scan.start < scan.end);
	return n < 0 ? -1 : sum;
}

static int log_fd = -1;

void observe_log_open(void)
{
	if (log_fd < 0)
		log_fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (log_fd >= 0)
		lseek(log_fd, 0, SEEK_END);
}

const char *observe_log(void)
{
	static const char *const reports[] = {
		"WARNING:", "BUG:", "KASAN:", "KCSAN:", "UBSAN:", "Bad page", "bad pte", "Bad rss", "Oops",
		"page allocation failure", "general protection fault", "possible circular locking",
		"INFO: task", "kmemleak:", "invoked oom-killer",
	};
	const char *report = NULL;
	char record[8192];
	ssize_t n;
	size_t i;

	if (log_fd < 0)
		return NULL;
	for (;;) {
		n = read(log_fd, record, sizeof(record) - 1);
		if (n < 0 && (errno == EPIPE || errno == EINTR))
			continue;	/* EPIPE: records were overwritten; the next read goes on */
		if (n <= 0)
			return report;
		record[n] = '\0';
		for (i = 0; !report && i < sizeof(reports) / sizeof(reports[0]); i++) {
			if (strstr(record, reports[i]))
				report = fail("the kernel logged: %.600s", record);
		}
	}
}
