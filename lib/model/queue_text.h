/* SPDX-License-Identifier: MIT */
/*
 * queue_text: the queues of sockets and pipes as a file of a capture, since nothing that
 * the kernel prints tells whose they are.
 *
 *	queues 1 REFUSED
 *	KIND PID COUNT BYTES
 *
 * PID is "-" where no process is known that holds them; REFUSED is 1 when some could not
 * be asked.
 */
#pragma once

#include "base/buf.h"
#include "model/queue.h"

#define ML_QUEUE_TEXT "queues.txt"

/* Memory that was short is in out->failed. */
void ml_queue_text(const struct ml_rows *queues, bool refused, struct ml_buf *out);

/* Rows without names of processes; the head is a bool: some could not be asked. */
ml_parse_fn ml_parse_queue_text;
