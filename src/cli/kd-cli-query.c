/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-cli.h"

#include "kd-cli-value.h"
#include "kd-sql-kind.h"
#include "kd-store-lists.h"

#include <stdio.h>
#include <string.h>

/* Looking: query, get. Beside a window that is open. */

#define WHERE_MAX 8

typedef struct
{
  KdCli *cli;
  const KdKind *kind;
  guint limit;
  const KdField *fields[WHERE_MAX];
  guint n_fields;
  KdRecord *like;         /* (owned) */
  const char *search;
  KdId id;
  guint n;
} Query;

static void
print_record (const KdRecord *record)
{
  g_autoptr (GString) out = g_string_new (NULL);
  KdJsonWriter writer = KD_JSON_WRITER (out);

  kd_cli_write_record (&writer, record);
  puts (out->str);
}

static gboolean
matches (const Query *query,
         const KdRecord *record)
{
  for (guint i = 0; i < query->n_fields; i++)
    if (!kd_field_equal (query->fields[i], record, query->like))
      return FALSE;
  return TRUE;
}

static gboolean
query_search (Query *query,
              KdStore *store,
              KdSqlConnection *connection,
              GError **error)
{
  static const struct { const KdKind *kind; KdListKind list; } lists[] = {
    { &kd_kind_product, KD_LIST_PRODUCTS }, { &kd_kind_order, KD_LIST_ORDERS },
    { &kd_kind_conversation, KD_LIST_CONVERSATIONS }, { &kd_kind_contact, KD_LIST_CONTACTS },
  };
  g_autoptr (KdListQuery) what = NULL;
  g_autoptr (GArray) rids = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    if (lists[i].kind == query->kind)
      what = kd_list_query_new (lists[i].list);
  if (what == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "kind.not_searched");
      return FALSE;
    }
  what->search = g_strdup (query->search);
  rids = kd_list_rids (store, connection, what, 0, error);
  if (rids == NULL)
    return FALSE;
  for (guint i = 0; i < rids->len && query->n < query->limit; i++)
    {
      g_autoptr (KdRecord) record = NULL;

      if (!kd_sql_kind_get_by_rid (connection, query->kind, g_array_index (rids, gint64, i), &record, error))
        return FALSE;
      if (record == NULL || !matches (query, record))
        continue;
      print_record (record);
      query->n++;
    }
  return TRUE;
}

static gboolean
query_all (Query *query,
           KdSqlConnection *connection,
           GError **error)
{
  g_autofree char *columns = kd_sql_kind_columns (query->kind, KD_SQL_FORM_DEVICE, NULL);
  g_autoptr (GString) sql = g_string_new (NULL);
  g_autoptr (KdSqlStatement) read = NULL;
  KdSqlStep step = KD_SQL_DONE;

  g_string_printf (sql, "SELECT %s FROM \"%s\"", columns, query->kind->shape.name);
  for (guint i = 0; i < query->n_fields; i++)
    g_string_append_printf (sql, "%s \"%s\" IS ?%u", i == 0 ? " WHERE" : " AND", query->fields[i]->name, i + 1);
  g_string_append (sql, " ORDER BY rid");
  read = kd_sql_prepare (connection, sql->str, error);
  if (read == NULL)
    return FALSE;
  for (guint i = 0; i < query->n_fields; i++)
    kd_sql_bind_field (read, (int) i + 1, query->fields[i], query->like);
  while (query->n < query->limit && (step = kd_sql_step (read, error)) == KD_SQL_ROW)
    {
      g_autoptr (KdRecord) record = kd_sql_kind_read (read, query->kind, KD_SQL_FORM_DEVICE, 0);

      print_record (record);
      query->n++;
    }
  return step != KD_SQL_ERRED;
}

static gpointer
query_read (KdStore *store,
            KdSqlConnection *connection,
            gpointer data,
            GError **error)
{
  Query *query = data;

  if (query->search != NULL)
    query_search (query, store, connection, error);
  else
    query_all (query, connection, error);
  return NULL;
}

static KdCliCode
read_where (Query *query,
            const char *currency)
{
  GPtrArray *where = kd_cli_options (query->cli, "where");

  for (guint i = 0; where != NULL && i < where->len; i++)
    {
      const char *text = g_ptr_array_index (where, i), *equals = strchr (text, '=');
      g_autofree char *name = equals != NULL ? g_strndup (text, (gsize) (equals - text)) : NULL;
      const KdField *field = name != NULL ? kd_shape_find (&query->kind->shape, name) : NULL;
      g_autoptr (GError) error = NULL;

      if (field == NULL || query->n_fields == WHERE_MAX)
        return kd_cli_usage (query->cli, "“%s” is not FIELD=VALUE of a %s", text, query->kind->shape.name);
      if (!kd_cli_value_parse (field, equals + 1, currency, query->like, &error))
        return kd_cli_usage (query->cli, "%s: %s", name, error->message);
      query->fields[query->n_fields++] = field;
    }
  return KD_CLI_DONE;
}

static gboolean
find_kind (KdCli *cli,
           const KdKind **ret_kind,
           KdCliCode *ret_code)
{
  *ret_kind = kd_kind_by_name (cli->words[0]);
  if (*ret_kind != NULL)
    return TRUE;
  *ret_code = kd_cli_usage (cli, "there is no kind “%s”", cli->words[0]);
  return FALSE;
}

KdCliCode
kd_cli_query (KdCli *cli)
{
  const char *limit = kd_cli_option (cli, "limit");
  Query query = { .cli = cli, .limit = G_MAXUINT, .search = kd_cli_option (cli, "search") };
  g_autoptr (GError) error = NULL;
  KdShopProfile *profile;
  KdCliCode code;
  guint64 n;

  if (limit != NULL)
    {
      if (!g_ascii_string_to_unsigned (limit, 10, 0, G_MAXUINT, &n, NULL))
        return kd_cli_usage (cli, "--limit needs a number");
      query.limit = (guint) n;
    }
  if (!find_kind (cli, &query.kind, &code) || !kd_cli_open_to_read (cli, &code))
    return code;
  query.like = kd_record_new (query.kind);
  profile = kd_store_dup_profile (cli->store);
  code = read_where (&query, profile != NULL ? profile->currency : "IDR");
  if (profile != NULL)
    kd_record_free (&profile->parent);
  if (code == KD_CLI_DONE)
    kd_store_read (cli->store, query_read, &query, &error);
  kd_record_free (query.like);
  return error != NULL ? kd_cli_fail (cli, error) : code;
}

static gpointer
get_read (KdStore *store,
          KdSqlConnection *connection,
          gpointer data,
          GError **error)
{
  Query *query = data;
  KdRecord *record = NULL;

  kd_sql_kind_get (connection, query->kind, NULL, &query->id, &record, NULL, error);
  return record;
}

KdCliCode
kd_cli_get (KdCli *cli)
{
  Query query = { .cli = cli };
  g_autoptr (KdRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  KdCliCode code;

  if (!find_kind (cli, &query.kind, &code))
    return code;
  if (!kd_id_parse (cli->words[1], &query.id))
    return kd_cli_usage (cli, "“%s” is no id", cli->words[1]);
  if (!kd_cli_open_to_read (cli, &code))
    return code;
  record = kd_store_read (cli->store, get_read, &query, &error);
  if (error != NULL)
    return kd_cli_fail (cli, error);
  if (record == NULL)
    return kd_cli_refuse (cli, KD_CLI_REFUSED, "row.gone", "there is no such record");
  print_record (record);
  return KD_CLI_DONE;
}
