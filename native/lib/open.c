// SPDX-License-Identifier: Apache-2.0
/* Files: open(2) is variadic. */
#include "mapcontig.h"

int mapcontig_open(const char *path, int flags)
{
	/* O_TMPFILE is several bits, of which O_DIRECTORY is none that creates. */
	if (flags & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY))) {
		errno = EINVAL;
		return -1;
	}
	return open(path, flags | O_CLOEXEC);
}
