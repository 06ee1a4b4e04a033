// SPDX-License-Identifier: Apache-2.0
#include "model.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct mem *model_new_mem(struct model *model, enum mem_kind kind, size_t pages)
{
	struct mem *mem = calloc(1, sizeof(*mem));

	if (!mem)
		abort();
	mem->kind = kind;
	mem->pages = pages;
	mem->number = model->numbers++;
	mem->stamp = calloc(pages, sizeof(*mem->stamp));
	if (!mem->stamp)
		abort();
	mem->next = model->mems;
	model->mems = mem;
	return mem;
}

static void drop_unused(struct model *model, struct mem *mem)
{
	struct mem **link = &model->mems;

	if (mem->mappings || mem->pins)
		return;
	while (*link != mem)
		link = &(*link)->next;
	*link = mem->next;
	free(mem->stamp);
	free(mem);
}

static void drop_mapping(struct model *model, struct mem *mem)
{
	if (!--mem->mappings && is_contig(mem)) {
		/* C13: now, and not before; a pin does not keep the charge (I4). */
		model->held -= mem->pages;
		if (mem->from_reserve)
			model->held_reserve -= mem->pages;
	}
	drop_unused(model, mem);
}

bool model_overlaps(const struct process *process, uint64_t start, size_t pages)
{
	unsigned int i;

	for (i = 0; i < process->count; i++) {
		const struct segment *segment = &process->segment[i];

		if (segment->start < start + pages * PAGE && start < segment_end(segment))
			return true;
	}
	return false;
}

bool model_has_room(const struct process *process)
{
	return process->count + 8 <= MAX_SEGMENTS;
}

struct segment *model_map(struct process *process, uint64_t start, size_t pages, struct mem *mem, size_t off,
			  int prot)
{
	struct segment *segment = &process->segment[process->count];

	if (process->count++ == MAX_SEGMENTS)
		abort();
	*segment = (struct segment){
		.start = start, .pages = pages, .mem = mem, .off = off, .prot = prot,
	};
	mem->mappings++;
	return segment;
}

void model_split(struct process *process, uint64_t addr)
{
	unsigned int i;

	for (i = 0; i < process->count; i++) {
		struct segment *first = &process->segment[i], *second = first + 1;
		size_t pages;

		if (addr <= first->start || segment_end(first) <= addr)
			continue;
		if (process->count == MAX_SEGMENTS)
			abort();
		memmove(second, first, (process->count - i) * sizeof(*first));
		process->count++;
		pages = (addr - first->start) / PAGE;
		first->pages = pages;
		second->start = addr;
		second->pages -= pages;
		second->off += pages;
		first->mem->mappings++;
		return;
	}
}

void model_unmap(struct model *model, struct process *process, uint64_t start, size_t pages)
{
	uint64_t end = start + pages * PAGE;
	unsigned int i, kept = 0;

	model_split(process, start);
	model_split(process, end);
	for (i = 0; i < process->count; i++) {
		struct segment *segment = &process->segment[i];

		if (start <= segment->start && segment->start < end)
			drop_mapping(model, segment->mem);
		else
			process->segment[kept++] = *segment;
	}
	process->count = kept;
}

void model_fork(struct model *model, const struct process *parent, struct process *child)
{
	unsigned int i;

	memset(child, 0, sizeof(*child));
	child->alive = true;
	child->limit = parent->limit;
	for (i = 0; i < parent->count; i++) {
		const struct segment *from = &parent->segment[i];
		struct mem *mem = from->mem;
		struct segment *to;
		size_t off = from->off;

		if (from->dontfork)
			continue;
		if (!is_shared(mem)) {
			mem = model_new_mem(model, PLAIN_PRIVATE, from->pages);
			mem->copied = is_contig(from->mem) || from->mem->copied;
			if (!from->wipeonfork)
				memcpy(mem->stamp, from->mem->stamp + off, from->pages * sizeof(*mem->stamp));
			off = 0;
		}
		to = model_map(child, from->start, from->pages, mem, off, from->prot);
		to->wipeonfork = from->wipeonfork;
	}
}

void model_end(struct model *model, struct process *process)
{
	unsigned int i;

	for (i = 0; i < process->count; i++)
		drop_mapping(model, process->segment[i].mem);
	process->count = 0;
	for (i = 0; i < MAX_PINS; i++)
		model_unpin(model, &process->pin[i]);
	process->alive = false;
}

void model_pin(struct pin *pin, enum pin_kind kind, const struct segment *segment, size_t off, size_t pages)
{
	pin->kind = kind;
	pin->mem = segment->mem;
	pin->off = segment->off + off;
	pin->pages = pages;
	pin->addr = segment->start + off * PAGE;
	pin->mem->pins++;
}

void model_unpin(struct model *model, struct pin *pin)
{
	if (pin->kind == PIN_NONE)
		return;
	pin->kind = PIN_NONE;
	pin->mem->pins--;
	drop_unused(model, pin->mem);
}

size_t model_locked(const struct process *process)
{
	size_t pages = 0;
	unsigned int i;

	for (i = 0; i < process->count; i++) {
		if (process->segment[i].locked)
			pages += process->segment[i].pages;
	}
	return pages;
}

static bool is_pinned(const struct model *model, const struct mem *mem, size_t page)
{
	unsigned int i, k;

	for (i = 0; i < MAX_PROCESSES; i++) {
		for (k = 0; k < MAX_PINS; k++) {
			const struct pin *pin = &model->process[i].pin[k];

			if (pin->kind && pin->mem == mem && pin->off <= page && page < pin->off + pin->pages)
				return true;
		}
	}
	return false;
}

const struct mem *model_owner(const struct model *model, uint64_t pfn)
{
	const struct mem *mem;

	for (mem = model->mems; mem; mem = mem->next) {
		if (!is_contig(mem) || pfn < mem->pfn || pfn >= mem->pfn + mem->pages)
			continue;
		if (mem->mappings || is_pinned(model, mem, pfn - mem->pfn))
			return mem;
	}
	return NULL;
}

void model_clear(struct model *model)
{
	unsigned int i;

	for (i = 0; i < MAX_PROCESSES; i++)
		model_end(model, &model->process[i]);
	memset(model, 0, sizeof(*model));
}
