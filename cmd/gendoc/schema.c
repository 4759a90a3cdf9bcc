/* SPDX-License-Identifier: MIT */
/* schema: the JSON schema of every report. */
#include <json-c/json.h>
#include <string.h>

#include "gendoc/gendoc.h"

static struct json_object *string_of(const char *s)
{
	return json_object_new_string(s);
}

static struct json_object *nullable(const char *type)
{
	struct json_object *o = json_object_new_object();
	struct json_object *types = json_object_new_array();

	json_object_array_add(types, string_of(type));
	json_object_array_add(types, string_of("null"));
	json_object_object_add(o, "type", types);
	return o;
}

static struct json_object *plain(const char *type)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "type", string_of(type));
	return o;
}

static struct json_object *column_schema(const struct ml_col *col)
{
	static const char *const types[] = {
		[ML_TYPE_STR] = "string",
		[ML_TYPE_U64] = "integer",
		[ML_TYPE_S64] = "integer",
		[ML_TYPE_F64] = "number",
	};
	bool truth = col->unit == ML_UNIT_TRUTH;
	bool number = col->type != ML_TYPE_STR && col->unit != ML_UNIT_ADDRESS && !truth;
	struct json_object *o = nullable(number  ? types[col->type]
					 : truth ? "boolean"
						 : "string");
	char text[256];

	if (number && col->type == ML_TYPE_U64)
		json_object_object_add(o, "minimum", json_object_new_int(0));
	snprintf(text, sizeof(text), "%s (%s)", col->help, ml_unit_name(col));
	json_object_object_add(o, "description", string_of(text));
	return o;
}

/* The bytes of a string that is not UTF-8. */
static struct json_object *raw_schema(void)
{
	struct json_object *o = plain("string");

	json_object_object_add(o, "pattern", string_of("^([0-9a-f]{2})*$"));
	return o;
}

static struct json_object *table_schema(const struct ml_table *table);

/* The properties of the object that columns "object.key" share. */
static struct json_object *shared_properties(struct json_object *properties,
					     const char *key, size_t n)
{
	struct json_object *o, *inner;
	char name[80];

	snprintf(name, sizeof(name), "%.*s", (int)n, key);
	if (json_object_object_get_ex(properties, name, &o))
		return json_object_object_get(o, "properties");
	o = plain("object");
	inner = json_object_new_object();
	json_object_object_add(o, "properties", inner);
	json_object_object_add(o, "additionalProperties", json_object_new_boolean(0));
	json_object_object_add(properties, name, o);
	return inner;
}

static void add_property(struct json_object *properties, const struct ml_col *col)
{
	const char *dot = strchr(col->key, '.'), *key = dot ? dot + 1 : col->key;
	char raw[80];

	if (dot)
		properties =
			shared_properties(properties, col->key, (size_t)(dot - col->key));
	if (col->flags & ML_COL_LIST) {
		json_object_object_add(properties, key, table_schema(col->list));
		return;
	}
	json_object_object_add(properties, key, column_schema(col));
	snprintf(raw, sizeof(raw), "%s_raw", key);
	if (col->type == ML_TYPE_STR)
		json_object_object_add(properties, raw, raw_schema());
}

static struct json_object *row_schema(const struct ml_table *table)
{
	struct json_object *o = plain("object"), *properties = json_object_new_object();

	for (size_t i = 0; i < ml_table_ncols(table); i++)
		add_property(properties, ml_table_col(table, i));
	json_object_object_add(o, "properties", properties);
	json_object_object_add(o, "additionalProperties", json_object_new_boolean(0));
	return o;
}

static struct json_object *table_schema(const struct ml_table *table)
{
	struct json_object *o = plain("array");

	json_object_object_add(o, "description", string_of(ml_table_help(table)));
	json_object_object_add(o, "items", row_schema(table));
	return o;
}

static const char source_text[] =
	"{\"type\":\"object\",\"description\":\"what became of one kernel file\","
	"\"required\":[\"path\",\"status\",\"errno\",\"capability\",\"bad_lines\"],"
	"\"properties\":{\"path\":{\"type\":\"string\"},"
	"\"errno\":{\"type\":[\"integer\",\"null\"]},"
	"\"capability\":{\"type\":[\"string\",\"null\"],"
	"\"description\":\"what would allow it when it is denied\"},"
	"\"bad_lines\":{\"type\":\"integer\",\"minimum\":0,"
	"\"description\":\"lines that were not understood\"}}}";

/* enum ml_status to the end, by its names. */
static struct json_object *source_schema(void)
{
	struct json_object *o = json_tokener_parse(source_text), *properties;
	struct json_object *status = plain("string"), *names = json_object_new_array();

