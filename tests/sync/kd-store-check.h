/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-store.h"

G_BEGIN_DECLS

/* The invariants of SYNC 4.1 that one database shows by itself. A failure names @whose and ends the
 * program. */

/* A row of a database, in tables by kind and id. */
typedef struct
{
  KdRecord *record;
  guint64 hash;           /* 0: not yet made */
} KdWorldRow;

typedef struct
{
  KdStore *store;
  GPtrArray *screen, *base;     /* records */
  GArray *tombstones;           /* of KdWireRow: kind and id */
  GArray *outbox;               /* of KdOutboxEntry */
  GArray *refused;              /* of gboolean: marked so */
  GHashTable *digests;          /* "scope/kind" -> KdDigest */
} KdLook;

void kd_look_init (KdLook *look, KdStore *store);
void kd_look_clear (KdLook *look);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KdLook, kd_look_clear)

void kd_check_fail (const char *whose, const char *format, ...) G_GNUC_NORETURN G_GNUC_PRINTF (2, 3);
#define kd_check(whose, expr) \
  G_STMT_START { if (!(expr)) kd_check_fail (whose, "%s:%d: %s", __FILE__, __LINE__, #expr); } G_STMT_END

/* All rows of a device (@shop NULL) or of a server. */
GPtrArray *kd_check_load (KdSqlConnection *connection, const KdId *shop);
/* (transfer full): KdWorldRow by kind and id */
GHashTable *kd_check_table (GPtrArray *records);
/* @truth: what is in @scopes; all of @rows. What is the same shares its hash. */
void kd_check_same (const char *whose, const char *what, GHashTable *truth, GHashTable *rows, KdScopes scopes,
                    gboolean seq);
/* Byte for byte, as the wire has them. */
void kd_check_same_bytes (const char *whose, GHashTable *truth, GHashTable *rows);
/* Every value on hand is the sum of its movements, every reserved one of its reservations. */
void kd_check_ledger (const char *whose, GPtrArray *records);
/* I2: the digests are those of the base rows. */
void kd_check_digests (const char *whose, KdLook *look, GHashTable *base);
/* I3, I4: what the screen shows is base and the waiting entries run again, in memory. */
void kd_check_screen (const char *whose, KdLook *look);
/* All of these. */
void kd_check_store (const char *whose, KdStore *store);
gint64 kd_check_count (KdStore *store, const char *sql);

G_END_DECLS
