/* SPDX-License-Identifier: MIT */
/* object: what a finding is about. */
#include "diag/diag.h"
#include "model/proc.h"

static struct ml_object object_of(enum ml_object_kind kind)
{
	return (struct ml_object){
		.kind = kind,
		.pid = ML_NONE,
		.start = NAN,
		.shmid = ML_NONE,
		.node = ML_NONE,
	};
}

struct ml_object ml_object_host(void)
{
	return object_of(ML_OBJECT_HOST);
}

struct ml_object ml_object_node(uint64_t node)
{
	struct ml_object o = object_of(ML_OBJECT_NODE);

	o.node = node;
	return o;
}

struct ml_object ml_object_zone(uint64_t node, struct ml_str zone)
{
	struct ml_object o = object_of(ML_OBJECT_ZONE);

	o.node = node;
	o.name = zone;
	return o;
}

struct ml_object ml_object_cgroup(struct ml_str path)
{
	struct ml_object o = object_of(ML_OBJECT_CGROUP);

	o.cgroup = path;
	return o;
}

struct ml_object ml_object_process(const struct ml_proc *p)
{
	struct ml_object o = object_of(ML_OBJECT_PROCESS);

	o.pid = p->pid;
	o.start = p->start;
	o.comm = p->comm;
	o.cgroup = p->cgroup;
	return o;
}

struct ml_object ml_object_mount(struct ml_str mount)
{
	struct ml_object o = object_of(ML_OBJECT_MOUNT);

	o.mount = mount;
	return o;
}

struct ml_object ml_object_shm(uint64_t shmid)
{
	struct ml_object o = object_of(ML_OBJECT_SHM);

	o.shmid = shmid;
	return o;
}

struct ml_object ml_object_named(enum ml_object_kind kind, struct ml_str name)
{
	struct ml_object o = object_of(kind);

	o.name = name;
	return o;
}

const char *ml_object_kind_name(enum ml_object_kind kind)
{
	static const char *const names[] = {
		[ML_OBJECT_HOST] = "host",	 [ML_OBJECT_NODE] = "node",
		[ML_OBJECT_ZONE] = "zone",	 [ML_OBJECT_CGROUP] = "cgroup",
		[ML_OBJECT_PROCESS] = "process", [ML_OBJECT_MOUNT] = "mount",
		[ML_OBJECT_CACHE] = "cache",	 [ML_OBJECT_SHM] = "shm",
		[ML_OBJECT_FILE] = "file",	 [ML_OBJECT_DEVICE] = "device",
	};

	return names[kind];
}

static const char *label(struct ml_arena *a, const struct ml_object *o)
{
	switch (o->kind) {
	case ML_OBJECT_HOST:
		return "host";
	case ML_OBJECT_NODE:
		return ml_arena_printf(a, "node%llu", (unsigned long long)o->node);
	case ML_OBJECT_ZONE:
		return ml_arena_printf(a, "node%llu/%.*s", (unsigned long long)o->node,
				       (int)o->name.n, o->name.p);
	case ML_OBJECT_PROCESS:
		return ml_arena_printf(a, "%llu/%.*s", (unsigned long long)o->pid,
				       (int)o->comm.n, o->comm.p ? o->comm.p : "");
	case ML_OBJECT_SHM:
		return ml_arena_printf(a, "shm%llu", (unsigned long long)o->shmid);
	case ML_OBJECT_CGROUP:
	case ML_OBJECT_MOUNT:
	case ML_OBJECT_CACHE:
	case ML_OBJECT_FILE:
	case ML_OBJECT_DEVICE:
		break;
	}
	return NULL;
}

struct ml_str ml_object_label(struct ml_arena *a, const struct ml_object *o)
{
	switch (o->kind) {
	case ML_OBJECT_CGROUP:
		return o->cgroup;
	case ML_OBJECT_MOUNT:
		return o->mount;
	case ML_OBJECT_CACHE:
	case ML_OBJECT_FILE:
	case ML_OBJECT_DEVICE:
		return o->name;
	case ML_OBJECT_HOST:
	case ML_OBJECT_NODE:
	case ML_OBJECT_ZONE:
	case ML_OBJECT_PROCESS:
	case ML_OBJECT_SHM:
		break;
	}
	return ml_str_of(label(a, o));
}

static bool same_start(double a, double b)
{
	return (isnan(a) && isnan(b)) || a == b;
}

bool ml_object_same(const struct ml_object *a, const struct ml_object *b)
{
	return a->kind == b->kind && a->pid == b->pid && same_start(a->start, b->start) &&
	       a->shmid == b->shmid && a->node == b->node &&
	       ml_str_eq(a->mount, b->mount) && ml_str_eq(a->name, b->name) &&
	       (a->kind == ML_OBJECT_PROCESS || ml_str_eq(a->cgroup, b->cgroup));
}
