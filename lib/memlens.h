/* SPDX-License-Identifier: MIT */
/*
 * memlens.h: the public interface of libmemlens, and the only header that is installed.
 *
 * The library reads the memory files of a Linux kernel - of the running machine or of a
 * copied tree - and presents them as tables. A number is declared once (struct ml_col)
 * and every surface is a loop over declarations, so a caller needs to know no row layout:
 * it asks a table for its columns and a column for the value of a row.
 *
 * Conventions that hold everywhere:
 *  - Functions return 0 or a negative errno; the out parameter comes last and is
 *    untouched on failure. ml_ctx_error() then tells the path and the reason in one
 *    line.
 *  - Sizes are bytes, times are seconds, shares are ratios 0..1.
 *  - Unknown is never zero: a value carries `known`; a raw u64 uses ML_NONE.
 *  - Strings (struct ml_str) are bytes as the kernel or a process wrote them: not
 *    terminated, possibly not UTF-8, possibly hostile. Escape them for their surface.
 *  - The library never prints, exits, reads the environment, sets the locale or installs
 *    signal handlers, and keeps no mutable globals. A context, and what was made from it,
 *    belongs to one thread at a time.
 *  - Rows and strings live in the snapshot or result that gave them, until its unref.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ML_EXPORT __attribute__((visibility("default")))
#define ML_MUST_CHECK __attribute__((warn_unused_result))

/* Unknown u64. A kernel value this large is kept one below it. */
#define ML_NONE UINT64_MAX

struct ml_str {
	const char *p;
	size_t n;
};

/* ---- declarations ---- */

enum ml_type {
	ML_TYPE_STR,
	ML_TYPE_U64,
	ML_TYPE_S64,
	ML_TYPE_F64,
};

enum ml_unit {
	ML_UNIT_NONE, /* labels, identifiers, indices */
	ML_UNIT_BYTES,
	ML_UNIT_SECONDS,
	ML_UNIT_RATIO, /* 0..1; text shows per cent */
	ML_UNIT_COUNT,
	ML_UNIT_PER_SECOND,
	ML_UNIT_BYTES_PER_SECOND,
	ML_UNIT_INDEX,   /* -1..1, three decimals, as the kernel prints it */
	ML_UNIT_ADDRESS, /* hexadecimal as the kernel prints it; a string in JSON */
	ML_UNIT_TRUTH,   /* 0 or 1; no or yes in text, false or true in JSON */
};

enum ml_sem {
	ML_SEM_LABEL,   /* names a row; part of its identity */
	ML_SEM_GAUGE,   /* a level, may go up and down */
	ML_SEM_COUNTER, /* only grows, until a reset */
};

struct ml_value {
	enum ml_type type;
	bool known;
	union {
		struct ml_str str;
		uint64_t u64;
		int64_t s64;
		double f64;
	};
};

struct ml_col;
struct ml_table;
typedef void ml_calc_fn(const void *row, struct ml_value *ret);

enum {
	ML_COL_HIDDEN = 1 << 0, /* not in text unless asked for; always in JSON */
	ML_COL_BAR = 1 << 1,    /* a ratio that text may also draw as a bar */
	ML_COL_WIDE = 1 << 2,   /* free text at the end of a line: never padded or cut */
	ML_COL_DELTA = 1 << 3,  /* needs an earlier sample; not in text without one */
	ML_COL_MINOR = 1 << 4,  /* the first to go where a terminal is narrow */
	ML_COL_ASKED =
		1 << 5, /* costs so much that no format shows it unless asked for */
	ML_COL_SPARSE = 1 << 6, /* not in text where no row has it, or only zeros */
	ML_COL_LIST = 1 << 7,   /* a struct ml_list: rows in JSON, their text elsewhere */
};

