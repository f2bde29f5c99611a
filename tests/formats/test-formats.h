/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Each subject adds its cases here; main.c calls them all. */
void kd_test_add_csv (void);
void kd_test_add_decode (void);
void kd_test_add_file (void);
void kd_test_add_fuzz (void);
void kd_test_add_numbers (void);
void kd_test_add_spectrum (void);

G_END_DECLS
