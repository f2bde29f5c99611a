/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-http-private.h"

G_BEGIN_DECLS

/**
 * kd_auth_respond:
 * @tokens: (nullable): taken over and cleared; NULL: who the request's own session is
 *
 * Answers with the user, its tokens and the shops where it is a member now.
 */
void kd_auth_respond (KdRequest *request, guint status, const KdId *user, KdControlTokens *tokens);

G_END_DECLS
