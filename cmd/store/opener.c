/* SPDX-License-Identifier: MIT */
/* opener: memlens-store opens archives; all else is the command's. */
#include "handover.h"
#include "store/store.h"

const struct ml_opener *const archive_opener = &ml_store_opener;
