/* SPDX-License-Identifier: MIT */
/* shm_gpu: system memory that clients of GPU drivers have, by fdinfo. */
#include "model/shm_gpu.h"

#include <errno.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "parse/fdinfo.h"

struct ml_shm_gpu {
	struct ml_str driver, device;
	uint64_t client;
	uint64_t size, bytes;
	struct ml_rows holders; /* of struct ml_shm_holder */
};

bool ml_shm_is_gpu(struct ml_str name)
{
	return ml_str_starts(name, "/dev/dri/") || ml_str_starts(name, "/dev/accel/");
}

static bool is_on_card(struct ml_str region)
{
	static const char *const prefixes[] = { "vram", "local", "stolen", "visible" };

	for (size_t i = 0; i < ML_ARRAY_SIZE(prefixes); i++)
		if (ml_str_starts(region, prefixes[i]))
			return true;
	return false;
}

uint64_t ml_shm_gpu_bytes(const struct ml_kv *pairs, const char *prefix)
{
	const struct ml_kv_row *row;
	uint64_t bytes = ML_NONE;

	ml_for_each_row(row, &pairs->rows)
		if (ml_str_starts(row->key, prefix) &&
		    !is_on_card(ml_str_skip(row->key, strlen(prefix))))
			bytes = ml_add(ml_or0(bytes), row->value);
	return bytes;
}

static struct ml_shm_gpu *find(const struct ml_shm_gpus *gpus,
			       const struct ml_fdinfo *info)
{
	struct ml_shm_gpu *gpu;

	ml_for_each_row(gpu, &gpus->clients)
		if (gpu->client == info->drm_client &&
		    ml_str_eq(gpu->device, info->drm_device))
			return gpu;
	return NULL;
}

static int copy(struct ml_arena *a, struct ml_str s, struct ml_str *ret)
{
	*ret = (struct ml_str){ ml_arena_strndup(a, s.p ? s.p : "", s.n), s.n };
	return ret->p ? 0 : -ENOMEM;
}

static struct ml_shm_gpu *add(struct ml_shm_gpus *gpus, struct ml_arena *a,
			      const struct ml_parsed *parsed)
{
	const struct ml_fdinfo *info = parsed->head;
	struct ml_shm_gpu *gpu;

	if (!gpus->clients.size)
		gpus->clients = ML_ROWS(struct ml_shm_gpu);
	gpu = ml_rows_add(&gpus->clients, a);
	if (!gpu || copy(a, info->drm_driver, &gpu->driver) ||
	    copy(a, info->drm_device, &gpu->device))
		return NULL;
	gpu->client = info->drm_client;
	gpu->size = ml_shm_gpu_bytes(&parsed->kv, "drm-total-");
	if (gpu->size == ML_NONE)
		gpu->size = ml_shm_gpu_bytes(&parsed->kv, "drm-memory-");
	gpu->bytes = ml_shm_gpu_bytes(&parsed->kv, "drm-resident-");
	if (gpu->bytes == ML_NONE)
		gpu->bytes = ml_shm_gpu_bytes(&parsed->kv, "drm-memory-");
	if (gpu->bytes == ML_NONE)
		gpu->bytes = gpu->size;
	gpu->holders = ML_ROWS(struct ml_shm_holder);
	return gpu;
}

static int add_holder(struct ml_shm_gpu *gpu, struct ml_arena *a, uint64_t pid)
{
	struct ml_rows *holders = &gpu->holders;
	struct ml_shm_holder *h = holders->n ? ml_rows_at(holders, holders->n - 1) : NULL;

	if (!h || h->pid != pid) {
		h = ml_rows_add(holders, a);
		if (!h)
			return -ENOMEM;
		*h = (struct ml_shm_holder){ .pid = pid };
	}
	h->descriptors++;
	return 0;
}

int ml_shm_met_gpu(struct ml_shm_gpus *gpus, struct ml_arena *a,
		   const struct ml_process *process, int fd)
{
	struct ml_arena arena = { 0 };
	struct ml_parsed parsed = { 0 };
	char path[32], text[8192];
	struct ml_shm_gpu *gpu;
	ssize_t n;
	int rc = 0;

	snprintf(path, sizeof(path), "fdinfo/%d", fd);
	n = ml_process_read(process, path, text, sizeof(text));
	if (n <= 0)
		return 0;
	if (ml_parse_fdinfo((struct ml_str){ text, (size_t)n }, &arena, &parsed)) {
		rc = -ENOMEM;
	} else if (((struct ml_fdinfo *)parsed.head)->drm_client != ML_NONE) {
		gpu = find(gpus, parsed.head);
		if (!gpu)
			gpu = add(gpus, a, &parsed);
		rc = gpu ? add_holder(gpu, a, process->pid) : -ENOMEM;
	}
	ml_arena_deinit(&arena);
	return rc;
}

int ml_shm_add_gpus(const struct ml_shm_gpus *gpus, struct ml_arena *a,
		    struct ml_shm *ret)
{
	const struct ml_shm_gpu *gpu;
	const struct ml_shm_holder *h;

	ml_for_each_row(gpu, &gpus->clients) {
		struct ml_shm_object *o = ml_rows_add(&ret->objects, a);
		const char *name =
			ml_arena_printf(a, "%.*s %.*s client %llu", (int)gpu->driver.n,
					gpu->driver.p, (int)gpu->device.n, gpu->device.p,
					(unsigned long long)gpu->client);

		if (!o || !name)
			return -ENOMEM;
		*o = (struct ml_shm_object){
			.kind = ML_SHM_GPU,
			.major = ML_NONE,
			.minor = ML_NONE,
			.inode = gpu->client,
			.name = ml_str_of(name),
			.size = gpu->size,
			.bytes = gpu->bytes,
			.swapped = ML_NONE,
			.holders = gpu->holders.n,
			.first_holder = ret->holders.n,
		};
		ml_for_each_row(h, &gpu->holders) {
			struct ml_shm_holder *row = ml_rows_add(&ret->holders, a);

			if (!row)
				return -ENOMEM;
			*row = *h;
			o->descriptors += h->descriptors;
		}
	}
	return 0;
}
