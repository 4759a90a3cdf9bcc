/* SPDX-License-Identifier: MIT */
/* rules: the sets of rules, one for each file of them. */
#pragma once

#include "diag/diag.h"

extern const struct ml_rule_set ml_rules_host, ml_rules_pressure;