/* One number or label: declared once, shown everywhere. */
struct ml_col {
	/* lower case, stable: JSON key, -o name, metric suffix; in "object.pid" JSON has
	 * an object that the columns of this name share */
	const char *key;
	const char *head;   /* heading in text */
	const char *help;   /* what it means to an operator: one line, no full stop */
	const char *source; /* kernel file or formula; NULL: that of the table */
	uint8_t type;       /* enum ml_type */
	uint8_t unit;       /* enum ml_unit */
	uint8_t sem;        /* enum ml_sem */
	uint8_t flags;      /* ML_COL_* */
	uint16_t offset;    /* of the member in the row, when calc is NULL */
	uint32_t reads;     /* what is read for it beside what its table always reads */
	ml_calc_fn *calc;
	const struct ml_table *list; /* of ML_COL_LIST: the table of its rows */
};

enum ml_layout {
	ML_LAYOUT_GRID, /* headings and aligned rows */
	ML_LAYOUT_TREE, /* a grid whose first text column is drawn as a tree */
	ML_LAYOUT_LINE, /* each row on one line as "heading value" pairs */
	ML_LAYOUT_TEXT, /* each row a line of pairs, then its free texts as paragraphs */
};

enum {
	ML_TABLE_DEFAULT = 1 << 0, /* shown when no table was asked for */
	ML_TABLE_STREAM = 1 << 1,  /* one row a sample: headings once, rows follow */
	/* text draws one bar of the ML_COL_BAR ratios, each row with the mark that its
	 * first column holds */
	ML_TABLE_STACK = 1 << 2,
	ML_TABLE_SPARSE = 1 << 3, /* not in text without rows */
	ML_TABLE_LAST = 1 << 4,   /* in order of time: the first N are the last N */
};

struct ml_report;

/* Rows within a cell, and the same in words. The text comes first: to what shows no rows
 * within rows, a list is a string. */
struct ml_list {
	struct ml_str text;
	const void *rows; /* of the table that the column names */
	size_t n;
};

/* ---- context and root ---- */

struct ml_ctx;
struct ml_root;
struct ml_snap;
struct ml_result;

/* Version of the library that runs, as "MAJOR.MINOR.PATCH". */
ML_EXPORT const char *ml_version(void);

ML_EXPORT ML_MUST_CHECK int ml_ctx_new(struct ml_ctx **ret);
ML_EXPORT void ml_ctx_free(struct ml_ctx *ctx);
/* The last failure in one line; "" when there was none. Valid until the next call. */
ML_EXPORT const char *ml_ctx_error(const struct ml_ctx *ctx);
/* How roots and captures that are no directories are opened and made. The library has no
 * opener itself: that of archives is in memlens-store, which carries their library. */
struct ml_opener;
ML_EXPORT void ml_ctx_set_opener(struct ml_ctx *ctx, const struct ml_opener *opener);
/* Whose numbers the report "verify" compares with ours. The library has no witness
 * itself: that of libproc2 is in memlens-verify, which carries that library. */
struct ml_witness;
ML_EXPORT void ml_ctx_set_witness(struct ml_ctx *ctx, const struct ml_witness *witness);

/*
 * A root is where kernel files are read from: NULL or "/" is the running machine,
 * anything else a directory that holds proc/ and sys/ (a capture, a sosreport), is a
 * copied /proc, or has one folder that is such a copy. No path leaves a directory root,
 * and only regular files are read from it. Of a capture, its MANIFEST tells the page
 * size, the time and which file was refused.
 * Errors: -ENOENT, -EACCES; -ENOTDIR for an archive when the context has no opener;
 * -EINVAL when no kernel file is found in it.
 */
ML_EXPORT ML_MUST_CHECK int ml_root_open(struct ml_ctx *ctx, const char *path,
					 struct ml_root **ret);
/* Sample `n` (from 2) of a capture that has several, as a root of its own. -ENOENT when
 * it has none, without a message. */
ML_EXPORT ML_MUST_CHECK int ml_root_sample(struct ml_root *root, unsigned n,
					   struct ml_root **ret);
ML_EXPORT void ml_root_unref(struct ml_root *root);
ML_EXPORT bool ml_root_is_live(const struct ml_root *root);
/* Page size in bytes for a directory root when it should not be inferred from the data.
 * -EINVAL unless a power of two from 4096 to 1 MiB. */
