/* SPDX-License-Identifier: MIT */
/* csv_series: headings, fields and numbers of a table of text. */
#include "parse/csv_series.h"

#include <math.h>
#include <strings.h>

#include "base/num.h"

#define NO_COLUMN SIZE_MAX

/* ---- numbers ---- */

/* Larger exponents belong to no number of memory. */
#define MOST_POWER 300

static double ten_to(int64_t n)
{
	double power = 1;

	for (int64_t i = 0; i < n; i++)
		power *= 10;
	return power;
}

/* As ml_num_f64(), with a plus sign and an exponent. */
static bool read_number(struct ml_str s, double *ret)
{
	struct ml_str mantissa = s, exponent = ML_STR("0");
	int64_t power;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == 'e' || s.p[i] == 'E') {
			mantissa.n = i;
			exponent = ml_str_skip(s, i + 1);
		}
	if (ml_str_starts(mantissa, "+"))
		mantissa = ml_str_skip(mantissa, 1);
	if (ml_str_starts(exponent, "+"))
		exponent = ml_str_skip(exponent, 1);
	if (!ml_num_f64(mantissa, ret) || !ml_num_s64(exponent, &power))
		return false;
	if (power < -MOST_POWER || power > MOST_POWER)
		return false;
	*ret = power < 0 ? *ret / ten_to(-power) : *ret * ten_to(power);
	return isfinite(*ret);
}

static bool is_unknown(struct ml_str s)
{
	static const char *const words[] = { "", "nan", "null", "none", "-" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (s.n == strlen(words[i]) && strncasecmp(s.p, words[i], s.n) == 0)
			return true;
	return false;
}

/* ---- fields ---- */

static struct ml_str unquoted(struct ml_str s)
{
	s = ml_str_trim(s);
	if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
		s = ml_str_trim((struct ml_str){ s.p + 1, s.n - 2 });
	return s;
}

/* The next field, which when quoted may have the separator in it. */
static bool take_field(struct ml_str *line, char separator, struct ml_str *ret)
{
	bool quoted = false;
	size_t n = 0;

	if (!line->p)
		return false;
	for (; n < line->n && (quoted || line->p[n] != separator); n++)
		quoted ^= line->p[n] == '"';
	*ret = unquoted((struct ml_str){ line->p, n });
	if (n < line->n)
		*line = ml_str_skip(*line, n + 1);
	else
		*line = (struct ml_str){ NULL, 0 };
	return true;
}

static char separator_of(struct ml_str line)
{
	static const char separators[] = { ',', ';', '\t' };

	for (size_t i = 0; i < sizeof(separators); i++)
		if (line.n && memchr(line.p, separators[i], line.n))
			return separators[i];
	return ',';
}

/* ---- the heading ---- */

static bool is_word(struct ml_str s, const char *word)
{
	return s.n == strlen(word) && strncasecmp(s.p, word, s.n) == 0;
}

static bool is_time(struct ml_str name)
{
	return is_word(name, "t_seconds") || is_word(name, "t") ||
	       is_word(name, "time") || is_word(name, "timestamp") ||
	       is_word(name, "seconds");
}

static bool has_bytes(struct ml_str name)
{
	for (size_t i = 0; i + 5 <= name.n; i++)
		if (strncasecmp(name.p + i, "bytes", 5) == 0)
			return true;
	return false;
}

/* Whether the line is a heading: its first field is no number. */
static bool is_heading(const struct ml_csv_series *csv, struct ml_str line)
{
	struct ml_str field;
	double v;

	return take_field(&line, csv->separator, &field) && field.n &&
	       !is_unknown(field) && !read_number(field, &v);
}

static void read_heading(struct ml_csv_series *csv, struct ml_str line)
{
	struct ml_str name;
	size_t named = NO_COLUMN, sized = NO_COLUMN;
	struct ml_str rest = line;

	csv->time = 0;
	for (size_t i = 0; take_field(&rest, csv->separator, &name); i++)
		if (is_time(name)) {
			csv->time = i;
			break;
		}
	for (size_t i = 0; take_field(&line, csv->separator, &name); i++) {
		if (i == csv->time)
			continue;
		if (named == NO_COLUMN && is_word(name, "value"))
			named = i;
		if (sized == NO_COLUMN && has_bytes(name))
			sized = i;
	}
	csv->value = named != NO_COLUMN   ? named
		     : sized != NO_COLUMN ? sized
		     : csv->time          ? 0
					  : 1;
	csv->bytes = named == NO_COLUMN && sized != NO_COLUMN;
}

/* ---- lines ---- */

static enum ml_csv_line read_sample(const struct ml_csv_series *csv, struct ml_str line,
				    struct ml_sample *ret)
{
	struct ml_str field, time = { NULL, 0 }, value = { NULL, 0 };

	for (size_t i = 0; take_field(&line, csv->separator, &field); i++) {
		if (i == csv->time)
			time = field;
		if (i == csv->value)
			value = field;
	}
	if (!time.p || !value.p || !read_number(time, &ret->t))
		return ML_CSV_BAD;
	if (is_unknown(value))
		return ML_CSV_NOTHING;
	return read_number(value, &ret->v) ? ML_CSV_SAMPLE : ML_CSV_BAD;
}

enum ml_csv_line ml_csv_series_line(struct ml_csv_series *csv, struct ml_str line,
				    struct ml_sample *ret)
{
	if (ml_str_ends(line, "\r"))
		line.n--;
	line = ml_str_trim(line);
	if (!line.n || line.p[0] == '#')
		return ML_CSV_NOTHING;
	if (csv->begun)
		return read_sample(csv, line, ret);
	csv->begun = true;
	csv->separator = separator_of(line);
	csv->value = 1;
	if (!is_heading(csv, line))
		return read_sample(csv, line, ret);
	read_heading(csv, line);
	return ML_CSV_NOTHING;
}
