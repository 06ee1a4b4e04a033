// SPDX-License-Identifier: Apache-2.0
#include "fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *fail(const char *format, ...)
{
	static _Thread_local char text[1200];
	char new[sizeof(text)];		/* an argument may be the old text */
	va_list args;

	va_start(args, format);
	vsnprintf(new, sizeof(new), format, args);
	va_end(args);
	memcpy(text, new, sizeof(text));
	return text;
}

const char *error_name(int error)
{
	const char *name = error ? strerrorname_np(error) : "success";

	return name ? name : "an unknown error";
}
