/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-rest.h"

#include <string.h>

/* Reading rows over REST: a page, one, its history. */

typedef struct
{
  KdId user;
  const KdKind *kind;
  const KdField *field;     /* (nullable): the filter */
  KdRecord *like;
  KdId id;                  /* of the row, or after which */
  guint limit;
  gint64 before;
  gboolean may;
  GPtrArray *records;
  KdRecord *record;
  GPtrArray *history;
} Read;

static void
read_free (gpointer data)
{
  Read *read = data;

  g_clear_pointer (&read->like, kd_record_free);
  g_clear_pointer (&read->record, kd_record_free);
  g_clear_pointer (&read->records, g_ptr_array_unref);
  g_clear_pointer (&read->history, g_ptr_array_unref);
  g_free (read);
}

static Read *
read_new (KdRequest *request)
{
  Read *read = g_new0 (Read, 1);

  read->user = request->session.user;
  read->kind = request->route->kind;
  return read;
}

/* FALSE with @error; @read->may says whether the kind may be read at all. */
static gboolean
find_scopes (KdSqlConnection *connection,
             const KdShop *shop,
             Read *read,
             KdScopes *ret_scopes,
             GError **error)
{
  GError *failed = NULL;
  KdRole role;

  *ret_scopes = 0;
  read->may = kd_shop_get_member (connection, shop, &read->user, &role, ret_scopes, &failed)
              && (read->kind->scope == KD_SCOPE_OF_REF || (*ret_scopes >> read->kind->scope & 1) != 0);
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, failed);
  return FALSE;
}

void
kd_rest_write_record (KdJsonWriter *writer,
                      const KdRecord *record)
{
  char text[KD_ID_TEXT_LENGTH + 1];

  kd_json_begin_object (writer);
  kd_json_member (writer, "id");
  kd_json_string (writer, kd_id_to_text (&record->id, text));
  kd_json_member (writer, "seq");
  kd_json_int (writer, record->seq);
  kd_json_member (writer, "by");
  kd_json_string (writer, kd_id_to_text (&record->by, text));
  kd_wire_write_fields (writer, &record->kind->shape, record, G_MAXUINT64, KD_WIRE_WRITE_ALL | KD_WIRE_WRITE_NO_SECRETS);
  kd_json_end_object (writer);
}

void
kd_rest_set_etag (KdRequest *request,
                  gint64 seq)
{
  g_autofree char *tag = g_strdup_printf ("\"%" G_GINT64_FORMAT "\"", seq);

  kd_request_header (request, "ETag", tag);
}

/* FALSE: answered. */
static gboolean
went_well (KdRequest *request,
           const Read *read,
           const GError *error)
{
  if (error != NULL)
    kd_request_fail (request, error);
  else if (!read->may)
    kd_request_refuse (request, 403, "scope");
  else
    return TRUE;
  return FALSE;
}

/* ---- a page ---- */

static gboolean
list (KdSqlConnection *connection,
      const KdShop *shop,
      gpointer data,
      GError **error)
{
  Read *read = data;
  KdScopes scopes;

  if (!find_scopes (connection, shop, read, &scopes, error))
    return FALSE;
  if (!read->may)
    return TRUE;
  read->records = kd_shop_list (connection, shop, read->kind, scopes, read->field, read->like, &read->id, read->limit + 1, error);
  return read->records != NULL;
}

static void
listed_cb (KdRequest *request,
           gpointer data,
           const GError *error)
{
  Read *read = data;
  char text[KD_ID_TEXT_LENGTH + 1];
  GString *out;
  KdJsonWriter writer;
  guint n;

  if (!went_well (request, read, error))
    return;
  n = MIN (read->records->len, read->limit);
  out = g_string_new (NULL);
  writer = KD_JSON_WRITER (out);
  kd_json_begin_object (&writer);
  kd_json_member (&writer, "items");
  kd_json_begin_array (&writer);
  for (guint i = 0; i < n; i++)
    kd_rest_write_record (&writer, g_ptr_array_index (read->records, i));
  kd_json_end_array (&writer);
  kd_json_member (&writer, "next");
  kd_json_string (&writer, read->records->len > n
                             ? kd_id_to_text (&((KdRecord *) g_ptr_array_index (read->records, n - 1))->id, text) : NULL);
  kd_json_end_object (&writer);
  kd_request_answer_json (request, 200, g_string_free (out, FALSE));
}

