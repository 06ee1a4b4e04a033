// SPDX-License-Identifier: Apache-2.0
/* Pins: no other call of a stock kernel gives user space a long-term pin. */
#include <linux/io_uring.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "mapcontig.h"

/* The most that io_uring takes as one buffer. */
#define CHUNK ((size_t)1 << 30)

static int register_buffers(int ring, char *address, size_t length)
{
	const size_t count = length / CHUNK + (length % CHUNK != 0);
	struct iovec *chunks = calloc(count, sizeof(*chunks));
	int result;

	if (!chunks)
		return -1;
	for (size_t i = 0; i < count; i++) {
		chunks[i].iov_base = address + i * CHUNK;
		chunks[i].iov_len = i < count - 1 ? CHUNK : length - i * CHUNK;
	}
	result = (int)syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS, chunks, count);
	free(chunks);
	return result;
}

static int close_keeping_errno(int fd, int result)
{
	const int error = errno;

	close(fd);
	errno = error;
	return result;
}

int mapcontig_pin(void *address, size_t length)
{
	struct io_uring_params params = { 0 };
	int ring;

	/* No bytes are no buffer, and io_uring counts the buffers in 32 bits (and takes 16384). */
	if (!length || length / CHUNK > UINT16_MAX) {
		errno = EINVAL;
		return -1;
	}
	ring = (int)syscall(SYS_io_uring_setup, 1, &params);
	if (ring < 0)
		return -1;
	return register_buffers(ring, address, length) ? close_keeping_errno(ring, -1) : ring;
}

int mapcontig_unpin(int pin)
{
	const int result = (int)syscall(SYS_io_uring_register, pin, IORING_UNREGISTER_BUFFERS, NULL, 0);

	return close_keeping_errno(pin, result);
}
