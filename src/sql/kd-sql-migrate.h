/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-sql.h"

G_BEGIN_DECLS

/**
 * KdSqlMigration:
 * @number: from 1, rising; the database's version once it has run
 * @sql: (nullable): statements, run first
 * @func: (nullable): run after @sql, in the same transaction
 */
typedef struct
{
  int number;
  const char *sql;
  gboolean (*func) (KdSqlConnection *connection, gpointer data, GError **error);
} KdSqlMigration;

/**
 * KdSqlBackupFunc:
 *
 * Makes a copy before a database that holds something is changed. Failing stops the migration.
 */
typedef gboolean (*KdSqlBackupFunc) (KdSqlConnection *connection,
                                     int              from,
                                     int              to,
                                     gpointer         data,
                                     GError         **error);

/**
 * kd_sql_migrate:
 * @backup: (nullable): called once, if there is something to do and the database isn't new
 * @data: for @backup and for the migrations' functions
 *
 * Brings the database to the newest version, each step in one transaction with its number, so that
 * one that is killed midway leaves the state after the last whole step. A database of a newer
 * version gives %KD_SQL_ERROR_NEWER and is not touched. Nothing is ever deleted.
 */
gboolean kd_sql_migrate (KdSqlConnection      *connection,
                         const KdSqlMigration *migrations,
                         guint                 n_migrations,
                         KdSqlBackupFunc       backup,
                         gpointer              data,
                         GError              **error);

/**
 * kd_sql_migrate_check:
 *
 * For who reads alone: whether the database has the newest version; %KD_SQL_ERROR_NEWER as above.
 */
gboolean kd_sql_migrate_check (KdSqlConnection      *connection,
                               const KdSqlMigration *migrations,
                               guint                 n_migrations,
                               GError              **error);

G_END_DECLS