	for (int i = ML_OK; i <= ML_MALFORMED; i++)
		json_object_array_add(names,
				      string_of(ml_status_name((enum ml_status)i)));
	json_object_object_add(status, "enum", names);
	json_object_object_get_ex(o, "properties", &properties);
	json_object_object_add(properties, "status", status);
	return o;
}

static const char envelope_text[] =
	"{\"schema\":{\"type\":\"string\",\"pattern\":\"^memlens/1/\"},"
	"\"version\":{\"type\":\"string\",\"description\":\"of memlens\"},"
	"\"host\":{\"type\":[\"string\",\"null\"]},"
	"\"kernel\":{\"type\":[\"string\",\"null\"],\"description\":\"release\"},"
	"\"boot_id\":{\"type\":[\"string\",\"null\"]},"
	"\"page_size\":{\"type\":[\"integer\",\"null\"],\"minimum\":4096},"
	"\"time\":{\"type\":[\"string\",\"null\"],\"format\":\"date-time\","
	"\"description\":\"RFC 3339, UTC, milliseconds; null for a copied machine\"},"
	"\"sources\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/source\"}},"
	"\"notes\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}";

/* Only where there is an earlier sample. */
static const char before_text[] =
	"{\"type\":\"object\",\"description\":\"the earlier sample, which may be of another"
	" machine\",\"required\":[\"host\",\"kernel\",\"boot_id\",\"page_size\",\"time\","
	"\"seconds\"],\"additionalProperties\":false,"
	"\"properties\":{\"host\":{\"type\":[\"string\",\"null\"]},"
	"\"host_raw\":{\"type\":\"string\"},"
	"\"kernel\":{\"type\":[\"string\",\"null\"]},"
	"\"kernel_raw\":{\"type\":\"string\"},"
	"\"boot_id\":{\"type\":[\"string\",\"null\"]},"
	"\"boot_id_raw\":{\"type\":\"string\"},"
	"\"page_size\":{\"type\":[\"integer\",\"null\"],\"minimum\":4096},"
	"\"time\":{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"},"
	"\"seconds\":{\"type\":[\"number\",\"null\"],"
	"\"description\":\"from it to this sample; below 0 where captures are compared"
	" backwards\"}}}";

/* An object of this report has these tables. */
static struct json_object *report_schema(const struct ml_report *report)
{
	struct json_object *o = json_object_new_object(),
			   *schema = json_object_new_object();
	struct json_object *properties = json_object_new_object();
	char name[80];

	snprintf(name, sizeof(name), "memlens/1/%s", ml_report_id(report));
	json_object_object_add(schema, "const", string_of(name));
	json_object_object_add(properties, "schema", schema);
	for (size_t i = 0; i < ml_report_ntables(report); i++) {
		const struct ml_table *table = ml_report_table(report, i);

		json_object_object_add(properties, ml_table_id(table),
				       table_schema(table));
	}
	json_object_object_add(o, "title", string_of(ml_report_title(report)));
	json_object_object_add(o, "properties", properties);
	return o;
}

static void require_all(struct json_object *o, struct json_object *properties)
{
	struct json_object *required = json_object_new_array();

	json_object_object_foreach(properties, key, value)
	{
		(void)value;
		json_object_array_add(required, string_of(key));
	}
	json_object_object_add(o, "required", required);
}

int schema(const char *unused)
{
	struct json_object *o = json_object_new_object(),
			   *defs = json_object_new_object();
	struct json_object *properties = json_tokener_parse(envelope_text);
	struct json_object *reports = json_object_new_array();

	(void)unused;
	json_object_object_add(o, "$schema",
			       string_of("https://json-schema.org/draft/2020-12/schema"));
	json_object_object_add(o, "$comment",
			       string_of("SPDX-License-Identifier: MIT; generated"
					 " by gendoc from the registers"));
	json_object_object_add(o, "title", string_of("what memlens -J prints"));
	json_object_object_add(o, "type", string_of("object"));
	require_all(o, properties);
	json_object_object_add(properties, "before", json_tokener_parse(before_text));
	json_object_object_add(o, "properties", properties);
	for (size_t i = 0; i < ml_report_count(); i++) {
		const char *id = ml_report_id(ml_report_at(i));
		struct json_object *ref = json_object_new_object();
		char path[80];

		snprintf(path, sizeof(path), "#/$defs/%s", id);
		json_object_object_add(ref, "$ref", string_of(path));
		json_object_array_add(reports, ref);
		json_object_object_add(defs, id, report_schema(ml_report_at(i)));
	}
	json_object_object_add(o, "oneOf", reports);
	json_object_object_add(defs, "source", source_schema());
	json_object_object_add(o, "$defs", defs);
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY |
						       JSON_C_TO_STRING_PRETTY_TAB |
						       JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(o);
	return 0;
}
