// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "settings.h"

#define POOL "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages"

bool setting_write(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool written;

	if (fd < 0)
		return false;
	written = write(fd, value, strlen(value)) == (ssize_t)strlen(value);
	close(fd);
	return written;
}

int64_t setting_read(const char *path, int64_t fallback)
{
	FILE *file = fopen(path, "re");
	int64_t value = fallback;

	if (!file)
		return fallback;
	if (fscanf(file, "%" SCNi64, &value) != 1)
		value = fallback;
	fclose(file);
	return value;
}

int64_t setting_field(const char *path, const char *name, int64_t fallback)
{
	FILE *file = fopen(path, "re");
	int64_t value = fallback;
	char line[256], found[64];
	int64_t number;

	if (!file)
		return fallback;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%63[^: \t]%*[: \t]%" SCNd64, found, &number) == 2 && !strcmp(found, name)) {
			value = number;
			break;
		}
	}
	fclose(file);
	return value;
}

bool setting_thp(const char *value)
{
	return setting_write("/sys/kernel/mm/transparent_hugepage/enabled", value);
}

bool setting_hugetlb_pool(uint64_t pages)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64, pages);
	return setting_write(POOL, text) && setting_read(POOL, -1) == (int64_t)pages;
}

static uint64_t reserves(const char *name)
{
	uint64_t sum = 0;
	char path[96];

	for (int node = 0; node < 8; node++) {
		snprintf(path, sizeof(path), "/sys/kernel/mm/map_contig/node%d/%s", node, name);
		sum += (uint64_t)setting_read(path, 0);
	}
	return sum;
}

uint64_t setting_reserve_free(void)
{
	return reserves("reserve_free_bytes");
}

uint64_t setting_reserve_bytes(void)
{
	return reserves("reserve_bytes");
}

uint64_t setting_memory_free(void)
{
	return (uint64_t)setting_field("/proc/meminfo", "MemFree", 0) << 10;
}
