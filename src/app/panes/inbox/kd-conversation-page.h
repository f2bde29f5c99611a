/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-page.h"
#include "kd-session.h"

G_BEGIN_DECLS

/* One conversation: who it is with, what was said, and the composer. */
#define KD_TYPE_CONVERSATION_PAGE (kd_conversation_page_get_type ())
G_DECLARE_FINAL_TYPE (KdConversationPage, kd_conversation_page, KD, CONVERSATION_PAGE, KdPage)

/* back: (nullable) (transfer floating): the button that leads back, for the head of the page */
GtkWidget *kd_conversation_page_new (KdSession *session,
                                     GtkWidget *back);

G_END_DECLS
