/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "12", "1.500", "1,5": thousandths as people of the currency's country write them. (transfer full) */
char *kd_quantity_words (gint64 quantity, const char *currency);
/* Whole things: "200.000". (transfer full) */
char *kd_count_words (guint n, const char *currency);

G_END_DECLS
