// SPDX-License-Identifier: Apache-2.0
/* NUMA: the C library has no functions for these calls (libnuma has). */
#include <linux/mempolicy.h>
#include <sys/syscall.h>

#include "mapcontig.h"

/* In bits; the kernel takes one off what it is given. */
#define MASK_BITS (MAPCONTIG_MASK_LONGS * 64 + 1)

int mapcontig_get_mempolicy(int *mode, unsigned long *nodes)
{
	return (int)syscall(SYS_get_mempolicy, mode, nodes, MASK_BITS, NULL, 0);
}

int mapcontig_set_mempolicy(int mode, const unsigned long *nodes)
{
	return (int)syscall(SYS_set_mempolicy, mode, nodes, MASK_BITS);
}

int mapcontig_node_of(const void *address)
{
	int node;

	return syscall(SYS_get_mempolicy, &node, NULL, 0, address, MPOL_F_NODE | MPOL_F_ADDR) ? -1 : node;
}
