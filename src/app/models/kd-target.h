/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-kind.h"

G_BEGIN_DECLS

/* Something that can be shown: a record, perhaps a place in it and where the focus goes. It has one
 * text form, kedai:<kind>/<id>#<anchor>?focus=<field>, for links, notifications, history, restored
 * windows and a second start of the program. */
typedef struct
{
  const KdKind *kind;
  KdId id;
  KdId anchor;    /* a message in its conversation; none */
  char *focus;    /* (owned) (nullable): "composer" */
} KdTarget;

void kd_target_clear (KdTarget *target);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KdTarget, kd_target_clear)

/* Whether @text names a target; @ret_target is untouched if not. */
gboolean kd_target_parse (const char *text, KdTarget *ret_target);
char *kd_target_to_text (const KdTarget *target) G_GNUC_WARN_UNUSED_RESULT;
/* The text form of a plain one. */
char *kd_target_text (const KdKind *kind, const KdId *id) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
