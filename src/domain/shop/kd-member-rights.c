/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-member-rights.h"

#include <string.h>

#define BIT(scope) ((KdScopes) 1 << (scope))

gboolean
kd_role_is_known (int role)
{
  return role >= KD_ROLE_OWNER && role <= KD_ROLE_VIEWER;
}

KdScopes
kd_role_get_scopes (int role)
{
  switch (role)
    {
    case KD_ROLE_OWNER:
      return KD_SCOPES_ALL;
    case KD_ROLE_MANAGER:
      return BIT (KD_SCOPE_EVERYONE) | BIT (KD_SCOPE_CHAT) | BIT (KD_SCOPE_MANAGER);
    case KD_ROLE_AGENT:
      return BIT (KD_SCOPE_EVERYONE) | BIT (KD_SCOPE_CHAT);
    case KD_ROLE_CASHIER:
    case KD_ROLE_VIEWER:
      return BIT (KD_SCOPE_EVERYONE);
    default:
      return 0;
    }
}

KdScopes
kd_grant_get_scopes (const char *grant)
{
  if (strcmp (grant, KD_GRANT_CHAT) == 0)
    return BIT (KD_SCOPE_CHAT);
  if (strcmp (grant, KD_GRANT_COST) == 0)
    return BIT (KD_SCOPE_MANAGER);
  return 0;
}

KdScopes
kd_member_get_scopes (const KdMember *member)
{
  KdScopes scopes;

  if (member == NULL || member->removed)
    return 0;
  scopes = kd_role_get_scopes (member->role);
  for (guint i = 0; scopes != 0 && member->grants != NULL && member->grants[i] != NULL; i++)
    scopes |= kd_grant_get_scopes (member->grants[i]);
  return scopes;
}
