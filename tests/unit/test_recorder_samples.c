/* SPDX-License-Identifier: MIT */
/* test_recorder_samples: a machine is recorded and read back - what each frame is told
 * by, when there is a key frame, days, bounds. */
#include <errno.h>

#include "machine.h"

#include "recorder/chain.h"
#include "recorder/folder.h"
#include "recorder/recorder.h"
#include "recorder/recording.h"

#define FIRST_MS 1700000000000ull /* 22:13:20 */

/* ---- what a frame is told by ---- */

static void each_is_told_by_one_with_a_bit_less(void **state)
{
	struct ml_chain chain = { 0 };
	struct ml_whole whole = { 0 };

	(void)state;
	for (unsigned n = 0; n < 3 * ML_CHAIN_FRAMES; n++) {
		const struct ml_chain_frame *base = ml_chain_base(&chain);
		unsigned in = n % ML_CHAIN_FRAMES, of = in & (in - 1);

		if (!in)
			assert_null(base);
		else
			assert_int_equal(base->id, n - in + of + 1);
		assert_int_equal(ml_chain_add(&chain, !base, n + 1, &whole), 0);
	}
	ml_chain_clear(&chain);
	assert_null(ml_chain_base(&chain));
}

/* The way back to the key is no longer than a reader goes. */
static void the_way_back_is_short(void **state)
{
	(void)state;
	for (unsigned n = 0; n < ML_CHAIN_FRAMES; n++) {
		unsigned frames = 1;

		for (unsigned i = n; i; i &= i - 1)
			frames++;
		assert_in_range(frames, 1, ML_CHAIN_LEVELS);
	}
}

/* A key may come early: what was before it is told by no more. */
static void an_early_key_begins_anew(void **state)
{
	struct ml_chain chain = { 0 };
	struct ml_whole whole = { 0 };

	(void)state;
	for (int n = 1; n <= 12; n++)
		assert_int_equal(ml_chain_add(&chain, n == 1 || n == 8, n, &whole), 0);
	assert_int_equal(ml_chain_base(&chain)->id, 12);
	assert_int_equal(ml_chain_add(&chain, false, 13, &whole), 0);
	assert_int_equal(ml_chain_base(&chain)->id, 12);
	ml_chain_clear(&chain);
}

/* ---- a machine is recorded ---- */

static const char *folder_of(const struct machine *m, char ret[96])
{
	snprintf(ret, 96, "%s/recorded", m->path);
	return ret;
}

static struct ml_recorder *start(const struct machine *m,
				 struct ml_recorder_bounds bounds)
{
	struct ml_recorder *recorder = NULL;
	char folder[96];

	bounds.interval = 10;
	m->root->manifest->wall_ms = FIRST_MS;
	m->root->manifest->monotonic_ns = 1000000000;
	assert_int_equal(
		ml_recorder_of_root(m->root, folder_of(m, folder), &bounds, &recorder),
		0);
	return recorder;
}

static void put_process(const struct machine *m, int pid, int start, int pages)
{
	char path[64], text[256];

	snprintf(path, sizeof(path), "proc/%d/stat", pid);
	snprintf(text, sizeof(text),
		 "%d (a) S 1 1 1 0 -1 0 5 0 7 0 1 2 0 0 20 0 1 0 %d 1 %d\n", pid, start,
		 pages);
	machine_put(m, path, text);
	snprintf(path, sizeof(path), "proc/%d/statm", pid);
	snprintf(text, sizeof(text), "1 %d 1 1 0 1 0\n", pages);
	machine_put(m, path, text);
	snprintf(path, sizeof(path), "proc/%d/status", pid);
	machine_put(m, path, "Name:\ta\nPid:\t1\n");
}

static void put_meminfo(const struct machine *m, unsigned kib)
{
	char text[128];

	snprintf(text, sizeof(text), "MemTotal: 8000000 kB\nMemFree: %u kB\n", kib);
	machine_put(m, "proc/meminfo", text);
}

