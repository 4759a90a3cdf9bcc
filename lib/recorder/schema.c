/* SPDX-License-Identifier: MIT */
/* schema: the tables and views of one day of a recording. */
#include "recorder/schema.h"

const struct ml_day_table ml_day_tables[] = {
	{ "meta", "CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID" },
	{ "boot", "CREATE TABLE boot(id INTEGER PRIMARY KEY, boot_id TEXT UNIQUE)" },
	{ "frame", "CREATE TABLE frame(id INTEGER PRIMARY KEY, wall_ms INTEGER NOT NULL, "
		   "boot INTEGER NOT NULL, key INTEGER NOT NULL, data BLOB NOT NULL)" },
	{ "series",
	  "CREATE TABLE series(id INTEGER PRIMARY KEY, name TEXT UNIQUE, unit TEXT)" },
	{ "rollup", "CREATE TABLE rollup(step INTEGER, t INTEGER, series INTEGER, "
		    "min REAL, max REAL, last REAL, PRIMARY KEY(step, t, series)) "
		    "WITHOUT ROWID" },
	{ "frame_time", "CREATE INDEX frame_time ON frame(wall_ms)" },
};

const unsigned ml_day_tables_count = sizeof(ml_day_tables) / sizeof(ml_day_tables[0]);

const char ml_day_views[] =
	"CREATE VIEW samples AS SELECT frame.id, wall_ms, datetime(wall_ms / 1000, "
	"'unixepoch', 'localtime') AS time, boot_id, frame.id = key AS is_key, "
	"length(data) AS bytes FROM frame JOIN boot ON boot.id = frame.boot;"
	"CREATE VIEW minutes AS SELECT t, datetime(t, 'unixepoch', 'localtime') AS time, "
	"name, unit, min, max, last FROM rollup JOIN series ON series.id = series "
	"WHERE step = 60;"
	"CREATE VIEW hours AS SELECT t, datetime(t, 'unixepoch', 'localtime') AS time, "
	"name, unit, min, max, last FROM rollup JOIN series ON series.id = series "
	"WHERE step = 3600;";
