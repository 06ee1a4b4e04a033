// SPDX-License-Identifier: Apache-2.0
/*
 * The page allocator's own answer for an order, as near as user space gets to it: each block of a packet socket's ring is
 * one allocation of that order (net/packet/af_packet.c), tried without much effort first (__GFP_NORETRY), then replaced by
 * scattered memory (vzalloc). Which it was is seen in the pagemap of the ring's mapping. So success here is "the page allocator had
 * such a block, or could make one at little cost", and a fallback is its failure.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../common/clock.h"
#include "allocator.h"

enum { LARGEST = 4 << 20, FRAME = 2048 };

static const char *refuses(size_t bytes)
{
	if (bytes > LARGEST)
		return "more than the page allocator's largest order";
	return NULL;
}

static bool give_up(struct piece *piece)
{
	int error = errno;

	close(piece->fd);
	errno = error;
	return false;
}

/* Protocol 0: it receives nothing. */
static bool allocate(struct piece *piece)
{
	struct tpacket_req ring = {
		.tp_block_size = (unsigned int)piece->bytes, .tp_block_nr = 1, .tp_frame_size = FRAME,
		.tp_frame_nr = (unsigned int)(piece->bytes / FRAME),
	};
	uint64_t start;

	piece->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (piece->fd < 0)
		return false;
	start = clock_now();
	if (setsockopt(piece->fd, SOL_PACKET, PACKET_RX_RING, &ring, sizeof(ring))) {
		piece->allocate_ns = clock_now() - start;
		return give_up(piece);
	}
	piece->allocate_ns = clock_now() - start;
	piece->address = mmap(NULL, piece->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, piece->fd, 0);
	piece->mapped_ns = clock_now() - start;
	if (piece->address == MAP_FAILED)
		return give_up(piece);
	return prove_by_pagemap(piece);
}

const struct allocator packet_ring = {
	.name = "packet-ring", .promises = false, .refuses = refuses, .capacity = no_capacity, .begin = nothing_to_begin,
	.end = nothing_to_end, .allocate = allocate, .release = release_mapping,
};
