/* SPDX-License-Identifier: MIT */
/* rules: the register of rules, in the order of the road. */
#include "diag/rules.h"

const struct ml_rule_set *const ml_rule_sets[] = {
	&ml_rules_host,
	&ml_rules_account,
	&ml_rules_machine,
	&ml_rules_numa,
	&ml_rules_limits,
	&ml_rules_pressure,
	&ml_rules_reclaim,
	&ml_rules_marks,
	&ml_rules_refault,
	&ml_rules_swap,
	&ml_rules_compressed,
	&ml_rules_writeback,
	&ml_rules_slab,
	&ml_rules_kernel,
	&ml_rules_shared,
	&ml_rules_tmpfs,
	&ml_rules_queue,
	&ml_rules_cgroup,
	&ml_rules_cgroup_rates,
	&ml_rules_cgroup_oom,
	&ml_rules_process,
	&ml_rules_process_limits,
	&ml_rules_huge,
	&ml_rules_thp,
	&ml_rules_frag,
	&ml_rules_compact,
	&ml_rules_oom,
	&ml_rules_trend,
};
const size_t ml_rule_sets_count = ML_ARRAY_SIZE(ml_rule_sets);
