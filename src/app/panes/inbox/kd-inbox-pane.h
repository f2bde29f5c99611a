/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-pane.h"
#include "kd-session.h"

G_BEGIN_DECLS

/* Conversations with buyers: the list, and the one that is chosen. */
#define KD_TYPE_INBOX_PANE (kd_inbox_pane_get_type ())
G_DECLARE_FINAL_TYPE (KdInboxPane, kd_inbox_pane, KD, INBOX_PANE, KdPane)

GtkWidget *kd_inbox_pane_new (KdSession *session);

G_END_DECLS
