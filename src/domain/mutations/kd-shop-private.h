/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-mutation-private.h"
#include "kd-shop-args.h"

G_BEGIN_DECLS

extern const KdMutation kd_member_invite, kd_member_set_role, kd_member_grant, kd_member_remove;

G_END_DECLS
