/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-kinds.h"

G_BEGIN_DECLS

/* What a grant may be named. */
#define KD_GRANT_CHAT "chat"
#define KD_GRANT_COST "cost"

/* A role that this version knows. */
gboolean kd_role_is_known (int role);

/* The scopes that come with a role; none for one that this version doesn't know. */
KdScopes kd_role_get_scopes (int role);

/* The scopes that a grant adds; 0 for an unknown one. */
KdScopes kd_grant_get_scopes (const char *grant);

/**
 * kd_member_get_scopes:
 * @member: (nullable)
 *
 * What a member may read: the role's scopes and those of the grants; 0 for somebody who was
 * removed.
 */
KdScopes kd_member_get_scopes (const KdMember *member);

G_END_DECLS
