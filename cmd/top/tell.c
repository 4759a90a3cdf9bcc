/* SPDX-License-Identifier: MIT */
/* tell: the texts that pop up - help, what a column means, all that a row holds. */
#include <stdlib.h>
#include <string.h>

#include "handover.h"
#include "top/app.h"

/* A text being written; closed by tell(). */
struct text {
	char *text;
	size_t n;
	FILE *out;
};

static bool text_open(struct text *t)
{
	*t = (struct text){ 0 };
	t->out = open_memstream(&t->text, &t->n);
	return t->out;
}

static void tell(struct app *app, const char *title, struct text *t)
{
	char head[128];

	if (fclose(t->out)) {
		free(t->text);
		return;
	}
	snprintf(head, sizeof(head), " %s ", title);
	popup_show(&app->popup, head, t->text);
}

/* ---- help ---- */

void tell_help(struct app *app)
{
	const struct panel *panel = app->view->panel;
	char key[KEY_NAME_MAX], alias[KEY_NAME_MAX], both[2 * KEY_NAME_MAX + 2];
	struct text t;

	if (!text_open(&t))
		return;
	fprintf(t.out, "%s\n\n", panel->about);
	for (size_t s = 0; s < panel_nsections(panel); s++)
		if (app->view->shots[s] && app->view->shots[s]->command)
			fprintf(t.out, "  %s\n", app->view->shots[s]->command);
	fputc('\n', t.out);
	for (size_t p = 0; p < panels_count; p++)
		if (panels[p].key)
			fprintf(t.out, "%c\t%s\n", panels[p].key, panels[p].about);
	fputc('\n', t.out);
	for (size_t i = 0; i < bindings_count; i++) {
		const struct binding *b = &bindings[i];

		if (!b->help)
			continue;
		snprintf(both, sizeof(both), "%s%s%s", key_name(b->key, key),
			 b->alias ? " " : "", b->alias ? key_name(b->alias, alias) : "");
		fprintf(t.out, "%s\t%s\n", both, b->help);
	}
	tell(app, "help", &t);
}

/* ---- a value ---- */

/* As the screen has it, and exactly. */
static void put_value(const struct app *app, FILE *out, const struct ml_col *col,
		      const struct ml_value *v)
{
	char scaled[CELL_MAX], exact[CELL_MAX];
	char *safe;

	if (v->known && v->type == ML_TYPE_STR) {
		safe = safe_string(v->str, app->style.utf8);
		fputs(safe ? safe : "", out);
		free(safe);
		return;
	}
	cell_number(col, v, app->settings.scale, scaled);
	cell_number(col, v, SCALE_BYTES, exact);
	fputs(scaled, out);
	if (strcmp(scaled, exact) != 0)
		fprintf(out, " (%s %s)", exact, ml_unit_name(col));
}

/* ---- a column ---- */

/* What the glossary says of a term, as `memlens explain TERM` prints it. */
static void put_glossary(const struct app *app, FILE *out, const char *term)
{
	struct ml_query query = { .term = term };
	const struct ml_report *report = ml_report_find("explain");
	struct ml_ctx *ctx = NULL;
	struct ml_root *root = NULL;
	struct ml_snap *snap = NULL;
	struct ml_result *result = NULL;
	struct selection selection = { 0 };
	struct style style = app->style;
	const struct choice choice = { .report = report, .format = FORMAT_TEXT };
	const char *bad;

	if (!ml_ctx_new(&ctx))
		ml_ctx_set_opener(ctx, archive_opener);
	if (ctx && !ml_root_open(ctx, app->origin.root, &root) &&
	    !ml_snap_take(root, report, &query, &snap) &&
	    !ml_report_build(ctx, report, &query, NULL, snap, &result) &&
	    !selection_init(&choice, &selection, &bad)) {
		const struct page page = { .schema = "explain",
					   .result = result,
					   .snap = snap,
					   .selection = &selection,
					   .style = &style,
					   .out = out };

		if (app->painting.canvas)
			style.width = popup_width(app->painting.canvas);
		fputc('\n', out);
		render(FORMAT_TEXT, &page);
	}
	selection_deinit(&selection);
	ml_result_unref(result);
	ml_snap_unref(snap);
	ml_root_unref(root);
	ml_ctx_free(ctx);
}

/* A row that names a term of the glossary itself (a rule, a counter) is asked for it. */
static const char *term_of(const struct ml_col *col, const struct ml_value *v, char *buf,
			   size_t room)
{
	bool names = strcmp(col->key, "rule") == 0 || strcmp(col->key, "counter") == 0;

	if (!names || !v->known || v->type != ML_TYPE_STR || v->str.n >= room)
		return col->key;
	memcpy(buf, v->str.p, v->str.n);
	buf[v->str.n] = '\0';
	return buf;
}

void tell_column(struct app *app)
{
	const struct ml_col *col = focused(app);
	const struct ml_table *table = view_table(app->view, app->view->cursor);
	const void *row = view_row(app->view, app->view->cursor);
	struct ml_value v;
	char term[128];
	struct text t;

	if (!col || !row || !text_open(&t))
		return;
	ml_value_of(col, row, &v);
	fprintf(t.out, "meaning\t%s\n", col->help);
	fputs("value\t", t.out);
	put_value(app, t.out, col, &v);
	fprintf(t.out, "\ncounted in\t%s\n", ml_unit_name(col));
	fprintf(t.out, "source\t%s\n",
		col->source ? col->source : ml_table_source(table));
	fprintf(t.out, "key\t%s.%s\n", ml_table_id(table), col->key);
	put_glossary(app, t.out, term_of(col, &v, term, sizeof(term)));
	tell(app, *col->head ? col->head : col->key, &t);
}

/* ---- a row ---- */

void tell_row(struct app *app)
{
	const struct ml_table *table = view_table(app->view, app->view->cursor);
	const void *row = view_row(app->view, app->view->cursor);
	struct text t;

	if (!row || !text_open(&t))
		return;
	for (size_t c = 0; c < ml_table_ncols(table); c++) {
		const struct ml_col *col = ml_table_col(table, c);
		struct ml_value v;

		ml_value_of(col, row, &v);
		if (!v.known || (v.type == ML_TYPE_STR && !v.str.n))
			continue;
		fprintf(t.out, "%s\t", col->key);
		put_value(app, t.out, col, &v);
		fputc('\n', t.out);
	}
	tell(app, ml_table_id(table), &t);
}
