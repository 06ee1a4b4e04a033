// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "buddyinfo.h"

/* "Node 0, zone   Normal   1191   1836 ...": as many numbers as there are orders. */
static bool add_line(const char *line, struct buddyinfo *info)
{
	int used = 0;

	if (sscanf(line, "Node %*d, zone %*s%n", &used) != 0 || !used)
		return false;
	line += used;
	for (int order = 0; order < BUDDY_ORDERS; order++) {
		uint64_t blocks;

		used = 0;
		if (sscanf(line, "%" SCNu64 "%n", &blocks, &used) != 1)
			return false;
		info->blocks[order] += blocks;
		line += used;
	}
	/* More orders than we know would be memory that is not counted */
	line += strspn(line, " ");
	return *line == '\n' || !*line;
}

bool buddyinfo_parse(const char *text, struct buddyinfo *info)
{
	*info = (struct buddyinfo){ 0 };
	if (!*text)
		return false;
	while (*text) {
		const char *end = strchr(text, '\n');
		char line[512];
		size_t length = end ? (size_t)(end - text) : strlen(text);

		if (length >= sizeof(line))
			return false;
		memcpy(line, text, length);
		line[length] = '\0';
		if (!add_line(line, info))
			return false;
		text += length + (end != NULL);
	}
	return true;
}

bool buddyinfo_read(struct buddyinfo *info)
{
	FILE *file = fopen("/proc/buddyinfo", "re");
	char text[16384];
	size_t length;

	if (!file)
		return false;
	length = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[length] = '\0';
	if (buddyinfo_parse(text, info))
		return true;
	errno = EPROTO;
	return false;
}

uint64_t buddyinfo_free(const struct buddyinfo *info)
{
	uint64_t pages = 0;

	for (unsigned int order = 0; order < BUDDY_ORDERS; order++)
		pages += info->blocks[order] << order;
	return pages;
}

double buddyinfo_unusable(const struct buddyinfo *info, unsigned int order)
{
	uint64_t all = buddyinfo_free(info), usable = 0;

	for (; order < BUDDY_ORDERS; order++)
		usable += info->blocks[order] << order;
	return all ? (double)(all - usable) / (double)all : 0;
}
