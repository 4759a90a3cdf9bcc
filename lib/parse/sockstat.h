/* SPDX-License-Identifier: MIT */
/* sockstat: /proc/net/sockstat - sockets in use and the pages their queues hold. */
#pragma once

#include "parse/parse.h"

/* Fills `kv` with "PROTOCOL.name", as in "TCP.mem" (pages), "FRAG.memory" (bytes). */
ml_parse_fn ml_parse_sockstat;
