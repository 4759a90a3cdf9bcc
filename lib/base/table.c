/* SPDX-License-Identifier: MIT */
/* table: reading a table's declaration. */
#include "base/table.h"

const char *ml_table_id(const struct ml_table *table)
{
	return table->id;
}

const char *ml_table_title(const struct ml_table *table)
{
	return table->title;
}

const char *ml_table_help(const struct ml_table *table)
{
	return table->help;
}

const char *ml_table_source(const struct ml_table *table)
{
	return table->source;
}

enum ml_layout ml_table_layout(const struct ml_table *table)
{
	return table->layout;
}

unsigned ml_table_flags(const struct ml_table *table)
{
	return table->flags;
}

size_t ml_table_ncols(const struct ml_table *table)
{
	return table->ncols;
}

const struct ml_col *ml_table_col(const struct ml_table *table, size_t i)
{
	return &table->cols[i];
}

const struct ml_col *ml_table_find(const struct ml_table *table, const char *key)
{
	for (size_t i = 0; i < table->ncols; i++)
		if (strcmp(table->cols[i].key, key) == 0)
			return &table->cols[i];
	return NULL;
}

const void *ml_list_row(const struct ml_col *col, const struct ml_list *list, size_t i)
{
	return (const char *)list->rows + i * col->list->row_size;
}
