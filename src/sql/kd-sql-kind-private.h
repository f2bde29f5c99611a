/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-sql-driver.h"
#include "kd-sql-kind.h"

/* Columns every table has after its fields: _seq, _by, _extra. */
#define KD_SQL_TAIL_COLUMNS 3

#define KD_SQL_INDEXES_MAX 16

/* The compiled statements of one kind in one form, made when first used. */
typedef struct
{
  const KdKind *kind;
  KdSqlForm form;
  KdSqlStatement *put;       /* device: rid, id, fields, tail; server: shop_id, id, fields, tail */
  KdSqlStatement *insert;    /* the same for a row that isn't there */
  GHashTable *updates;       /* (owned) (nullable): set of fields (gint64) -> KdSqlStatement */
  KdSqlStatement *move;      /* device: sets ?1 as the rid of id ?2 */
  KdSqlStatement *get;
  KdSqlStatement *get_by_rid;
  KdSqlStatement *rid_of;
  KdSqlStatement *delete;
  KdSqlStatement *scans[KD_SQL_INDEXES_MAX][KD_INDEX_FIELDS_MAX + 1];
} KdSqlKindTable;

/* @shop: NULL for the device's form */
KdSqlKindTable *kd_sql_kind_table (KdSqlConnection *connection, const KdKind *kind, const KdId *shop);

/* Compiles @sql, which it frees, into *@slot unless that is done. */
gboolean kd_sql_kind_compile (KdSqlConnection *connection, KdSqlStatement **slot, char *sql, GError **error);

#define KD_SQL_COMPILED(slot, sql) ((slot) != NULL || kd_sql_kind_compile (connection, &(slot), (sql), error))

/* id, fields and tail, each with @alias before it where that is not NULL */
void kd_sql_kind_append_columns (GString *sql, const KdKind *kind, KdSqlForm form, const char *alias);

/* (transfer full): @before, the table's name, and @after; where that is NULL, WHERE ?1 is the id and ?2 the shop */
char *kd_sql_kind_simple_sql (const KdSqlKindTable *table, const char *before, const char *after);

/* Whether the table of this form has a column for the field. */
gboolean kd_sql_kind_has_column (const KdField *field, KdSqlForm form);

/* Appends a name in double quotes; several kinds and fields are keywords. */
void kd_sql_append_name (GString *sql, const char *name);
