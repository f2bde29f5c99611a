/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-sql-driver.h"
#include "kd-sqlite.h"

#include <sqlite3.h>

typedef struct
{
  KdSqlConnection parent;
  sqlite3 *db;
  char *path;
  gboolean guard;          /* what kd_shop_tx() gives */
  GHashTable *guarded;   /* (owned) (nullable): names of guarded tables */
  gboolean touches;      /* what was prepared last writes one of them */
  gboolean at_once;      /* what is prepared now runs at once */
} KdSqliteConnection;

extern const KdSqlDriver kd_sqlite_driver;

/* The driver's guarded(). */
gboolean kd_sqlite_guard_table (KdSqlConnection *connection, const char *table, GError **error);

/* Sets @error from what @db says of its last call; @what (nullable) stands before the message. */
void kd_sqlite_set_error (GError **error, sqlite3 *db, int rc, const char *what);
