/* SPDX-License-Identifier: MIT */
/* json: series as an array of objects, each a line. */
#include "recorder/json.h"

#include <math.h>
#include <stdlib.h>

#define FLAGS (JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)

void json_begin(void)
{
	printf("{\"schema\":\"memlens/1/series\",\"version\":\"%s\",\"series\":[\n",
	       MEMLENS_VERSION);
}

void json_end(void)
{
	printf("]}\n");
}

static void add_text(struct json_object *o, const char *key, char *text)
{
	json_object_object_add(o, key, text ? json_object_new_string(text) : NULL);
	free(text);
}

struct json_object *json_series(const struct ml_series *series)
{
	struct json_object *o = json_object_new_object();

	add_text(o, "name", series_name(series->name, true));
	add_text(o, "unit", safe_string(series->unit, true));
	return o;
}

void json_add_number(struct json_object *o, const char *key, double v)
{
	struct json_object *number = NULL;
	char text[32];

	if (isfinite(v)) {
		snprintf(text, sizeof(text), "%.15g", v);
		number = json_object_new_double_s(v, text);
	}
	json_object_object_add(o, key, number);
}

void json_print(struct json_object *o, bool first)
{
	printf("%s%s\n", first ? "" : ",", json_object_to_json_string_ext(o, FLAGS));
	json_object_put(o);
}