static gboolean
is_filter (const KdKind *kind,
           const char *name)
{
  for (guint i = 0; i < kind->n_indexes; i++)
    if (strcmp (kind->indexes[i].fields[0], name) == 0)
      return TRUE;
  return FALSE;
}

/* The value as a query has it: numbers and truth as they are, all else a text. */
static gboolean
read_filter (Read *read,
             const KdField *field,
             const char *text,
             GError **error)
{
  g_autofree char *json = NULL;
  gboolean bare = field->type == KD_TYPE_INT || field->type == KD_TYPE_QUANTITY || field->type == KD_TYPE_MONEY
                  || field->type == KD_TYPE_BOOL || field->type == KD_TYPE_TIME;

  if (bare)
    json = g_strdup (text);
  else
    {
      GString *out = g_string_new (NULL);
      KdJsonWriter writer = KD_JSON_WRITER (out);

      kd_json_string (&writer, text);
      json = g_string_free (out, FALSE);
    }
  read->field = field;
  read->like = kd_record_new (read->kind);
  return kd_wire_value_parse (field, json, read->like, 0, error);
}

/* FALSE: answered. */
static gboolean
read_query (KdRequest *request,
            Read *read)
{
  g_autoptr (GError) error = NULL;
  GHashTableIter iter;
  gpointer key, value;

  read->limit = KD_REST_PAGE;
  if (request->query == NULL)
    return TRUE;
  g_hash_table_iter_init (&iter, request->query);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const KdField *field = g_utf8_validate (key, -1, NULL) && g_utf8_validate (value, -1, NULL)
                               ? kd_shape_find (&read->kind->shape, key) : NULL;
      gint64 limit;

      if (strcmp (key, "limit") == 0 && g_ascii_string_to_signed (value, 10, 1, KD_REST_PAGE_MAX, &limit, NULL))
        read->limit = (guint) limit;
      else if (strcmp (key, "after") == 0 && kd_id_parse (value, &read->id))
        continue;
      else if (field == NULL || read->field != NULL || !is_filter (read->kind, key)
               || (field->flags & (KD_FIELD_SECRET | KD_FIELD_SERVER_ONLY)) != 0)
        {
          kd_request_refuse_field (request, key, "query.unknown");
          return FALSE;
        }
      else if (!read_filter (read, field, value, &error))
        {
          kd_request_refuse_field (request, key, "field.type");
          return FALSE;
        }
    }
  return TRUE;
}

void
kd_rest_list (KdRequest *request)
{
  Read *read = read_new (request);

  if (read_query (request, read))
    kd_request_run_shop (request, &request->shop->id, KD_LANE_READ, list, read, read_free, listed_cb);
  else
    read_free (read);
}

/* ---- one ---- */

static gboolean
get (KdSqlConnection *connection,
     const KdShop *shop,
     gpointer data,
     GError **error)
{
  Read *read = data;
  GError *failed = NULL;
  KdScopes scopes;

  if (!find_scopes (connection, shop, read, &scopes, error))
    return FALSE;
  if (!read->may)
    return TRUE;
  read->record = kd_shop_get (connection, shop, read->kind, &read->id, &failed);
  if (failed != NULL)
    {
      g_propagate_error (error, failed);
      return FALSE;
    }
  if (read->record != NULL && (scopes >> kd_record_get_scope (read->record) & 1) == 0)
    g_clear_pointer (&read->record, kd_record_free);
  return TRUE;
}

static void
got_cb (KdRequest *request,
        gpointer data,
        const GError *error)
{
  Read *read = data;
  const char *match = kd_request_in_header (request, "If-None-Match");
  g_autofree char *tag = NULL;
  GString *out;
  KdJsonWriter writer;

  if (!went_well (request, read, error))
    return;
  if (read->record == NULL)
    {
      kd_request_refuse (request, 404, "not_found");
      return;
    }
  kd_rest_set_etag (request, read->record->seq);
  tag = g_strdup_printf ("\"%" G_GINT64_FORMAT "\"", read->record->seq);
  if (g_strcmp0 (match, tag) == 0)
    {
      kd_request_answer_empty (request, 304);
      return;
    }
  out = g_string_new (NULL);
  writer = KD_JSON_WRITER (out);
  kd_rest_write_record (&writer, read->record);
  kd_request_answer_json (request, 200, g_string_free (out, FALSE));
}

