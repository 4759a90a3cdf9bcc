/* SPDX-License-Identifier: MIT */
/* schema: the tables and views of one day of a recording. */
#pragma once

#define ML_DAY_APPLICATION 0x6d6c656e /* "mlen" */
#define ML_DAY_VERSION 1

struct ml_day_table {
	const char *name;
	const char *sql; /* as SQLite keeps it */
};

extern const struct ml_day_table ml_day_tables[];
extern const unsigned ml_day_tables_count;

/* For people and their tools; never read by us. */
extern const char ml_day_views[];
