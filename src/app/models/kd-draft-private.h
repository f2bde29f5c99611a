/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-draft.h"

G_BEGIN_DECLS

/* Writes what waits in all drafts of a session: before it closes. */
void kd_drafts_flush (KdSession *session);

G_END_DECLS
