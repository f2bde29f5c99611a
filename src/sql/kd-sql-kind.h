/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-kind.h"
#include "kd-sql.h"

G_BEGIN_DECLS

/* Tables from kinds: one table for each kind, named as the kind. The device form has
 * `rid INTEGER PRIMARY KEY` and a unique id; the server form has `shop_id` first in every key.
 * Both have a column for each field, then _seq, _by, _extra.
 *
 * id, ref and hash are BLOB; text and html TEXT; numbers INTEGER (KD_EMPTY is NULL); enum TEXT as
 * on the wire; a set of texts a JSON array; a set of refs and a list of hashes their bytes one
 * after the other. What is empty is NULL.
 *
 * Everywhere @shop says the form: NULL the device's, else the server's and that shop's rows.
 * Statements are compiled once for each connection. */

typedef enum
{
  KD_SQL_FORM_DEVICE = 0,
  KD_SQL_FORM_SERVER,
} KdSqlForm;

typedef enum
{
  KD_SQL_ENSURE_TABLES = 1 << 0,  /* the table and columns that are missing */
  KD_SQL_ENSURE_INDEXES = 1 << 1, /* the kind's indexes; leave out before a bulk load, ensure after */
  KD_SQL_ENSURE_GUARDS = 1 << 2,  /* triggers that refuse writes while kd_shop_tx() is false */
  KD_SQL_ENSURE_ALL = (1 << 0) | (1 << 1),
} KdSqlEnsure;

/**
 * kd_sql_kind_ensure:
 *
 * Makes what is missing; changes and deletes nothing but an index whose fields changed. Cheap where
 * nothing is missing.
 */
gboolean kd_sql_kind_ensure (KdSqlConnection *connection,
                             const KdKind    *kind,
                             KdSqlForm        form,
                             KdSqlEnsure      what,
                             GError         **error);

/* The same for all kinds, in one transaction (the caller's, if one is open). */
gboolean kd_sql_kind_ensure_tables (KdSqlConnection *connection,
                                    KdSqlForm        form,
                                    KdSqlEnsure      what,
                                    GError         **error);

/* Whether tables of that form have this index of the kind's. */
gboolean kd_sql_kind_has_index (const KdKind  *kind,
                                const KdIndex *index,
                                KdSqlForm      form);

/* Drops the kind's indexes, before a bulk load; kd_sql_kind_ensure() brings them back. */
gboolean kd_sql_kind_drop_indexes (KdSqlConnection *connection,
                                   const KdKind    *kind,
                                   GError         **error);

/**
 * kd_sql_kind_put:
 * @rid: device form: the rowid a new row is to have, 0 for any. A row that exists keeps its own. A
 *   rid that another row has meanwhile is replaced by a new one. Kinds with %KD_KIND_TIME_RID have
 *   the rid of their time, whatever @rid says; theirs changes when the time does.
 * @ret_rid: (out) (optional): device form: the row's rid now
 *
 * Writes a row, new or not, with its seq, by and extra.
 */
gboolean kd_sql_kind_put (KdSqlConnection *connection,
                          const KdId      *shop,
                          const KdRecord  *record,
                          gint64           rid,
                          gint64          *ret_rid,
                          GError         **error);

/**
 * kd_sql_kind_insert:
 * @shop: NULL for the device's form
 * @ret_rid: (out) (optional): device form: the row's rid
 *
 * A row that isn't there yet: a third cheaper than kd_sql_kind_put(). One that is there is an error,
 * after which the caller takes the transaction or its savepoint back.
 */
gboolean kd_sql_kind_insert (KdSqlConnection *connection,
                             const KdId      *shop,
                             const KdRecord  *record,
                             gint64          *ret_rid,
                             GError         **error);

/**
 * kd_sql_kind_update:
 * @shop: NULL for the device's form
 * @before: what stands there
 *
 * Writes the fields that differ, seq, by and extra of a row that is there; indexes over other fields
 * are left alone. The row keeps its rid.
 */
gboolean kd_sql_kind_update (KdSqlConnection *connection,
                             const KdId      *shop,
                             const KdRecord  *before,
                             const KdRecord  *record,
                             GError         **error);

/**
 * kd_sql_kind_get:
 * @ret_record: (out) (nullable) (transfer full): NULL where there is none, which is no error
 * @ret_rid: (out) (optional): device form; 0 where there is none
 */
gboolean kd_sql_kind_get (KdSqlConnection *connection,
                          const KdKind    *kind,
                          const KdId      *shop,
                          const KdId      *id,
                          KdRecord       **ret_record,
                          gint64          *ret_rid,
                          GError         **error);

/* By rid, device form. */
gboolean kd_sql_kind_get_by_rid (KdSqlConnection *connection,
                                 const KdKind    *kind,
                                 gint64           rid,
                                 KdRecord       **ret_record,
                                 GError         **error);

/* Device form: the rid of a row, 0 where there is none. */
gboolean kd_sql_kind_get_rid (KdSqlConnection *connection,
                              const KdKind    *kind,
                              const KdId      *id,
                              gint64          *ret_rid,
                              GError         **error);

/* @ret_existed: (out) (optional) */
gboolean kd_sql_kind_delete (KdSqlConnection *connection,
                             const KdKind    *kind,
                             const KdId      *shop,
                             const KdId      *id,
                             gboolean        *ret_existed,
                             GError         **error);

/**
 * kd_sql_kind_scan:
 * @index: of @kind
 * @like: (nullable): whose first @n_fields fields of the index say what is looked for
 * @limit: at most so many, 0 for all
 *
 * As kd_rows_scan().
 *
 * Returns: (transfer full) (element-type KdRecord): in the order of the index, then of the id;
 *   the array frees its records
 */
GPtrArray *kd_sql_kind_scan (KdSqlConnection *connection,
                             const KdKind    *kind,
                             const KdId      *shop,
                             const KdIndex   *index,
                             const KdRecord  *like,
                             guint            n_fields,
                             guint            limit,
                             GError         **error);

/**
 * kd_sql_kind_columns:
 * @alias: (nullable): of the table, set before each column
 *
 * The columns that kd_sql_kind_read() reads, in its order, for SELECTs of your own.
 */
char *kd_sql_kind_columns (const KdKind *kind, KdSqlForm form, const char *alias) G_GNUC_WARN_UNUSED_RESULT;

/* How many columns that is. */
int kd_sql_kind_n_columns (const KdKind *kind, KdSqlForm form);

/**
 * kd_sql_kind_read:
 * @first: column of the statement where kd_sql_kind_columns() begins
 *
 * Returns: (transfer full): the row that the statement stands on
 */
KdRecord *kd_sql_kind_read (KdSqlStatement *statement, const KdKind *kind, KdSqlForm form, int first);

/**
 * kd_sql_bind_field:
 *
 * Binds one field's value of an object of its shape in the form in which its column holds it; the
 * object must live until the statement is reset or done.
 */
void kd_sql_bind_field (KdSqlStatement *statement, int index, const KdField *field, gconstpointer object);

/* Reads one into @object, which has the field at its default. */
void kd_sql_column_field (KdSqlStatement *statement, int column, const KdField *field, gpointer object);

G_END_DECLS
