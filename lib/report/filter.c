/* SPDX-License-Identifier: MIT */
/* filter: the expression language of --filter - parsed once, evaluated per row. */
#include <errno.h>
#include <math.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/num.h"
#include "report/view.h"

#define DEPTH_MAX 32

enum node_kind {
	NODE_AND,
	NODE_OR,
	NODE_NOT,
	NODE_CMP,
};

enum cmp_op {
	OP_NE,
	OP_LE,
	OP_GE,
	OP_NOMATCH,
	OP_EQ,
	OP_LT,
	OP_GT,
	OP_MATCH,
};

/* Longest first, so that "<=" is not read as "<". */
static const struct {
	const char *text;
	enum cmp_op op;
} ops[] = {
	{ "!=", OP_NE }, { "<=", OP_LE }, { ">=", OP_GE },   { "!~", OP_NOMATCH }, { "==", OP_EQ },
	{ "=", OP_EQ },	 { "<", OP_LT },  { ">", OP_GT },    { "~", OP_MATCH },
};

struct node {
	enum node_kind kind;
	struct node *left, *right;
	/* NODE_CMP */
	const char *column;
	const struct ml_col *col;
	enum cmp_op op;
	struct ml_str text;
	double number; /* NaN when the text is no number */
	bool want_unknown;
	bool has_regex;
	regex_t regex;
};

struct ml_filter {
	struct ml_arena arena;
	struct node *top;
	struct ml_rows nodes; /* of struct node *: every comparison */
};

struct parser {
	struct ml_ctx *ctx;
	struct ml_filter *filter;
	const char *p;
	unsigned depth;
};

static int fail_at(struct parser *ps, const char *what)
{
	return ml_fail(ps->ctx, -EINVAL, "filter: %s at \"%.40s\"", what, ps->p);
}

static void skip_blanks(struct parser *ps)
{
	ps->p += strspn(ps->p, " \t\n");
}

