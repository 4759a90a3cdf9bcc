/* SPDX-License-Identifier: MIT */
/* diag: what rules are made of - their declaration, what they find, and how they tell. */
#pragma once

#include <math.h>

#include "base/table.h"
#include "diag/range.h"
#include "model/snap.h"

enum ml_severity {
	ML_QUIET, /* nothing to tell */
	ML_INFO,
	ML_WARN,
	ML_CRIT,
};

/* "ok", "info", "warn", "crit" */
const char *ml_severity_name(enum ml_severity severity);

enum ml_confidence {
	ML_CONFIDENCE_UNSAID, /* in a finding: that of its rule; in a rule: high */
	ML_CONFIDENCE_LOW,
	ML_CONFIDENCE_MEDIUM,
	ML_CONFIDENCE_HIGH,
};

enum ml_object_kind {
	ML_OBJECT_HOST,
	ML_OBJECT_NODE,
	ML_OBJECT_ZONE,
	ML_OBJECT_CGROUP,
	ML_OBJECT_PROCESS,
	ML_OBJECT_MOUNT,
	ML_OBJECT_CACHE,
	ML_OBJECT_SHM,
	ML_OBJECT_FILE,
	ML_OBJECT_DEVICE,
};

/* What a finding is about. The members that its kind has are set, all others unknown:
 * make one with the functions below. */
struct ml_object {
	enum ml_object_kind kind;
	uint64_t pid;
	double start; /* seconds after boot: with the pid it names a process for ever */
	struct ml_str comm, cgroup, mount;
	uint64_t shmid, node;
	struct ml_str name; /* of a zone, cache, file or device */
};

/* What a cause takes off its symptom, to tell how much of it the cause explains. */
enum ml_amount {
	ML_AMOUNT_BYTES,   /* of memory: of a shortage, what is missing */
	ML_AMOUNT_SWAP,    /* pages per second, in and out */
	ML_AMOUNT_REFAULT, /* pages per second */
	ML_AMOUNT_FAULT,   /* major faults per second */
	ML_AMOUNT_STALL,   /* share of time */
	ML_AMOUNTS,
};

/* One number that speaks for a finding. `unit` gives how it is shown. */
struct ml_evidence {
	struct ml_str key;   /* the kernel's name, or that of a limit */
	double value;        /* in base units */
	struct ml_str unit;  /* as ml_unit_name() */
	double limit;        /* what it crossed; NaN: it is said for its own sake */
	struct ml_str shown; /* all of it in words */
};

struct ml_rule;

struct ml_finding {
	const struct ml_rule *rule;
	enum ml_severity severity;
	enum ml_confidence confidence;
	struct ml_object object;
	/* What the rule says of all that it finds, unless the check says better here. */
	struct ml_str message, why, isnt, remedy, risk, next;
	struct ml_rows evidence;    /* of struct ml_evidence */
	double amount[ML_AMOUNTS];  /* NaN: unknown */
	size_t order;               /* as it was found: names it among the others */
	size_t cause;               /* order of what explains it; or SIZE_MAX */
	bool ignored;               /* somebody said so */
	unsigned seen, of;          /* in so many of so many intervals; 0: not looked */
};

/* The number that a rule compares, of one object: also when it is as it should be. */
struct ml_measure {
	const struct ml_rule *rule;
	struct ml_object object;
	double value;
	enum ml_severity severity;
	/* What it is compared with; not set where the rule has no such limit. */
	struct ml_range warn, crit;
	bool has_warn, has_crit;
};

enum ml_outcome {
	ML_OUTCOME_QUIET,   /* looked at, nothing found */
	ML_OUTCOME_FOUND,
	ML_OUTCOME_SKIPPED, /* could not be judged; never the same as quiet */
	ML_OUTCOME_ABSENT,  /* does not apply: this machine has no such thing */
};

/* What became of one rule. */
struct ml_judged {
	const struct ml_rule *rule;
	enum ml_outcome outcome;
	struct ml_str reason; /* of the last two */
};

