// SPDX-License-Identifier: Apache-2.0
/*
 * The text form: "program KEY=NUMBER..." and then an operation a line, "NAME KEY=NUMBER...". A key that is not there
 * is 0; what follows a # is a comment.
 */
#include "program.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"

static const char *const names[OP_KINDS] = {
#define X(kind, name, weight) [kind] = name,
	OPERATIONS(X)
#undef X
};

static const struct field {
	const char *name;
	size_t offset;
} fields[] = {
	{ "who", offsetof(struct op, who) },
	{ "seg", offsetof(struct op, seg) },
	{ "off", offsetof(struct op, off) },
	{ "pages", offsetof(struct op, pages) },
	{ "how", offsetof(struct op, how) },
	{ "prot", offsetof(struct op, prot) },
	{ "at", offsetof(struct op, at) },
	{ "extra", offsetof(struct op, extra) },
	{ "race", offsetof(struct op, race) },
};

#define FIELDS (sizeof(fields) / sizeof(fields[0]))

static unsigned int *field_of(const struct op *op, size_t i)
{
	return (unsigned int *)((char *)op + fields[i].offset);
}

void op_print(FILE *file, const struct op *op)
{
	size_t i;

	fputs(names[op->kind], file);
	for (i = 0; i < FIELDS; i++) {
		if (*field_of(op, i))
			fprintf(file, " %s=%u", fields[i].name, *field_of(op, i));
	}
	putc('\n', file);
}

void program_print(FILE *file, const struct program *program)
{
	size_t i;

	fprintf(file, "program user=%d every=%u\n", program->user, program->every);
	for (i = 0; i < program->count; i++)
		op_print(file, &program->ops[i]);
}

/* Splits "KEY=NUMBER". */
static bool key_and_number(char *word, unsigned int *number)
{
	char *equals = strchr(word, '='), *end;

	if (!equals)
		return false;
	*equals = '\0';
	errno = 0;
	*number = strtoul(equals + 1, &end, 10);
	return !errno && end > equals + 1 && !*end;
}

static bool read_op(struct op *op, char *name, char **rest)
{
	unsigned int number;
	char *word;
	size_t i;

	memset(op, 0, sizeof(*op));
	while (op->kind < OP_KINDS && strcmp(name, names[op->kind]))
		op->kind++;
	if (op->kind == OP_KINDS)
		return false;
	while ((word = strtok_r(NULL, " \t\n", rest))) {
		if (!key_and_number(word, &number))
			return false;
		for (i = 0; i < FIELDS && strcmp(word, fields[i].name); i++)
			;
		if (i == FIELDS)
			return false;
		*field_of(op, i) = number;
	}
	return true;
}

static bool read_head(struct program *program, char **rest)
{
	unsigned int number;
	char *word;

	while ((word = strtok_r(NULL, " \t\n", rest))) {
		if (!key_and_number(word, &number))
			return false;
		if (!strcmp(word, "user"))
			program->user = number;
		else if (!strcmp(word, "every"))
			program->every = number;
		else
			return false;
	}
	return true;
}

const char *program_read(struct program *program, const char *path)
{
	FILE *file = fopen(path, "re");
	size_t size = 0, number = 0;
	char line[512], *rest;
	bool good = true;

	memset(program, 0, sizeof(*program));
	program->every = 1;
	if (!file)
		return fail("%s: %s", path, strerror(errno));
	while (good && fgets(line, sizeof(line), file)) {
		char *word;

		number++;
		line[strcspn(line, "#")] = '\0';
		word = strtok_r(line, " \t\n", &rest);
		if (!word)
			continue;
		if (!strcmp(word, "program")) {
			good = read_head(program, &rest);
			continue;
		}
		if (program->count == size) {
			size = size ? 2 * size : 64;
			program->ops = realloc(program->ops, size * sizeof(*program->ops));
			if (!program->ops)
				abort();
		}
		good = read_op(&program->ops[program->count++], word, &rest);
	}
	fclose(file);
	if (!good)
		return fail("%s:%zu: not an operation", path, number);
	if (!program->every)
		program->every = 1;
	return NULL;
}

void program_free(struct program *program)
{
	free(program->ops);
	program->ops = NULL;
	program->count = 0;
}
