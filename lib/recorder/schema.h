/* SPDX-License-Identifier: MIT */
/* schema: the tables and views of a recording's files. */
#pragma once

#include "recorder/db.h"

/* A day: frames, and their numbers by the minute, all series of a minute together. */
#define ML_DAY_APPLICATION 0x6d6c656e /* "mlen" */
#define ML_DAY_VERSION 1
#define ML_DAY_TABLES 7

extern const struct ml_db_table ml_day_tables[ML_DAY_TABLES];
extern const char ml_day_views[];

/* What outlives the days: all moments of a series together. */
#define ML_PAST_APPLICATION 0x6d6c7073 /* "mlps" */
#define ML_PAST_VERSION 1
#define ML_PAST_TABLES 2

extern const struct ml_db_table ml_past_tables[ML_PAST_TABLES];
extern const char ml_past_views[];