ML_EXPORT ML_MUST_CHECK int ml_root_set_page_size(struct ml_root *root, uint64_t bytes);

/*
 * This root will be read again and again: keep open what is read each time, files of the
 * machine and of every process. A copy needs none of it, and nothing happens. Descriptors
 * are taken as far as the soft limit of open files allows, as it is now; 64 are left to
 * others, and what does not fit is opened each time. Raise the limit, and give up
 * privileges, before.
 *
 * In the report "ps" numbers are of the sample that they are in, but for what
 * ml_query.fresh says. What names a process (its user, program, command line, control
 * group, parent) is read again when its size changes, and in 10 to 20 s at the latest; in
 * a query with `fresh` 5 to 10 s for those, a minute for the others.
 * 0 or -errno with a message.
 */
ML_EXPORT ML_MUST_CHECK int ml_root_hold(struct ml_root *root);

/* ---- reports ---- */

/* A report is a named set of tables; its register is complete at compile time. NULL has
 * none. */
ML_EXPORT size_t ml_report_count(void);
ML_EXPORT const struct ml_report *ml_report_at(size_t i);
ML_EXPORT const struct ml_report *ml_report_find(const char *id);
ML_EXPORT const char *ml_report_id(const struct ml_report *report);
ML_EXPORT const char *ml_report_title(const struct ml_report *report);
ML_EXPORT size_t ml_report_ntables(const struct ml_report *report);
ML_EXPORT const struct ml_table *ml_report_table(const struct ml_report *report,
						 size_t i);

ML_EXPORT const char *ml_table_id(const struct ml_table *table);
ML_EXPORT const char *ml_table_help(const struct ml_table *table);
ML_EXPORT const char *ml_table_title(const struct ml_table *table);
ML_EXPORT const char *ml_table_source(const struct ml_table *table);
ML_EXPORT enum ml_layout ml_table_layout(const struct ml_table *table);
ML_EXPORT unsigned ml_table_flags(const struct ml_table *table);
ML_EXPORT size_t ml_table_ncols(const struct ml_table *table);
ML_EXPORT const struct ml_col *ml_table_col(const struct ml_table *table, size_t i);
ML_EXPORT const struct ml_col *ml_table_find(const struct ml_table *table,
					     const char *key);

/* Bit i of a part set stands for table i of the report; 0 means the default tables. */
typedef uint64_t ml_parts;
ML_EXPORT ml_parts ml_report_default_parts(const struct ml_report *report);

/*
 * How the rules of `doctor` judge; zeroed: all of them, by their own limits. Words are
 * borrowed for the call.
 */
struct ml_judging {
	const char *const *rules; /* just these; NULL: all */
	size_t nrules;
	const char *const *limits; /* "KEY=VALUE": sizes take K M G T, ratios % */
	size_t nlimits;
	const char *const *ignore; /* "RULE" or "RULE:OBJECT" */
	size_t nignore;
	/* Ranges of the monitoring plugins for the measures of the rules, instead of
	 * their limits; NULL: the limits. */
	const char *warn, *crit;
	bool remarks; /* also tell what needs no action */
	bool earlier; /* ml_snap_take(): an instant before the last, for rates alone */
};

/* What can grow, for struct ml_watch; 0 means all of it. */
enum {
	ML_WATCH_MACHINE = 1 << 0,
	ML_WATCH_PROCESSES = 1 << 1, /* and the mappings of those that grow */
	ML_WATCH_GROUPS = 1 << 2,
	ML_WATCH_SLAB = 1 << 3,
	ML_WATCH_VMALLOC = 1 << 4,
	ML_WATCH_TMPFS = 1 << 5,
};
typedef unsigned ml_watching;

struct ml_watch;

/*
 * What is wanted of a report; zeroed: its default tables, all columns, all processes. It
 * is borrowed for the call that takes it, its columns and strings included. The same
 * query goes to ml_snap_take() and to ml_report_build().
 */
