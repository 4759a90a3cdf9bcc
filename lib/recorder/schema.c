/* SPDX-License-Identifier: MIT */
/* schema: the tables and views of a recording's files. */
#include "recorder/schema.h"

/* In both. */
#define SERIES "CREATE TABLE series(id INTEGER PRIMARY KEY, name TEXT UNIQUE, unit TEXT)"

/* Times are local in views. */
#define LOCAL(t) "datetime(" t ", 'unixepoch', 'localtime') AS time"

#define ROWS_OF(step)                                                                    \
	"SELECT t, " LOCAL("t") ", name, unit, min, max, last FROM rollup "              \
				"JOIN series ON series.id = series WHERE step = " step

/* ---- a day ---- */

const struct ml_db_table ml_day_tables[ML_DAY_TABLES] = {
	{ "meta", "CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID" },
	{ "boot", "CREATE TABLE boot(id INTEGER PRIMARY KEY, boot_id TEXT UNIQUE)" },
	{ "frame", "CREATE TABLE frame(id INTEGER PRIMARY KEY, wall_ms INTEGER NOT NULL, "
		   "boot INTEGER NOT NULL, key INTEGER NOT NULL, mark TEXT, "
		   "data BLOB NOT NULL)" },
	{ "series", SERIES },
	{ "rollup", "CREATE TABLE rollup(step INTEGER, t INTEGER, series INTEGER, "
		    "min REAL, max REAL, last REAL, PRIMARY KEY(step, t, series)) "
		    "WITHOUT ROWID" },
	{ "frame_time", "CREATE INDEX frame_time ON frame(wall_ms)" },
	{ "frame_mark",
	  "CREATE INDEX frame_mark ON frame(wall_ms) WHERE mark IS NOT NULL" },
};

/* Only minutes are written: a sample touches one place. Hours are made of them. */
#define HOURS                                                                            \
	"SELECT hour.t, " LOCAL("hour.t") ", name, unit, hour.min, hour.max, final.last " \
	"FROM (SELECT series, t - t % 3600 AS t, min(min) AS min, max(max) AS max, "     \
	"max(t) AS t_last FROM rollup WHERE step = 60 "                                  \
	"GROUP BY series, t - t % 3600) AS hour "                                        \
	"JOIN rollup AS final ON final.step = 60 AND final.t = hour.t_last "             \
	"AND final.series = hour.series JOIN series ON series.id = hour.series"

#define SAMPLES                                                                          \
	"SELECT frame.id, wall_ms, " LOCAL("wall_ms / 1000") ", boot_id, "               \
	"frame.id = key AS is_key, length(data) AS bytes, mark "                         \
	"FROM frame JOIN boot ON boot.id = frame.boot"

#define MINUTES ROWS_OF("60")

const char ml_day_views[] = "CREATE VIEW samples AS " SAMPLES ";"
			    "CREATE VIEW minutes AS " MINUTES ";"
			    "CREATE VIEW hours AS " HOURS ";";

/* ---- what outlives the days ---- */

const struct ml_db_table ml_past_tables[ML_PAST_TABLES] = {
	{ "series", SERIES },
	{ "rollup", "CREATE TABLE rollup(series INTEGER, step INTEGER, t INTEGER, "
		    "min REAL, max REAL, last REAL, PRIMARY KEY(series, step, t)) "
		    "WITHOUT ROWID" },
};

const char ml_past_views[] = "CREATE VIEW minutes AS " ROWS_OF(
	"60") ";"
	      "CREATE VIEW hours AS " ROWS_OF("3600") ";";
