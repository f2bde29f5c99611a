/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-session.h"

G_BEGIN_DECLS

/*
 * Which products have something typed and not saved, over restarts: so that the list can mark
 * them, and one that was begun and never saved is found again. One in each session. Signal:
 * changed ().
 */
#define KD_TYPE_UNSAVED (kd_unsaved_get_type ())
G_DECLARE_FINAL_TYPE (KdUnsaved, kd_unsaved, KD, UNSAVED, GObject)

/* (transfer full) */
KdUnsaved *kd_unsaved_get (KdSession *session);

guint kd_unsaved_get_n (KdUnsaved *self);
/* (nullable): what a product that was never saved is called until then; NULL for the others */
const char *kd_unsaved_get_nth (KdUnsaved *self,
                                guint n,
                                KdId *ret_id);
gboolean kd_unsaved_has (KdUnsaved *self,
                         const KdId *id);

/* begun: (nullable): as above */
void kd_unsaved_add (KdUnsaved *self,
                     const KdId *id,
                     const char *begun);
void kd_unsaved_remove (KdUnsaved *self,
                        const KdId *id);

G_END_DECLS