struct ml_query {
	ml_parts parts;
	/* The columns that will be looked at: files that only others need stay unread.
	 * NULL: all but the costly ones (ML_COL_ASKED). */
	const struct ml_col *const *cols;
	size_t ncols;
	const char *filter;   /* for ml_result_filter(): its columns are read too */
	const char *sort;   /* for ml_result_sort(): likewise */
	const uint64_t *pids; /* just these processes; NULL: all */
	size_t npids;
	const char *const
		*paths; /* files, directories or control groups that are meant */
	size_t npaths;
	const char *group;  /* a control group, as a path below its mount; NULL: all */
	double budget;      /* seconds for the costly files of processes; 0: no limit */
	unsigned depth;     /* folders within folders that are told apart */
	const char *term;   /* what is to be explained */
	bool repeats;       /* an earlier or a later snapshot is compared with this one */
	uint64_t min;       /* bytes: smaller changes are not told */
	const struct ml_judging *judging; /* for rules; NULL: a zeroed one */
	/* Snapshots between the two that are compared, for what has to last. */
	const struct ml_snap *const *between;
	size_t nbetween;
	double seconds;     /* to watch what only events tell; 0: 1 s */
	/* Asked meanwhile: true ends it early; may be NULL. */
	bool (*stopped)(void *data);
	void *data;
	/*
	 * Of a root that is held, and the report "ps": the processes whose costly files
	 * (PSS and the like) are read anew, which may be none. The others follow, the
	 * oldest reading first, as far as the budget goes; what it does not reach keeps
	 * its last reading, and the column pss_age tells how old that is. Of others, swap
	 * and memory by kind are read again when RSS moved, and within a minute. NULL:
	 * there are no old readings.
	 */
	const uint64_t *fresh;
	size_t nfresh;
	/* of trends */
	ml_watching watching;         /* what is to be watched; 0: all */
	const struct ml_watch *watch; /* what was seen until now; NULL: nothing */
	double age;        /* seconds since what is judged began; 0: unknown */
	double min_window; /* seconds to be watched before a leak is suspected; 0: of
			      files any, of what is watched 300 */
	size_t series;     /* how many are tested at once; 0: those that are named */
};

/* ---- snapshots ---- */

/* What became of one kernel file or probe in a snapshot. */
enum ml_status {
	ML_OK,
	ML_ABSENT,      /* not on this kernel, or not in this tree */
	ML_DENIED,      /* there, but not for us, or not all of it */
	ML_GONE,        /* vanished between finding and reading */
	ML_UNSUPPORTED, /* there, but switched off or not a thing we read */
	ML_MALFORMED,   /* read, but not one line of it was understood */
};
ML_EXPORT const char *ml_status_name(enum ml_status status);

struct ml_source {
	const char *path;       /* as on the machine: "/proc/meminfo" */
	enum ml_status status;
	int error;              /* errno of open or read, or 0 */
	const char *capability; /* what would allow it when denied, or NULL */
	const char *loss;       /* what is not known without it, or NULL */
	uint64_t bad_lines;
	uint64_t missed;        /* a file of each process: for how many this happened */
	bool needed;            /* the report cannot do without it */
};

/*
 * One instant: reads every source that the report needs for `query` (NULL: a zeroed one).
 * Files that cannot be read are a status, not a failure; -ENOMEM and the like are, and
 * -EINVAL for a filter or a sort that ml_result_filter() or ml_result_sort() would
 * refuse.
 */
ML_EXPORT ML_MUST_CHECK int ml_snap_take(struct ml_root *root,
					 const struct ml_report *report,
					 const struct ml_query *query,
					 struct ml_snap **ret);
ML_EXPORT struct ml_snap *ml_snap_ref(struct ml_snap *snap);
ML_EXPORT void ml_snap_unref(struct ml_snap *snap);

/*
 * A watch keeps what snapshots of the report "leak" tell of all that can grow, so that
 * the report can say which of it grows as leaks do. Snapshots of any report and of any
 * root of one machine do, in the order of their times: what they hold is kept. 2,048
 * times are held; then every second of them goes.
 */
ML_EXPORT ML_MUST_CHECK int ml_watch_new(struct ml_ctx *ctx, ml_watching classes,
					 struct ml_watch **ret);
