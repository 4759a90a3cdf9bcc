/* SPDX-License-Identifier: MIT */
/* json: series as an array of objects, each a line. */
#pragma once

#include <json-c/json.h>

#include "recorder/names.h"

/* What stands before and behind the objects. */
void json_begin(void);
void json_end(void);

/* Its name and unit, to be added to. */
struct json_object *json_series(const struct ml_series *series);
void json_add_number(struct json_object *o, const char *key, double v);

/* Print and free it. */
void json_print(struct json_object *o, bool first);