static void sample_at(const struct machine *m, struct ml_recorder *recorder,
		      uint64_t seconds)
{
	m->root->manifest->wall_ms = FIRST_MS + seconds * 1000;
	m->root->manifest->monotonic_ns = (seconds + 1) * 1000000000;
	put_meminfo(m, (unsigned)seconds);
	assert_int_equal(ml_recorder_sample(recorder, NULL), 0);
}

static struct ml_recording *open_recording(const struct machine *m)
{
	struct ml_recording *recording;
	char folder[96];

	assert_int_equal(ml_recording_open(m->ctx, folder_of(m, folder), &recording), 0);
	return recording;
}

/* NULL: that file was not there then. */
static void said(struct ml_recording *recording, uint64_t seconds, const char *path,
		 const char *want)
{
	struct ml_recorded found;
	struct ml_tree *tree;
	struct ml_str text = { 0 };
	int rc;

	assert_int_equal(
		ml_recording_tree(recording, FIRST_MS + seconds * 1000, &tree, &found),
		0);
	assert_int_equal(found.wall_ms, FIRST_MS + seconds * 1000);
	assert_int_equal(found.damaged, 0);
	rc = tree->ops->file(tree, path, &text);
	if (want) {
		assert_int_equal(rc, 0);
		assert_int_equal(text.n, strlen(want));
		assert_memory_equal(text.p, want, text.n);
	} else {
		assert_int_equal(rc, -ENOENT);
	}
	tree->ops->close(tree);
}

static void end_process(const struct machine *m, int pid)
{
	static const char *const names[] = { "/stat", "/statm", "/status", "" };
	char path[128];

	for (size_t i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "%s/proc/%d%s", m->path, pid, names[i]);
		assert_int_equal(remove(path), 0);
	}
}

static void each_sample_is_what_was(void **state)
{
	const struct machine *m = *state;
	struct ml_recorder *recorder;
	struct ml_recording *recording;
	char text[128];

	put_process(m, 7, 1, 100);
	put_process(m, 8, 2, 200);
	recorder = start(m, (struct ml_recorder_bounds){ 0 });
	for (unsigned i = 0; i < 70; i++) {
		if (i == 20)
			end_process(m, 8);
		if (i == 40)
			put_process(m, 8, 3, 300);
		put_process(m, 7, 1, (int)i);
		sample_at(m, recorder, i * 10);
	}
	ml_recorder_free(recorder);
	recording = open_recording(m);
	for (unsigned i = 0; i < 70; i++) {
		snprintf(text, sizeof(text), "1 %u 1 1 0 1 0\n", i);
		said(recording, i * 10, "proc/7/statm", text);
		said(recording, i * 10, "proc/8/statm",
		     i < 20   ? "1 200 1 1 0 1 0\n"
		     : i < 40 ? NULL
			      : "1 300 1 1 0 1 0\n");
		said(recording, i * 10, "proc/8/status",
		     i < 20 || i >= 40 ? "Name:\ta\nPid:\t1\n" : NULL);
		snprintf(text, sizeof(text), "MemTotal: 8000000 kB\nMemFree: %u kB\n",
			 i * 10);
		said(recording, i * 10, "proc/meminfo", text);
	}
	ml_recording_close(recording);
}

static int64_t keys_in(const char *path, struct ml_ctx *ctx)
{
	struct ml_buf data = { 0 };
	struct ml_day_frame frame;
	struct ml_day *day;
	int64_t keys = 0;

	assert_int_equal(ml_day_open(ctx, path, &day), 0);
	for (int64_t id = 1; !ml_day_get(day, id, &frame, &data); id++)
		keys += frame.key == frame.id;
	ml_buf_deinit(&data);
	ml_day_close(day);
	return keys;
}