ML_EXPORT void ml_watch_free(struct ml_watch *watch); /* NULL is fine */
/* Takes a reference of the snapshot until the next one. 0 or -ENOMEM with a message. */
ML_EXPORT ML_MUST_CHECK int ml_watch_add(struct ml_watch *watch, struct ml_snap *snap);
/* How many samples it has, and from the first to the last in seconds. */
ML_EXPORT size_t ml_watch_times(const struct ml_watch *watch);
ML_EXPORT double ml_watch_seconds(const struct ml_watch *watch);

/* Who and when. Strings may be NULL and times ML_NONE where a tree does not tell. */
struct ml_host {
	const char *name;
	const char *kernel;
	const char *boot_id;
	uint64_t page_size;    /* bytes; ML_NONE if it could not be inferred */
	uint64_t wall_ms;      /* since the epoch, UTC */
	uint64_t monotonic_ns; /* CLOCK_MONOTONIC of the machine, if a capture tells;
				  else of the reading one */
};
ML_EXPORT void ml_snap_host(const struct ml_snap *snap, struct ml_host *ret);

ML_EXPORT size_t ml_snap_nsources(const struct ml_snap *snap);
ML_EXPORT void ml_snap_source(const struct ml_snap *snap, size_t i,
			      struct ml_source *ret);

/* One value of meminfo ("MemAvailable": bytes, HugePages_*: count) or vmstat
 * ("pgmajfault": count, pages) by the kernel's own name. -ENOENT when it is not there or
 * was not read. */
ML_EXPORT ML_MUST_CHECK int ml_snap_meminfo(const struct ml_snap *snap, const char *key,
					    uint64_t *ret);
ML_EXPORT ML_MUST_CHECK int ml_snap_vmstat(const struct ml_snap *snap, const char *key,
					   uint64_t *ret);

/* ---- results ---- */

/*
 * The rows of a report. `prev` is an earlier snapshot for the same query, of the same
 * root or another (the report `diff` compares captures), for rates and growth, or NULL:
 * then rates are averages since boot where that has a meaning, else unknown. Holds
 * references on the snapshots.
 */
ML_EXPORT ML_MUST_CHECK int ml_report_build(struct ml_ctx *ctx,
					    const struct ml_report *report,
					    const struct ml_query *query,
					    struct ml_snap *prev, struct ml_snap *cur,
					    struct ml_result **ret);
ML_EXPORT void ml_result_unref(struct ml_result *result);

/* Whether there was an earlier snapshot to compare with. */
ML_EXPORT bool ml_result_has_delta(const struct ml_result *result);
/* The earlier snapshot, which may be of another root, or NULL. */
ML_EXPORT const struct ml_snap *ml_result_prev(const struct ml_result *result);
/* How much later the other one is; NaN when that cannot be told. */
ML_EXPORT double ml_result_seconds(const struct ml_result *result);
ML_EXPORT size_t ml_result_ntables(const struct ml_result *result);
ML_EXPORT const struct ml_table *ml_result_table(const struct ml_result *result,
						 size_t i);
/*
 * The rows of a table one after the other, NULL after the last. A table may be long and
 * its source still unread: then a row is made as it is asked for and lives until the next
 * call, and there is one pass. Sorting such a table holds all of it.
 */
ML_EXPORT const void *ml_result_next(struct ml_result *result, size_t table);
/* Why rows ended before the last: 0 or -ENOMEM. */
ML_EXPORT int ml_result_error(const struct ml_result *result);
/* The number of rows; ML_ROWS_UNREAD for a table that is made row by row. The rows of
 * other tables can be had in any order, too. */
#define ML_ROWS_UNREAD SIZE_MAX
ML_EXPORT size_t ml_result_nrows(const struct ml_result *result, size_t table);
ML_EXPORT const void *ml_result_row(const struct ml_result *result, size_t table,
				    size_t i);
