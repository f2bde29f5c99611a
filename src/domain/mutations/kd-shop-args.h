/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-kinds.h"

G_BEGIN_DECLS

/* The arguments of the mutations of members and of the shop itself. */

/* member.invite */
typedef struct
{
  KdId id;                  /* the user's id */
  char *name;
  int role;                 /* KdRole */
} KdMemberInviteArgs;

/* member.set_role */
typedef struct
{
  KdId id;
  int role;
} KdMemberRoleArgs;

/* member.grant */
typedef struct
{
  KdId id;
  char *grant;              /* "chat", "cost" */
  gboolean given;
} KdMemberGrantArgs;

/* member.remove */
typedef struct
{
  KdId id;
} KdMemberRemoveArgs;

/* shop.create */
typedef struct
{
  KdId id;                  /* the shop's */
  char *name, *slug, *currency, *region, *timezone, *language;
  KdId owner;               /* user id of its first member */
  char *owner_name;
  char *location;           /* what its first location is called */
} KdShopCreateArgs;

G_END_DECLS
