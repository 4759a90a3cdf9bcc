/* SPDX-License-Identifier: MIT */
/* opener: how roots and captures that are archives are opened and made. */
#include "store/store.h"

const struct ml_opener ml_store_opener = {
	.open = ml_archive_open,
	.create = ml_archive_create,
};
