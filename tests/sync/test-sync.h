/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

void add_delivery_tests (void);
void add_disk_tests (void);
void add_profile_tests (void);
void add_fault_tests (void);
void add_rules_tests (void);
void add_paging_tests (void);
void add_durability_tests (void);
void add_engine_tests (void);
void add_conflict_tests (void);
