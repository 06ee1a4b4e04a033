// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <time.h>

#include "../common/clock.h"
#include "ticker.h"

enum { PAGE = 4096, PERIOD = 1000000 };

static _Atomic uint64_t last, longest;

/* A reset by the other thread may come between two readings: then nothing has passed. */
static uint64_t since(uint64_t before, uint64_t now)
{
	return now > before ? now - before : 0;
}

static void *tick(void *page)
{
	const struct timespec period = { .tv_nsec = PERIOD };

	for (;;) {
		uint64_t now, gap;

		madvise(page, PAGE, MADV_DONTNEED);
		*(volatile char *)page = 1;
		now = clock_now();
		gap = since(atomic_exchange(&last, now), now);
		if (gap > atomic_load(&longest))
			atomic_store(&longest, gap);
		nanosleep(&period, NULL);
	}
	return NULL;
}

bool ticker_start(void)
{
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pthread_t thread;

	if (page == MAP_FAILED)
		return false;
	atomic_store(&last, clock_now());
	errno = pthread_create(&thread, NULL, tick, page);
	return !errno;
}

void ticker_reset(void)
{
	atomic_store(&longest, 0);
	/* A gap that began before is none of what follows */
	atomic_store(&last, clock_now());
}

uint64_t ticker_longest(void)
{
	uint64_t ended = atomic_load(&longest), open = since(atomic_load(&last), clock_now());

	return open > ended ? open : ended;
}
