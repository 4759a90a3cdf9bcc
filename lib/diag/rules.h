/* SPDX-License-Identifier: MIT */
/* rules: the sets of rules, one for each file of them. */
#pragma once

#include "diag/diag.h"

extern const struct ml_rule_set ml_rules_host, ml_rules_pressure;
extern const struct ml_rule_set ml_rules_account, ml_rules_machine;
extern const struct ml_rule_set ml_rules_numa, ml_rules_limits;
extern const struct ml_rule_set ml_rules_reclaim, ml_rules_marks, ml_rules_refault;
extern const struct ml_rule_set ml_rules_swap, ml_rules_compressed, ml_rules_writeback;
extern const struct ml_rule_set ml_rules_kernel, ml_rules_slab, ml_rules_shared;
extern const struct ml_rule_set ml_rules_queue, ml_rules_tmpfs;
extern const struct ml_rule_set ml_rules_cgroup, ml_rules_cgroup_rates,
	ml_rules_cgroup_oom;
extern const struct ml_rule_set ml_rules_process, ml_rules_process_limits;
extern const struct ml_rule_set ml_rules_huge, ml_rules_thp, ml_rules_frag,
	ml_rules_compact;
extern const struct ml_rule_set ml_rules_oom, ml_rules_trend;
