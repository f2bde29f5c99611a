/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-control.h"

G_BEGIN_DECLS

#define KD_TOKEN_BYTES 32

/* BLAKE2b-256 of a secret text: the form in which tokens are stored. */
KdHash kd_control_hash_text (const char *text);
/* A key of its own for each purpose, made of the master key. */
void kd_control_derive_key (const KdControl *control, const char *purpose, guint8 key[32]);
KdId kd_control_new_id (const KdControl *control);

G_END_DECLS
