// SPDX-License-Identifier: Apache-2.0
/* 16 MiB of physically contiguous memory: cc hello.c $(pkg-config --cflags --libs mapcontig) */
#include <mapcontig.h>
#include <stdio.h>

int main(void)
{
	const size_t size = 16 << 20;
	void *memory;

	if (mapcontig_supported() != 1) {
		puts("this kernel lacks MAP_CONTIG");
		return 1;
	}
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_CONTIG, -1, 0);
	if (memory == MAP_FAILED) {
		perror("mmap");
		return 1;
	}
	printf("%zu bytes at %p, on node %d\n", size, memory, mapcontig_node_of(memory));
	return munmap(memory, size);
}
