/* SPDX-License-Identifier: MIT */
/*
 * available: prints MemAvailable, and then every table of a report without knowing one of
 * its columns.
 *
 *   cc -o available available.c $(pkg-config --cflags --libs memlens)
 *   ./available               the report "free" of this machine
 *   ./available zone /copy    the report "zone" of a copied one
 */
#include <inttypes.h>
#include <memlens.h>
#include <stdio.h>
#include <stdlib.h>

/* Names come from the kernel and from processes: print nothing that a terminal obeys. */
static void print_string(struct ml_str s)
{
	for (size_t i = 0; i < s.n; i++)
		putchar(s.p[i] >= ' ' && s.p[i] <= '~' ? s.p[i] : '?');
}

static void print_value(const struct ml_col *col, const void *row)
{
	struct ml_value v;

	ml_value_of(col, row, &v);
	if (!v.known) { /* which is not 0 */
		putchar('-');
		return;
	}
	switch (v.type) {
	case ML_TYPE_STR:
		print_string(v.str);
		break;
	case ML_TYPE_U64:
		printf("%" PRIu64, v.u64);
		break;
	case ML_TYPE_S64:
		printf("%" PRId64, v.s64);
		break;
	case ML_TYPE_F64:
		printf("%g", v.f64);
		break;
	}
}

static void print_table(const struct ml_result *result, size_t t)
{
	const struct ml_table *table = ml_result_table(result, t);

	printf("\n%s: %s\n", ml_table_id(table), ml_table_help(table));
	for (size_t i = 0; i < ml_result_nrows(result, t); i++) {
		const void *row = ml_result_row(result, t, i);

		for (size_t c = 0; c < ml_table_ncols(table); c++) {
			const struct ml_col *col = ml_table_col(table, c);

			printf("%s%s=", c ? " " : "  ", col->key);
			print_value(col, row);
		}
		putchar('\n');
	}
}

/* A file that could not be read is no failure: what depends on it is unknown. */
static void print_missing(const struct ml_snap *snap)
{
	for (size_t i = 0; i < ml_snap_nsources(snap); i++) {
		struct ml_source source;

		ml_snap_source(snap, i, &source);
		if (source.status != ML_OK)
			fprintf(stderr, "%s: %s, without it: %s\n", source.path,
				ml_status_name(source.status),
				source.loss ? source.loss : "-");
	}
}

static int print_report(struct ml_ctx *ctx, const struct ml_report *report,
			struct ml_snap *snap)
{
	struct ml_result *result;
	uint64_t available;
	int rc = ml_report_build(ctx, report, NULL, NULL, snap, &result);

	if (rc)
		return rc;
	if (ml_snap_meminfo(snap, "MemAvailable", &available) == 0)
		printf("MemAvailable: %" PRIu64 " bytes\n", available);
	for (size_t t = 0; t < ml_result_ntables(result); t++)
		print_table(result, t);
	ml_result_unref(result);
	return 0;
}

static int show(struct ml_ctx *ctx, const struct ml_report *report, const char *path)
{
	struct ml_root *root;
	struct ml_snap *snap;
	int rc = ml_root_open(ctx, path, &root);

	if (rc)
		return rc;
	rc = ml_snap_take(root, report, NULL, &snap);
	if (rc == 0) {
		print_missing(snap);
		rc = print_report(ctx, report, snap);
		ml_snap_unref(snap);
	}
	ml_root_unref(root);
	return rc;
}

int main(int argc, char **argv)
{
	const struct ml_report *report = ml_report_find(argc > 1 ? argv[1] : "free");
	struct ml_ctx *ctx;
	int rc;

	if (!report) {
		fprintf(stderr, "%s: no such report\n", argv[1]);
		return EXIT_FAILURE;
	}
	if (ml_ctx_new(&ctx)) {
		fputs("out of memory\n", stderr);
		return EXIT_FAILURE;
	}
	rc = show(ctx, report, argc > 2 ? argv[2] : NULL);
	if (rc)
		fprintf(stderr, "%s\n", ml_ctx_error(ctx));
	ml_ctx_free(ctx);
	return rc ? EXIT_FAILURE : EXIT_SUCCESS;
}