void
kd_rest_get (KdRequest *request)
{
  KdId id;
  Read *read;

  if (!kd_request_param_id (request, "id", &id))
    return;
  read = read_new (request);
  read->id = id;
  kd_request_run_shop (request, &request->shop->id, KD_LANE_READ, get, read, read_free, got_cb);
}

/* ---- its history ---- */

static gboolean
history (KdSqlConnection *connection,
         const KdShop *shop,
         gpointer data,
         GError **error)
{
  Read *read = data;
  GError *failed = NULL;
  KdScopes scopes;

  if (!find_scopes (connection, shop, read, &scopes, error))
    return FALSE;
  if (!read->may)
    return TRUE;
  read->history = kd_shop_history (connection, shop, read->kind, &read->id, scopes, read->field, read->before, read->limit + 1, &failed);
  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, failed);
  return FALSE;
}

static void
write_entry (KdJsonWriter *writer,
             const KdShopHistory *entry)
{
  char text[KD_ID_TEXT_LENGTH + 1];

  kd_json_begin_object (writer);
  kd_json_member (writer, "actor");
  kd_json_string (writer, kd_id_to_text (&entry->actor, text));
  kd_json_member (writer, "at");
  kd_json_int (writer, entry->at);
  kd_json_member (writer, "field");
  kd_json_string (writer, entry->field != NULL ? entry->field->name : NULL);
  kd_json_member (writer, "new");
  kd_json_raw (writer, entry->new != NULL ? entry->new : "null", -1);
  kd_json_member (writer, "number");
  kd_json_int (writer, entry->number);
  kd_json_member (writer, "old");
  kd_json_raw (writer, entry->old != NULL ? entry->old : "null", -1);
  kd_json_member (writer, "op");
  kd_json_string (writer, kd_id_to_text (&entry->op, text));
  kd_json_member (writer, "uid");
  kd_json_string (writer, kd_id_to_text (&entry->uid, text));
  kd_json_end_object (writer);
}

static void
history_read_cb (KdRequest *request,
                 gpointer data,
                 const GError *error)
{
  Read *read = data;
  GString *out;
  KdJsonWriter writer;
  guint n;

  if (!went_well (request, read, error))
    return;
  if (read->history == NULL)
    {
      kd_request_refuse (request, 404, "not_found");
      return;
    }
  n = MIN (read->history->len, read->limit);
  out = g_string_new (NULL);
  writer = KD_JSON_WRITER (out);
  kd_json_begin_object (&writer);
  kd_json_member (&writer, "items");
  kd_json_begin_array (&writer);
  for (guint i = 0; i < n; i++)
    write_entry (&writer, g_ptr_array_index (read->history, i));
  kd_json_end_array (&writer);
  kd_json_member (&writer, "next");
  if (read->history->len > n)
    kd_json_int (&writer, ((KdShopHistory *) g_ptr_array_index (read->history, n - 1))->number);
  else
    kd_json_null (&writer);
  kd_json_end_object (&writer);
  kd_request_answer_json (request, 200, g_string_free (out, FALSE));
}

void
kd_rest_history (KdRequest *request)
{
  const char *kind = kd_request_query (request, "kind"), *id = kd_request_query (request, "id");
  const char *field = kd_request_query (request, "field"), *before = kd_request_query (request, "before");
  Read *read = read_new (request);
  const char *bad = NULL;

  read->limit = KD_REST_PAGE;
  read->kind = kind != NULL ? kd_kind_by_name (kind) : NULL;
  if (read->kind == NULL)
    bad = "kind";
  else if (id == NULL || !kd_id_parse (id, &read->id))
    bad = "id";
  else if (field != NULL && (read->field = kd_shape_find (&read->kind->shape, field)) == NULL)
    bad = "field";
  else if (before != NULL && !g_ascii_string_to_signed (before, 10, 1, G_MAXINT64, &read->before, NULL))
    bad = "before";
  if (bad == NULL)
    kd_request_run_shop (request, &request->shop->id, KD_LANE_READ, history, read, read_free, history_read_cb);
  else
    {
      kd_request_refuse_field (request, bad, "field.type");
      read_free (read);
    }
}
