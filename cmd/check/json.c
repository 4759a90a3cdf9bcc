/* SPDX-License-Identifier: MIT */
/* json: the verdict as one object. */
#include <json-c/json.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check/check.h"

#define FLAGS (JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)

/* Bytes that are no text are escaped as for people. */
static void add(struct json_object *o, const char *key, struct ml_str s)
{
	char *text = s.p ? safe_string(s, true) : NULL;

	json_object_object_add(o, key, text ? json_object_new_string(text) : NULL);
	free(text);
}

static void add_word(struct json_object *o, const char *key, const char *s)
{
	json_object_object_add(o, key, s ? json_object_new_string(s) : NULL);
}

static void add_number(struct json_object *o, const char *key, double v)
{
	struct json_object *number = NULL;

	if (isfinite(v)) {
		char text[32];

		snprintf(text, sizeof(text), "%.15g", v);
		number = json_object_new_double_s(v, text);
	}
	json_object_object_add(o, key, number);
}

static void add_unit(struct json_object *o, unsigned unit)
{
	const struct ml_col col = { .type = ML_TYPE_F64, .unit = (uint8_t)unit };

	add_word(o, "unit", ml_unit_name(&col));
}

static struct json_object *finding(const struct check_finding *f)
{
	struct json_object *o = json_object_new_object();

	add(o, "rule", f->rule);
	add(o, "about", f->about);
	add(o, "severity", f->severity);
	add(o, "confidence", f->confidence);
	add(o, "message", f->message);
	add(o, "evidence", f->evidence);
	add(o, "why", f->why);
	add(o, "isnt", f->isnt);
	add(o, "remedy", f->remedy);
	add(o, "risk", f->risk);
	add(o, "next", f->next);
	return o;
}

static struct json_object *measure(const struct check_measure *m)
{
	struct json_object *o = json_object_new_object();

	add(o, "rule", m->rule);
	add(o, "about", m->about);
	add(o, "measure", m->measure);
	add_word(o, "status", check_state_name(m->state));
	add_number(o, "value", m->value);
	add_unit(o, m->unit);
	add(o, "warn", m->warn);
	add(o, "crit", m->crit);
	add_number(o, "min", m->min);
	add_number(o, "max", m->max);
	return o;
}

static struct json_object *rule(const struct check_rule *r)
{
	struct json_object *o = json_object_new_object();

	add(o, "rule", r->id);
	add_word(o, "status", check_state_name(r->state));
	add(o, "outcome", r->outcome);
	add(o, "reason", r->reason);
	json_object_object_add(o, "tolerated", json_object_new_boolean(r->tolerated));
	json_object_object_add(o, "bad_runs", json_object_new_int((int)r->bad));
	json_object_object_add(o, "runs", json_object_new_int((int)r->of));
	return o;
}

static struct json_object *add_array(struct json_object *o, const char *key)
{
	struct json_object *array = json_object_new_array();

	json_object_object_add(o, key, array);
	return array;
}

static void print(struct json_object *o, FILE *out)
{
	fputs(json_object_to_json_string_ext(o, FLAGS), out);
	fputc('\n', out);
	json_object_put(o);
}

int check_print_json(const struct check_verdict *v, FILE *out)
{
	struct json_object *o = json_object_new_object(), *array;
	char *text = check_headline(v);

	add_word(o, "schema", "check");
	add_word(o, "memlens", ml_version());
	add_word(o, "status", check_state_name(v->state));
	json_object_object_add(o, "exit", json_object_new_int((int)v->state));
	add_word(o, "text", text);
	add_number(o, "seconds", v->seconds);
	array = add_array(o, "rules");
	for (size_t i = 0; i < v->nrules; i++)
		json_object_array_add(array, rule(&v->rules[i]));
	array = add_array(o, "findings");
	for (size_t i = 0; i < v->nfindings; i++)
		json_object_array_add(array, finding(&v->findings[i]));
	array = add_array(o, "measures");
	for (size_t i = 0; i < v->nmeasures; i++)
		json_object_array_add(array, measure(&v->measures[i]));
	array = add_array(o, "notes");
	for (size_t i = 0; i < v->nnotes; i++) {
		struct json_object *note = json_object_new_object();

		add(note, "text", (struct ml_str){ v->notes[i], strlen(v->notes[i]) });
		json_object_array_add(array, note);
	}
	free(text);
	print(o, out);
	return (int)v->state;
}

/* ---- the list of rules ---- */

/* "warn" of "mem.avail.low.warn" */
static const char *name_of(const struct ml_limit_info *limit,
			   const struct ml_rule_info *info)
{
	return limit->key + strlen(info->id) + 1;
}

static struct json_object *listed(size_t i)
{
	struct json_object *o = json_object_new_object(), *limits, *needs;
	struct ml_rule_info info;
	struct ml_limit_info limit;
	char shown[48];
	const char *path;

	ml_rule_at(i, &info);
	add_word(o, "rule", info.id);
	add_word(o, "title", info.title);
	add_word(o, "measure", info.measure);
	add_unit(o, info.unit);
	json_object_object_add(o, "rate", json_object_new_boolean(info.rate));
	add_number(o, "window", info.window);
	limits = json_object_new_object();
	for (size_t n = 0; ml_rule_limit(i, n, shown, &limit); n++)
		add_number(limits, name_of(&limit, &info), limit.value);
	json_object_object_add(o, "limits", limits);
	needs = add_array(o, "needs");
	for (size_t n = 0; (path = ml_rule_need(i, n)); n++)
		json_object_array_add(needs, json_object_new_string(path));
	return o;
}

static void list_json(FILE *out)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < ml_rule_count(); i++)
		json_object_array_add(array, listed(i));
	print(array, out);
}

static void list_rule(size_t i, FILE *out)
{
	struct ml_rule_info info;
	struct ml_limit_info limit;
	char shown[48];
	const char *path;

	ml_rule_at(i, &info);
	fprintf(out, "%s\n  looks for: %s\n", info.id, info.title);
	for (size_t n = 0; ml_rule_limit(i, n, shown, &limit); n++)
		fprintf(out, "%s%s %s", n ? ", " : "  limits: ", name_of(&limit, &info),
			shown);
	fputs(ml_rule_limit(i, 0, shown, &limit) ? "\n" : "", out);
	for (size_t n = 0; (path = ml_rule_need(i, n)); n++)
		fprintf(out, "%s%s", n ? ", " : "  needs: ", path);
	if (info.rate)
		fputs(ml_rule_need(i, 0) ? ", two samples" : "  needs: two samples", out);
	fputs(info.rate || ml_rule_need(i, 0) ? "\n" : "", out);
}

void check_list(bool json, bool names, FILE *out)
{
	struct ml_rule_info info;

	if (json && !names) {
		list_json(out);
		return;
	}
	for (size_t i = 0; i < ml_rule_count(); i++) {
		ml_rule_at(i, &info);
		if (names)
			fprintf(out, "%s\n", info.id);
		else
			list_rule(i, out);
	}
}
