/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-session.h"

G_BEGIN_DECLS

/* Tells the desktop of messages that buyers wrote: one notification a conversation, which opens it
 * with the cursor in the composer. Hears of what was pulled alone, never of a first copy. */
#define KD_TYPE_NOTICES (kd_notices_get_type ())
G_DECLARE_FINAL_TYPE (KdNotices, kd_notices, KD, NOTICES, GObject)

KdNotices *kd_notices_new (KdSession *session, KdNotifier *notifier);

G_END_DECLS
