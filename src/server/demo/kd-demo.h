/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-server.h"

G_BEGIN_DECLS

/* A shop to look around in: three months of a small Indonesian shop, made by the ordinary mutations
 * at past times. The same content every time. */

#define KD_DEMO_SLUG "demo"

typedef struct _KdDemo KdDemo;

/**
 * kd_demo_new:
 * @until: the present: what happens last lies an hour before it
 * @media_folder: where its pictures go
 */
KdDemo *kd_demo_new (gint64 until, const char *media_folder);
void kd_demo_free (KdDemo *demo);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdDemo, kd_demo_free)

/* How the shop is made; borrows @demo. */
KdShopFill kd_demo_get_fill (KdDemo *demo);

/* What it is called where nobody says; valid as long as @demo. The owner is the caller's to set. */
KdShopNew kd_demo_get_shop (KdDemo *demo);

G_END_DECLS
