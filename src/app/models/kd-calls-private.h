/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-calls.h"

G_BEGIN_DECLS

/* Arguments by their names, where the domain keeps a struct to itself. An absent value (NULL)
 * leaves the argument at its default. */
KdCall *kd_call_with_id (const char *name, const KdId *id);
void kd_args_set_id (const KdShape *shape, gpointer object, const char *name, const KdId *id);
void kd_args_set_text (const KdShape *shape, gpointer object, const char *name, const char *text);
void kd_args_set_number (const KdShape *shape, gpointer object, const char *name, gint64 number);
void kd_args_set_enum (const KdShape *shape, gpointer object, const char *name, int value);
void kd_args_set_hash (const KdShape *shape, gpointer object, const char *name, const KdHash *hash);
/* (transfer full) */
void kd_args_take_partial (const KdShape *shape, gpointer object, const char *name, KdPartial *partial);
/* (transfer none): a new item of a list */
gpointer kd_args_add_item (const KdShape *shape, gpointer object, const char *name);

G_END_DECLS
