/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-store.h"

G_BEGIN_DECLS

/* Pictures by their hash: what this computer made and the server has not got yet. A mutation that
 * names one waits in the outbox until it is up (SYNC 4.13). On the writer's thread. */

typedef struct
{
  KdHash sha256;
  gint64 size;
  char *mime;             /* (owned) (nullable) */
} KdStoreBlob;
void kd_store_blob_clear (KdStoreBlob *blob);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KdStoreBlob, kd_store_blob_clear)

/* Before the commit that names it. One that the server is known to have stays so. */
gboolean kd_store_blob_add (KdStore *store, KdSqlConnection *connection, const KdStoreBlob *blob, GError **error);

/**
 * kd_store_blob_next:
 * @ret_left: how many are to be sent, this one included; 0: none, and @ret_blob is empty
 */
gboolean kd_store_blob_next (KdStore *store, KdSqlConnection *connection, KdStoreBlob *ret_blob, guint *ret_left,
                             GError **error);

/* The server has it: what waited for it may be sealed. */
gboolean kd_store_blob_sent (KdStore *store, KdSqlConnection *connection, const KdHash *sha256, GError **error);

/* It can't be sent (the file is gone, the server refuses it): what waits for it says so in the
 * drawer, and other pictures go on. */
gboolean kd_store_blob_failed (KdStore *store, KdSqlConnection *connection, const KdHash *sha256, const char *message,
                               GError **error);

G_END_DECLS
