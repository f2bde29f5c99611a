/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-store.h"

G_BEGIN_DECLS

/* Words for what the lower layers name by codes. All translated. */

/* A refusal's code as a sentence that says what is wrong and what to do now; a code nobody knows
 * gets a general sentence. */
const char *kd_words_code (const char *code);

/* "Edit product", with its value where the msgid has a %s: (transfer full). */
char *kd_words_operation (const char *label, const char *value);

/* What an entry of the outbox is about: (transfer full). */
char *kd_words_entry (const KdQueueEntry *entry);

/* Why sync has stopped, as a sentence. */
const char *kd_words_stop (const char *reason);
/* Why the shop's server on this computer doesn't run: a code of kd_server_control_get_message(). */
const char *kd_words_server (const char *problem);

/* "10:42", "yesterday", "12 Nov": (transfer full). */
char *kd_words_time (gint64 at_ms, gint64 now_ms);

G_END_DECLS