static size_t name_length(const char *p)
{
	return strspn(p,
		      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.");
}

static bool take_keyword(struct parser *ps, const char *word)
{
	size_t n = strlen(word);

	skip_blanks(ps);
	if (strncmp(ps->p, word, n) != 0 || name_length(ps->p) != n)
		return false;
	ps->p += n;
	return true;
}

static struct node *node_new(struct parser *ps, enum node_kind kind)
{
	struct node *n = ml_arena_calloc(&ps->filter->arena, 1, sizeof(*n));

	if (n)
		n->kind = kind;
	return n;
}

static int parse_or(struct parser *ps, struct node **ret);

static int take_op(struct parser *ps, enum cmp_op *ret)
{
	skip_blanks(ps);
	for (size_t i = 0; i < ML_ARRAY_SIZE(ops); i++) {
		size_t n = strlen(ops[i].text);

		if (strncmp(ps->p, ops[i].text, n) != 0)
			continue;
		ps->p += n;
		*ret = ops[i].op;
		return 0;
	}
	return fail_at(ps, "expected one of = != < <= > >= ~ !~");
}

static int take_value(struct parser *ps, struct ml_str *ret)
{
	size_t n;
	char quote;

	skip_blanks(ps);
	quote = *ps->p;
	if (quote == '"' || quote == '\'') {
		const char *end = strchr(ps->p + 1, quote);

		if (!end)
			return fail_at(ps, "unclosed quote");
		*ret = (struct ml_str){ ps->p + 1, (size_t)(end - ps->p - 1) };
		ps->p = end + 1;
		return 0;
	}
	n = strcspn(ps->p, " \t\n()");
	if (!n)
		return fail_at(ps, "expected a value");
	*ret = (struct ml_str){ ps->p, n };
	ps->p += n;
	return 0;
}

/* "12", "1.5G", "20%", "-1": base units, as the columns have. */
static double number_of(struct ml_str s)
{
	static const char suffixes[] = "KMGTP";
	const char *at = s.n ? strchr(suffixes, s.p[s.n - 1] & ~0x20) : NULL;
	double scale = 1, v;

	if (s.n && s.p[s.n - 1] == '%') {
		scale = 0.01;
		s.n--;
	} else if (at && *at) {
		scale = (double)(1ull << 10 * (at - suffixes + 1));
		s.n--;
	}
	return ml_num_f64(s, &v) ? v * scale : (double)NAN;
}

static int compile(struct parser *ps, struct node *n)
{
	const char *pattern = ml_arena_strndup(&ps->filter->arena, n->text.p, n->text.n);
	int rc;

	if (!pattern)
		return -ENOMEM;
	rc = regcomp(&n->regex, pattern, REG_EXTENDED | REG_NOSUB);
	if (rc) {
		char why[128];

		regerror(rc, &n->regex, why, sizeof(why));
		return ml_fail(ps->ctx, -EINVAL, "filter: \"%s\": %s", pattern, why);
	}
	n->has_regex = true;
	return 0;
}

static int parse_cmp(struct parser *ps, struct node **ret)
{
	struct node *n = node_new(ps, NODE_CMP), **kept;
	size_t length;
	int rc;

	skip_blanks(ps);
	length = name_length(ps->p);
	if (!length)
		return fail_at(ps, "expected a column");
	kept = n ? ml_rows_add(&ps->filter->nodes, &ps->filter->arena) : NULL;
	if (!kept)
		return -ENOMEM;
	*kept = n;
	n->column = ml_arena_strndup(&ps->filter->arena, ps->p, length);
	if (!n->column)
		return -ENOMEM;
	ps->p += length;
	if ((rc = take_op(ps, &n->op)) || (rc = take_value(ps, &n->text)))
		return rc;
	n->number = number_of(n->text);
	n->want_unknown = ml_str_is(n->text, "-");
	if ((n->op == OP_MATCH || n->op == OP_NOMATCH) && (rc = compile(ps, n)))
		return rc;
	*ret = n;
	return 0;
}

static int parse_unary(struct parser *ps, struct node **ret)
{
	struct node *n;
	int rc;

	if (++ps->depth > DEPTH_MAX)
		return fail_at(ps, "nested too deeply");
	skip_blanks(ps);
	if (take_keyword(ps, "not")) {
		n = node_new(ps, NODE_NOT);
		rc = n ? parse_unary(ps, &n->left) : -ENOMEM;
		if (!rc)
			*ret = n;
	} else if (*ps->p == '(') {
		ps->p++;
		rc = parse_or(ps, ret);
		skip_blanks(ps);
		if (!rc && *ps->p++ != ')') {
			ps->p--;
			rc = fail_at(ps, "expected )");
		}
	} else {
		rc = parse_cmp(ps, ret);
	}
	ps->depth--;
	return rc;
}

static int parse_and(struct parser *ps, struct node **ret)
{
	struct node *left = NULL, *n;
	int rc = parse_unary(ps, &left);

	while (!rc && take_keyword(ps, "and")) {
		n = node_new(ps, NODE_AND);
		if (!n)
			return -ENOMEM;
		n->left = left;
		rc = parse_unary(ps, &n->right);
		left = n;
	}
	if (!rc)
		*ret = left;
	return rc;
}

static int parse_or(struct parser *ps, struct node **ret)
{
	struct node *left = NULL, *n;
	int rc = parse_and(ps, &left);

	while (!rc && take_keyword(ps, "or")) {
		n = node_new(ps, NODE_OR);
		if (!n)
			return -ENOMEM;
		n->left = left;
		rc = parse_and(ps, &n->right);
		left = n;
	}
	if (!rc)
		*ret = left;
	return rc;
}

int ml_filter_parse(struct ml_ctx *ctx, const char *expr, struct ml_filter **ret)
{
	struct ml_filter *filter = calloc(1, sizeof(*filter));
	struct parser ps = { .ctx = ctx, .filter = filter };
	int rc;

	if (!filter)
		return ml_fail(ctx, -ENOMEM, "out of memory");
	filter->nodes = ML_ROWS(struct node *);
	ps.p = ml_arena_strndup(&filter->arena, expr, strlen(expr));
	rc = ps.p ? parse_or(&ps, &filter->top) : -ENOMEM;
	if (!rc) {
		skip_blanks(&ps);
		if (*ps.p)
			rc = fail_at(&ps, "expected and, or, or the end");
	}
	if (rc) {
		ml_filter_free(filter);
		return rc == -ENOMEM ? ml_fail(ctx, rc, "out of memory") : rc;
	}
	*ret = filter;
	return 0;
}

void ml_filter_free(struct ml_filter *filter)
{
	struct node **n;

	if (!filter)
		return;
	ml_for_each_row(n, &filter->nodes)
		if ((*n)->has_regex)
			regfree(&(*n)->regex);
	ml_arena_deinit(&filter->arena);
	free(filter);
}

static bool needs_number(const struct node *n)
{
	return n->col->type != ML_TYPE_STR && !n->has_regex && !n->want_unknown;
}

int ml_filter_bind(struct ml_ctx *ctx, struct ml_filter *filter,
		   const struct ml_table *table, const char **ret_missing)
{
	struct node **n;

	ml_for_each_row(n, &filter->nodes) {
		(*n)->col = ml_table_find(table, (*n)->column);
		if (!(*n)->col) {
			*ret_missing = (*n)->column;
			return -ENOENT;
		}
		if (needs_number(*n) && isnan((*n)->number))
			return ml_fail(ctx, -EINVAL,
				       "filter: %s is a number, \"%.*s\" is none",
				       (*n)->column, (int)(*n)->text.n, (*n)->text.p);
	}
	return 0;
}

uint32_t ml_filter_reads(const struct ml_filter *filter, const struct ml_table *table)
{
	uint32_t reads = 0;
	struct node **n;

	ml_for_each_row(n, &filter->nodes) {
		const struct ml_col *col = ml_table_find(table, (*n)->column);

		reads |= col ? col->reads : 0;
	}
	return reads;
}

static bool order_holds(enum cmp_op op, int order)
{
	switch (op) {
	case OP_EQ:
		return order == 0;
	case OP_NE:
		return order != 0;
	case OP_LT:
		return order < 0;
	case OP_LE:
		return order <= 0;
	case OP_GT:
		return order > 0;
	case OP_GE:
		return order >= 0;
	case OP_MATCH:
	case OP_NOMATCH:
		break;
	}
	return false;
}

/* The regular expression sees the string, or the number in base units. */
static bool regex_matches(const struct node *n, const struct ml_value *v)
{
	char number[64];
	char *copy;
	bool hit;

	if (v->type != ML_TYPE_STR) {
		snprintf(number, sizeof(number), "%.15g", ml_value_number(v));
		return regexec(&n->regex, number, 0, NULL, 0) == 0;
	}
	copy = strndup(v->str.p, v->str.n);
	hit = copy && regexec(&n->regex, copy, 0, NULL, 0) == 0;
	free(copy);
	return hit;
}

static bool cmp_holds(const struct node *n, const void *row)
{
	struct ml_value v;
	double number;

	ml_value_of(n->col, row, &v);
	if (n->want_unknown && n->col->type != ML_TYPE_STR)
		return n->op == OP_EQ ? !v.known : n->op == OP_NE && v.known;
	if (!v.known)
		return n->op == OP_EQ && n->want_unknown;
	if (n->has_regex)
		return regex_matches(n, &v) == (n->op == OP_MATCH);
	if (v.type == ML_TYPE_STR)
		return order_holds(n->op, ml_str_cmp(v.str, n->text));
	number = ml_value_number(&v);
	return order_holds(n->op, (number > n->number) - (number < n->number));
}

static bool holds(const struct node *n, const void *row)
{
	switch (n->kind) {
	case NODE_AND:
		return holds(n->left, row) && holds(n->right, row);
	case NODE_OR:
		return holds(n->left, row) || holds(n->right, row);
	case NODE_NOT:
		return !holds(n->left, row);
	case NODE_CMP:
		return cmp_holds(n, row);
	}
	return false;
}

bool ml_filter_match(const struct ml_filter *filter, const void *row)
{
	return holds(filter->top, row);
}
