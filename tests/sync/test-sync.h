/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

void add_random_tests (gboolean slow);
void add_delivery_tests (void);
void add_durability_tests (void);
void add_engine_tests (void);
void add_conflict_tests (void);
