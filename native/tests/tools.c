// SPDX-License-Identifier: Apache-2.0
/*
 * What of the tools fragment and measure needs no guest: amounts, the plan, /proc/buddyinfo, page flags, percentiles, rates.
 *
 *   tools            all of it; exit status 1 if anything is wrong
 *   tools broken     the control: each function gets a question whose answer is not the expected one, so each check must fail;
 *                    exit status 0 if all did
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../tools/common/amounts.h"
#include "../tools/common/buddyinfo.h"
#include "../tools/common/pageflags.h"
#include "../tools/fragment/plan.h"
#include "../tools/measure/samples.h"

static bool broken;
static unsigned int checks, failures;

static void check(bool good, const char *what)
{
	checks++;
	failures += !good;
	if (good == broken)
		fprintf(stderr, "native: tools: %s: %s\n", what, broken ? "passes although it is broken" : "wrong");
}

static void amounts(void)
{
	char text[AMOUNT_TEXT];
	uint64_t bytes = 0;
	double share = 0;

	check(amount_bytes(broken ? "65M" : "64M", &bytes) && bytes == 64 << 20, "64M is 67108864 bytes");
	check(amount_bytes("17179869183G", &bytes) == !broken, "the largest size is one");
	check(amount_bytes(broken ? "1G" : "17179869184G", &bytes) == false, "a size beyond 64 bits is none");
	check(amount_bytes(broken ? "1M" : "1MB", &bytes) == false, "1MB is no size");
	check(amount_bytes(broken ? "1" : "0", &bytes) == false, "0 is no size");
	check(amount_bytes(broken ? "1" : "-1", &bytes) == false, "a negative number is no size");
	check(amount_share(broken ? "6%" : "5%", &share) && share > 0.0499 && share < 0.0501, "5% is a twentieth");
	check(amount_share(broken ? "100%" : "101%", &share) == false, "a share is at most all");
	check(!strcmp(amount_text(broken ? 1 << 20 : 1536 << 10, text), "1536 KiB"), "1.5 MiB are 1536 KiB");
}

static const char two_zones[] =
	"Node 0, zone      DMA      0      0      0      0      0      0      0      0      1      1      3 \n"
	"Node 0, zone   Normal      8      4      2      1      0      0      0      0      0      0      1 \n";

static void buddy(void)
{
	struct buddyinfo info;
	char text[sizeof(two_zones)];
	double unusable;

	strcpy(text, two_zones);
	if (broken)
		text[strcspn(text, "3")] = '4';
	check(buddyinfo_parse(text, &info) && buddyinfo_free(&info) == 256 + 512 + 3 * 1024 + 8 + 8 + 8 + 8 + 1024,
	      "free pages of two zones");
	unusable = buddyinfo_unusable(&info, broken ? 0 : 3);
	check(unusable > 24.0 / 4896 - 1e-9 && unusable < 24.0 / 4896 + 1e-9, "what is unusable at order 3 is what is below it");
	check(buddyinfo_parse(broken ? two_zones : "Node 0, zone DMA 1 2 3 4 5 6 7 8 9 10\n", &info) == false,
	      "a line with too few orders is refused");
	check(buddyinfo_parse(broken ? two_zones : "Node 0, zone DMA 1 2 3 4 5 6 7 8 9 10 11 12\n", &info) == false,
	      "a line with more orders than are counted is refused");
	check(buddyinfo_parse(broken ? two_zones : "", &info) == false, "nothing is refused");
}

static void flags(void)
{
	const uint64_t lru = 1 << 5, slab = 1 << 7, free = 1 << 10, table = 1 << 26, none = 1 << 20;

	check(pageflags_class(broken ? slab : free) == PAGE_FREE, "a free page");
	check(pageflags_class(broken ? 0 : lru) == PAGE_MOVABLE, "a page on an LRU can be moved");
	check(pageflags_class(broken ? lru : lru | 1 << 18) == PAGE_UNEVICTABLE, "an unevictable one need not");
	check(page_class_blocks(pageflags_class(broken ? lru : slab)), "a slab is in the way");
	check(page_class_blocks(pageflags_class(broken ? free : table)), "a page table is in the way");
	check(page_class_blocks(pageflags_class(broken ? free : 0)), "so is what has no flags");
	check(pageflags_class(broken ? free : none) == PAGE_ABSENT, "a hole");
}

static bool same(const struct plan *a, const struct plan *b)
{
	return a->count == b->count && !memcmp(a->pieces, b->pieces, a->count * sizeof(*a->pieces));
}

static uint64_t pages_of(const struct plan *plan, enum piece_kind kind)
{
	uint64_t pages = 0;

	for (size_t i = 0; i < plan->count; i++)
		pages += plan->pieces[i].kind == kind ? plan->pieces[i].pages : 0;
	return pages;
}

static void plan(void)
{
	struct plan_request request = {
		.pages = { [PIECE_ANONYMOUS] = 100000, [PIECE_PINNED] = 1000, [PIECE_SLAB] = 777 }, .largest = 64, .seed = 1,
	};
	uint32_t order[1000], other_order[1000], times = 0;
	struct plan first, second, other;
	bool within = true, seen[1000] = { false };

	plan_make(&request, &first);
	request.seed = broken ? 2 : 1;
	plan_make(&request, &second);
	request.seed = broken ? 1 : 2;
	plan_make(&request, &other);
	check(same(&first, &second), "a seed gives one plan");
	check(!same(&first, &other), "another seed gives another");
	check(pages_of(&first, broken ? PIECE_PIPE : PIECE_SLAB) == 777, "a plan has all pages of a kind");
	for (size_t i = 0; i < first.count; i++)
		within &= first.pieces[i].pages <= (broken ? 32 : 64);
	check(within, "no piece is larger than the largest");
	plan_order(1, 0, 1000, order);
	plan_order(1, !broken, 1000, other_order);
	check(memcmp(order, other_order, sizeof(order)), "each round has an order of its own");
	if (broken)
		order[0] = order[1];
	for (size_t i = 0; i < 1000; i++) {
		times += !seen[order[i]];
		seen[order[i]] = true;
	}
	check(times == 1000, "an order has each number once");
	plan_free(&first);
	plan_free(&second);
	plan_free(&other);
}

static void divide(void)
{
	const unsigned int weights[PIECE_KINDS] = { [PIECE_PINNED] = 1, [PIECE_TABLES] = 2 }, none[PIECE_KINDS] = { 0 };
	uint64_t parts[PIECE_KINDS];

	plan_divide(broken ? 99 : 100, weights, parts);
	check(parts[PIECE_PINNED] == 33 && parts[PIECE_TABLES] == 67, "what rounding leaves goes to the heaviest");
	plan_divide(100, broken ? weights : none, parts);
	check(parts[PIECE_PINNED] == 100, "without weights all is pinned");
}

static void samples(void)
{
	struct samples values = { 0 };
	double rate;

	check(samples_per_mille(&values, 500) == (broken ? 1 : 0), "there is no median of nothing");
	for (uint64_t i = 1000; i; i--)
		samples_add(&values, broken ? 2 * i : i);
	check(samples_per_mille(&values, 500) == 500, "the median of 1 to 1000");
	check(samples_per_mille(&values, 990) == 990, "the 99th percentile");
	check(samples_per_mille(&values, 999) == 999, "the 99.9th percentile");
	check(samples_per_mille(&values, 1000) == 1000, "the maximum");
	samples_free(&values);
	samples_add(&values, broken ? 8 : 7);
	check(samples_per_mille(&values, 999) == 7, "one value is all percentiles");
	samples_free(&values);
	/* Wilson's interval of 10 successes of 10: 0.7225 to 1 */
	rate = rate_at_least(broken ? 9 : 10, 10);
	check(rate > 0.7224 && rate < 0.7226, "after 10 of 10 the rate is at least 72 %");
}

int main(int argc, char **argv)
{
	broken = argc == 2 && !strcmp(argv[1], "broken");
	amounts();
	buddy();
	flags();
	plan();
	divide();
	samples();
	return broken ? failures != checks : failures != 0;
}
