/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-item.h"
#include "kd-list-view.h"
#include "kd-session.h"

G_BEGIN_DECLS

/* How a row of the inbox is made; user data is the KdSession. */
extern const KdRowFuncs kd_conversation_row_funcs;

G_END_DECLS