/* Where nearly all is another a delta is no use. */
static void what_differs_in_all_is_a_key(void **state)
{
	const struct machine *m = *state;
	struct ml_recorder *recorder;
	struct ml_recording *recording;

	for (int pid = 10; pid < 30; pid++)
		put_process(m, pid, pid, pid);
	recorder = start(m, (struct ml_recorder_bounds){ 0 });
	for (unsigned i = 0; i < 4; i++)
		sample_at(m, recorder, i);
	for (int pid = 10; pid < 30; pid++)
		end_process(m, pid);
	for (int pid = 500; pid < 900; pid++)
		put_process(m, pid, pid * 7919, pid * 104729);
	for (unsigned i = 4; i < 8; i++)
		sample_at(m, recorder, i);
	ml_recorder_free(recorder);
	recording = open_recording(m);
	assert_int_equal(ml_recording_count(recording), 1);
	assert_int_equal(keys_in(ml_recording_path(recording, 0), m->ctx), 2);
	said(recording, 7, "proc/899/statm", "1 94151371 1 1 0 1 0\n");
	said(recording, 7, "proc/10/statm", NULL);
	said(recording, 3, "proc/10/statm", "1 10 1 1 0 1 0\n");
	ml_recording_close(recording);
}

static void a_day_begins_with_a_key_and_old_ones_go(void **state)
{
	const struct machine *m = *state;
	struct ml_recorder *recorder =
		start(m, (struct ml_recorder_bounds){ .keep = 2 * 86400 });
	struct ml_recording *recording;

	for (unsigned i = 0; i < 3; i++) /* the 14th, the 15th, the 16th */
		for (unsigned k = 0; k < 40; k++)
			sample_at(m, recorder, i * 86400 + k * 10);
	ml_recorder_free(recorder);
	recording = open_recording(m);
	assert_int_equal(ml_recording_count(recording), 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(keys_in(ml_recording_path(recording, i), m->ctx), 1);
	said(recording, 86400 + 390, "proc/meminfo",
	     "MemTotal: 8000000 kB\nMemFree: 86790 kB\n");
	ml_recording_close(recording);
	recorder = start(m, (struct ml_recorder_bounds){ .keep = 2 * 86400 });
	sample_at(m, recorder, 3 * 86400);
	ml_recorder_free(recorder);
	recording = open_recording(m);
	assert_int_equal(ml_recording_count(recording), 3); /* that of the 14th is gone */
	said(recording, 86400, "proc/meminfo",
	     "MemTotal: 8000000 kB\nMemFree: 86400 kB\n");
	ml_recording_close(recording);
}

/* What was not read for long is not known any more; what is read in turn is. */
static void what_is_not_read_is_forgotten(void **state)
{
	const struct machine *m = *state;
	struct ml_recorder *recorder;
	struct ml_recording *recording;

	machine_put(m, "proc/slabinfo", "slabs\n");
	recorder = start(m, (struct ml_recorder_bounds){ 0 });
	sample_at(m, recorder, 0);
	sample_at(m, recorder, 10);
	sample_at(m, recorder, 3600); /* it slept */
	ml_recorder_free(recorder);
	recording = open_recording(m);
	said(recording, 10, "proc/slabinfo", "slabs\n");
	said(recording, 3600, "proc/slabinfo", "slabs\n");
	said(recording, 3600, "proc/vmstat", NULL);
	ml_recording_close(recording);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_told_by_one_with_a_bit_less),
		cmocka_unit_test(the_way_back_is_short),
		cmocka_unit_test(an_early_key_begins_anew),
		cmocka_unit_test_setup_teardown(each_sample_is_what_was, machine_setup,
						machine_teardown),
		cmocka_unit_test_setup_teardown(what_differs_in_all_is_a_key,
						machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(a_day_begins_with_a_key_and_old_ones_go,
						machine_setup, machine_teardown),
		cmocka_unit_test_setup_teardown(what_is_not_read_is_forgotten,
						machine_setup, machine_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