/* Rows left out by ml_result_top(). */
ML_EXPORT size_t ml_result_omitted(const struct ml_result *result, size_t table);
/* Depth of a row in an ML_LAYOUT_TREE table, and whether a sibling follows it. */
ML_EXPORT unsigned ml_result_depth(const struct ml_result *result, size_t table, size_t i,
				   bool *ret_last);

/* Sentences that belong to the numbers ("averages since boot"). */
ML_EXPORT size_t ml_result_nnotes(const struct ml_result *result);
ML_EXPORT const char *ml_result_note(const struct ml_result *result, size_t i);

/* What a column is counted in: "bytes", "per second", "text". */
ML_EXPORT const char *ml_unit_name(const struct ml_col *col);

/* The rows of a cell of a column with ML_COL_LIST. */
ML_EXPORT const struct ml_list *ml_value_list(const struct ml_col *col, const void *row);
ML_EXPORT const void *ml_list_row(const struct ml_col *col, const struct ml_list *list,
				  size_t i);

ML_EXPORT void ml_value_of(const struct ml_col *col, const void *row,
			   struct ml_value *ret);
/* A value as a double, for scaling; NaN when it is unknown or a string. */
ML_EXPORT double ml_value_number(const struct ml_value *value);

/*
 * Keep the rows for which EXPR holds, in every table that has all columns it names:
 *   expr  := and { "or" and }
 *   and   := unary { "and" unary }
 *   unary := "not" unary | "(" expr ")" | cmp
 *   cmp   := column (= == != < <= > >= ~ !~) value
 * A value is a word or a quoted string; numbers take K M G T (1024) and %; ~ is an
 * extended regular expression. Unknown values match only `column = -`. Parents of kept
 * tree rows stay. -EINVAL with a message for a bad expression or a column that no table
 * has.
 */
ML_EXPORT ML_MUST_CHECK int ml_result_filter(struct ml_ctx *ctx, struct ml_result *result,
					     const char *expr);
/* Sort every table that has the column by "column", "column:asc" or "column:desc";
 * numbers descend by default, strings ascend; unknown values come last; trees sort
 * siblings. -EINVAL when no table has it. */
ML_EXPORT ML_MUST_CHECK int ml_result_sort(struct ml_ctx *ctx, struct ml_result *result,
					   const char *spec);
/* Keep the first n rows of each table (a tree: of each parent's children). */
ML_EXPORT void ml_result_top(struct ml_result *result, size_t n);

/* ---- rules ---- */

/* A rule of `doctor`, in words. Strings are NULL where there is nothing to say. */
struct ml_rule_info {
	const char *id;      /* "mem.avail.low" */
	const char *title;   /* what it looks for */
	const char *measure; /* the number that is compared with its limits */
	const char *why, *isnt, *remedy, *risk, *next;
	enum ml_unit unit;   /* of the measure */
	bool below;          /* trouble lies below the limits */
	bool rate;           /* it compares two samples */
	bool processes;      /* it looks at every process */
	double window;       /* seconds that its definition wants; 0: any */
};

/* A threshold, in base units. */
struct ml_limit_info {
	const char *key;    /* of a rule: "mem.avail.low.warn" */
	double value;
	const char *shown;  /* the same as people say it; in the buffer that was given */
	const char *why, *source;
};

/* -EINVAL with a message for a rule, limit or range that is none, before anything is
 * read. */
ML_EXPORT ML_MUST_CHECK int ml_judging_check(struct ml_ctx *ctx,
					     const struct ml_judging *judging);

/* The register of rules, in its order. */
ML_EXPORT size_t ml_rule_count(void);
ML_EXPORT void ml_rule_at(size_t i, struct ml_rule_info *ret);
/* Path of the n-th kernel file that rule `i` cannot do without; NULL after the last. */
ML_EXPORT const char *ml_rule_need(size_t i, size_t n);
/* The n-th limit of rule `i`; false after the last. */
ML_EXPORT bool ml_rule_limit(size_t i, size_t n, char shown[48],
			     struct ml_limit_info *ret);

/* ---- state: an instant that is kept for a later run ---- */