struct ml_diag;

/*
 * A rule. Its check function looks at the snapshots and calls ml_diag_add() for each
 * thing it finds. It runs only if every feed of `need` was read; those of `use` may be
 * missing.
 */
struct ml_rule {
	const char *id;      /* "mem.avail.low" */
	const char *title;   /* what it looks for: one line, lower case, no full stop */
	ml_feeds need, use;
	uint32_t reads;      /* ML_READ_* of processes and groups */
	ml_feeds before;     /* what it looks at of the earlier instant without a rate */
	bool rate;           /* compares two instants */
	bool trend;          /* looks at what was watched, and `before` is what of it */
	bool capacity;       /* a level: pressure beside it makes it worse by a step */
	double window;       /* seconds that its definition wants; a shorter pair warns at
				most, with low confidence; 0: any */
	/* The number that is compared with the limits ID.info, ID.warn and ID.crit; NULL
	 * where it is no single number. */
	const char *measure;
	enum ml_unit unit;
	bool below;          /* trouble lies below the limits */
	enum ml_confidence confidence;
	int (*check)(struct ml_diag *d); /* 0 or -ENOMEM */
	const void *data;    /* for a check function of several rules */
	/* Sentences without full stop. */
	const char *why;     /* why it matters */
	const char *isnt;    /* what it is not, or what it is mistaken for */
	const char *remedy;  /* what to do */
	const char *risk;    /* what that may cost */
	const char *next;    /* memlens commands, separated by ", " */
};

/* The register: sets of rules by what they look at, in the order of the road. */
struct ml_rule_set {
	const struct ml_rule *rules;
	size_t n;
};

#define ML_RULE_SET(array)                                                               \
	{                                                                                \
		(array), ML_ARRAY_SIZE(array)                                            \
	}

extern const struct ml_rule_set *const ml_rule_sets[];
extern const size_t ml_rule_sets_count;

/* NULL when there is none of this name. */
const struct ml_rule *ml_rule_find(struct ml_str id);

/* ---- for check functions ---- */

/* While rules are run. What goes wrong for lack of memory is kept and returned by the
 * engine, so that no check function has to look after each word. */
struct ml_diag {
	const struct ml_snap *prev; /* NULL: there is one instant only */
	const struct ml_snap *cur;
	double seconds;             /* between them; NaN: unknown */
	const struct ml_watch *watch; /* for rules of trends; NULL: nothing was watched */
	struct ml_rows *grown;      /* of struct ml_grown, of all that was watched */
	const struct ml_rule *rule;   /* that runs */
	struct ml_arena *arena;
	struct ml_rows limits;      /* of struct ml_limit: those that the user changed */
	struct ml_range ranges[ML_CRIT + 1]; /* of the user, by severity */
	bool has_range[ML_CRIT + 1];
	struct ml_judged *judged;   /* of the rule that runs */
	struct ml_rows findings;    /* of struct ml_finding */
	struct ml_rows measures;    /* of struct ml_measure */
	struct ml_finding scratch;  /* where there is no memory */
	bool failed;
};

/* Limit NAME of the rule that runs ("warn"), as the register or the user has it; NaN if
 * there is none. */
double ml_diag_limit(const struct ml_diag *d, const char *name);

/* How bad a value of the rule's measure is, by its limits or by the ranges of the user.
 * An unknown value is quiet. */
enum ml_severity ml_diag_judge(const struct ml_diag *d, double value);

/* Judge a value of the rule's measure and note it, for checks that show what is well. */
enum ml_severity ml_diag_measure(struct ml_diag *d, const struct ml_object *object,
				 double value);

/* Outside which range a value of the rule's measure is so bad; false where that is not
 * told. A value on a limit that lies above is well for the range alone. */
bool ml_diag_range(const struct ml_diag *d, enum ml_severity severity,
		   struct ml_range *ret);

