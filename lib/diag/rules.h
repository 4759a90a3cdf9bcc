/* SPDX-License-Identifier: MIT */
/* rules: the sets of rules, one for each file of them. */
#pragma once

#include "diag/diag.h"

extern const struct ml_rule_set ml_rules_host, ml_rules_pressure;
extern const struct ml_rule_set ml_rules_account, ml_rules_machine;
extern const struct ml_rule_set ml_rules_numa, ml_rules_limits;
extern const struct ml_rule_set ml_rules_reclaim, ml_rules_marks, ml_rules_refault;
extern const struct ml_rule_set ml_rules_swap, ml_rules_compressed, ml_rules_writeback;
