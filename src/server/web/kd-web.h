/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-buyers.h"

G_BEGIN_DECLS

/* The buyers' page: what a shop shows to phones, and what buyers may do there. Pages are HTML made
 * on the server and work without a script; the script adds what is live. */

typedef struct _KdWeb KdWeb;

KdWeb *kd_web_new (void);
void kd_web_free (KdWeb *web);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdWeb, kd_web_free)

/* What the HTTP side calls; lives as long as @web. */
const KdBuyers *kd_web_get_buyers (KdWeb *web);

G_END_DECLS