/* The limit that a finding of this severity crossed; NaN if the rule has none. */
double ml_diag_crossed(const struct ml_diag *d, enum ml_severity severity);

struct ml_object ml_object_host(void);
struct ml_object ml_object_node(uint64_t node);
struct ml_object ml_object_zone(uint64_t node, struct ml_str zone);
struct ml_object ml_object_cgroup(struct ml_str path);
struct ml_proc;
struct ml_object ml_object_process(const struct ml_proc *p);
struct ml_object ml_object_mount(struct ml_str mount);
struct ml_object ml_object_shm(uint64_t shmid);
/* A cache, a file or a device. */
struct ml_object ml_object_named(enum ml_object_kind kind, struct ml_str name);

/* In one word, for people and for --ignore: "host", "node0", "pid 12 java". */
struct ml_str ml_object_label(struct ml_arena *a, const struct ml_object *object);
const char *ml_object_kind_name(enum ml_object_kind kind);
bool ml_object_same(const struct ml_object *a, const struct ml_object *b);

/* Tell of a finding. Never NULL. The message has no full stop; names in it are bytes. */
struct ml_finding *ml_diag_add(struct ml_diag *d, enum ml_severity severity,
			       const struct ml_object *object, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* A number that speaks for it, in base units; `limit` NAN where it crossed none. */
void ml_diag_evidence(struct ml_diag *d, struct ml_finding *f, const char *key,
		      double value, enum ml_unit unit, double limit);

/* For a sentence of this finding alone: d->why = ml_diag_words(d, "..."). */
struct ml_str ml_diag_words(struct ml_diag *d, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The rule could not be judged, or there is no such thing here; 0. */
int ml_diag_skip(struct ml_diag *d, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
int ml_diag_absent(struct ml_diag *d, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* ---- numbers as people say them: "1.2 GiB", "2.3 %", "264,000/s", "5 min" ---- */

const char *ml_say(struct ml_arena *a, double value, enum ml_unit unit);
#define ml_say_bytes(d, v) ml_say((d)->arena, (double)(v), ML_UNIT_BYTES)
#define ml_say_share(d, v) ml_say((d)->arena, (v), ML_UNIT_RATIO)
#define ml_say_rate(d, v) ml_say((d)->arena, (v), ML_UNIT_PER_SECOND)
#define ml_say_count(d, v) ml_say((d)->arena, (double)(v), ML_UNIT_COUNT)
#define ml_say_time(d, v) ml_say((d)->arena, (v), ML_UNIT_SECONDS)

/* ---- rates between the two instants; NaN when they cannot be told ---- */

double ml_diag_vm_rate(const struct ml_diag *d, const char *key);
/* Of a counter that the snapshots hold each for itself. */
double ml_diag_rate(const struct ml_diag *d, uint64_t prev, uint64_t cur);
/* Share of the time lost, of "some" or "full", by the file of a resource. */
double ml_diag_stall(const struct ml_diag *d, enum ml_feed_id feed, const char *kind);

/* ---- the engine ---- */

/* What all rules together need of a snapshot, or those that `judging` names. */
void ml_diag_want(const struct ml_query *query, ml_feeds *ret_feeds, uint32_t *ret_reads);

/* What came out, in the arena it was given. */
struct ml_verdict {
	struct ml_rows findings; /* of struct ml_finding: worst first */
	struct ml_rows judged;   /* of struct ml_judged, in the order of the register */
	struct ml_rows measures;    /* of struct ml_measure */
};

/* Judge two instants, or one (`prev` NULL), and of the query those between and what was
 * watched, as its judging says. 0, -ENOMEM, or -EINVAL with a message for words of the
 * user. */
int ml_diag_run(struct ml_ctx *ctx, const struct ml_snap *prev, const struct ml_snap *cur,
		const struct ml_query *query, struct ml_arena *a, struct ml_verdict *ret);

/* Find what explains what, among findings that stand as they were found. */
void ml_diag_attribute(struct ml_rows *findings);
