/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-fake-transport.h"

G_BEGIN_DECLS

/* Desktops of a shop, each with its engine, on virtual time. */
typedef struct
{
  KdSyncWorld *world;
  KdFakeTime *time;
  GPtrArray *transports;  /* of KdFakeTransport */
  GPtrArray *engines;     /* of KdSyncEngine */
} KdOffice;

/* All of the owner but the second, an agent's. */
KdOffice *kd_office_new (guint64 seed, guint n);
void kd_office_free (KdOffice *office);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdOffice, kd_office_free)

KdSyncDevice *kd_office_desk (KdOffice *office, guint i);
KdFakeTransport *kd_office_line (KdOffice *office, guint i);
KdSyncStatus *kd_office_status (KdOffice *office, guint i);
void kd_office_assert_activity (KdOffice *office, guint i, KdSyncActivity activity);
/* What is in the outbox. */
gint64 kd_office_waiting (KdOffice *office, guint i);
/* Time passes; then all sockets are told where the shop is. */
void kd_office_pass (KdOffice *office, gint64 ms);
/* Everything is brought to its end by hand, and the invariants asserted. */
void kd_office_settle (KdOffice *office);
KdId kd_office_add_category (KdOffice *office, guint i);

G_END_DECLS