enum ml_keep {
	ML_KEEP_HOST,      /* files of the machine and of control groups */
	/* and the short records of processes, which name no argument */
	ML_KEEP_PROCESSES,
	/* all that is read, whoever's, with the errors of what cannot be read */
	ML_KEEP_ALL,
};

/* Keep the text of what is read through the root from now on, for ml_state_save(), at
 * most `bytes_max` (0: 4 MiB). What was kept before is dropped. */
ML_EXPORT ML_MUST_CHECK int ml_root_keep(struct ml_root *root, enum ml_keep keep,
					 uint64_t bytes_max);

/*
 * Write what was kept, and `notes` of the caller, to a file that only this user can read.
 * It is replaced whole or not at all. 0, or -errno with a message: -EPERM when something
 * is there that is not ours or no plain file, errors of writing.
 */
ML_EXPORT ML_MUST_CHECK int ml_state_save(struct ml_root *root, const char *path,
					  struct ml_str notes);

/*
 * What an earlier run kept, as a root; the notes live as long as it does. -ENOENT without
 * a message when there is no such file; else -errno with one: -EPERM (a link; others can
 * have written it), -EINVAL (damaged), -ESTALE (of another boot than `now`).
 */
ML_EXPORT ML_MUST_CHECK int ml_state_load(struct ml_ctx *ctx, const char *path,
					  struct ml_root *now, struct ml_root **ret,
					  struct ml_str *ret_notes);

/* ---- words ---- */

/* Letters to insert, drop or replace until one word is the other; a word of 32 letters or
 * more is 32 from every other. For "did you mean". */
ML_EXPORT size_t ml_distance(const char *a, const char *b);

/* ---- capture ---- */

/*
 * A machine as an archive: everything that is read of it, as a tree that is a root again.
 * Files that could not be read are noted in its MANIFEST, and reading the capture gives
 * their errors. Zeroed: one sample, names as they are.
 */
struct ml_capture {
	const char *path; /* a directory to make, or FILE.tar, .tar.{zst,gz,xz} */
	bool redact;      /* replace names by tokens, the same for the same name */
	unsigned samples; /* 0: one; the second lies in second-sample/, then sample-3/ */
	double interval;  /* seconds from the start of a sample to that of the next */
	bool (*stopped)(void *data); /* asked between reads: true ends with -EINTR */
	void *data;
};

struct ml_captured {
	uint64_t files;  /* written, without MANIFEST */
	uint64_t bytes;  /* in these */
	uint64_t denied; /* files and folders that were refused */
	uint64_t cut;    /* not whole: a file, or all together, went beyond a bound */
	uint64_t processes;
	double seconds;
};

/*
 * 0, or -errno with a message, and then nothing is left behind: -EEXIST when the path is
 * there already, -EINTR when it was stopped, -EINVAL (several samples of a copied
 * machine; an archive when the context has no opener), errors of writing.
 */
ML_EXPORT ML_MUST_CHECK int ml_capture(struct ml_ctx *ctx, struct ml_root *root,
				       const struct ml_capture *what,
				       struct ml_captured *ret);

/* ---- waiting ---- */

/*
 * Block until a pressure stall trigger fires: `resource` is "memory", "cpu" or "io",
 * `spec` is KIND:STALL/WINDOW as in "some:100ms/2s". timeout_ms < 0 waits for ever.
 * 0 when it fired, -ETIMEDOUT, -EINTR, -EINVAL (spec, or a window the kernel refuses:
 * without CAP_SYS_RESOURCE it must be a multiple of 2 s), -EACCES, -ENOENT (no PSI),
 * -EOPNOTSUPP.
 */
ML_EXPORT ML_MUST_CHECK int ml_psi_wait(struct ml_ctx *ctx, struct ml_root *root,
					const char *resource, const char *spec,
					int timeout_ms);

/* The same for the tasks of a control group and of those below it, named by its path.
 * -ENOENT: there is no such group of version 2. */
ML_EXPORT ML_MUST_CHECK int ml_psi_wait_group(struct ml_ctx *ctx, struct ml_root *root,
					      const char *group, const char *resource,
					      const char *spec, int timeout_ms);

#ifdef __cplusplus
}
#endif
