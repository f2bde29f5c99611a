/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-wire-changes.h"

#include "kd-wire-message-private.h"

#include <string.h>

#define CURSOR_PARTS 5
#define CURSOR_MAX_BYTES 256

#define KD_STRUCT KdChanges
static const KdField changes_fields[] = {
  KD_M (proto, INT, KD_COUNT),
  KD_M (schema, INT, KD_COUNT),
  KD_M (from, TEXT, .max = CURSOR_MAX_BYTES),
  KD_M (next, TEXT, .max = CURSOR_MAX_BYTES),
  KD_M (more, BOOL),
  KD_M (last_mut, INT, KD_COUNT),
  KD_M (chain, BLOB_HASH),
  KD_M (head, INT, KD_COUNT),
  KD_M (mark, ID),
  KD_M (now, INT),
};
static const KdShape changes_shape = KD_MESSAGE ("changes", KdChanges, changes_fields);
#undef KD_STRUCT

char *
kd_cursor_to_text (const KdCursor *cursor)
{
  char shop[KD_ID_TEXT_LENGTH + 1], epoch[KD_ID_TEXT_LENGTH + 1];

  return g_strdup_printf ("%s.%s.%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT ".%x",
                          kd_id_to_text (&cursor->shop, shop), kd_id_to_text (&cursor->epoch, epoch),
                          cursor->seq, cursor->full_start, cursor->scopes);
}

gboolean
kd_cursor_parse (const char *text,
                 KdCursor *ret_cursor)
{
  g_auto (GStrv) parts = NULL;
  guint64 seq, full_start, scopes;
  KdCursor cursor;

  if (strlen (text) > CURSOR_MAX_BYTES)
    return FALSE;
  parts = g_strsplit (text, ".", -1);
  if (g_strv_length (parts) != CURSOR_PARTS
      || !kd_id_parse (parts[0], &cursor.shop)
      || !kd_id_parse (parts[1], &cursor.epoch)
      || !g_ascii_string_to_unsigned (parts[2], 10, 0, G_MAXINT64, &seq, NULL)
      || !g_ascii_string_to_unsigned (parts[3], 10, 0, G_MAXINT64, &full_start, NULL)
      || !g_ascii_string_to_unsigned (parts[4], 16, 0, G_MAXUINT32, &scopes, NULL))
    return FALSE;
  cursor.seq = (gint64) seq;
  cursor.full_start = (gint64) full_start;
  cursor.scopes = (KdScopes) scopes;
  *ret_cursor = cursor;
  return TRUE;
}

void
kd_wire_row_clear (KdWireRow *row)
{
  g_clear_pointer (&row->record, kd_record_free);
}

KdChanges *
kd_changes_new (void)
{
  KdChanges *changes = kd_shape_new (&changes_shape);

  changes->proto = KD_PROTO;
  changes->schema = KD_SCHEMA;
  changes->results = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_result_free);
  changes->digests = g_array_new (FALSE, TRUE, sizeof (KdDigest));
  changes->rows = g_array_new (FALSE, TRUE, sizeof (KdWireRow));
  g_array_set_clear_func (changes->rows, (GDestroyNotify) kd_wire_row_clear);
  changes->written = g_string_new (NULL);
  return changes;
}

void
kd_changes_free (KdChanges *changes)
{
  if (changes == NULL)
    return;
  g_ptr_array_unref (changes->results);
  g_array_unref (changes->digests);
  g_array_unref (changes->rows);
  g_string_free (changes->written, TRUE);
  kd_shape_free (&changes_shape, changes);
}

static void
begin_row (KdJsonWriter *writer,
           guint kind,
           const KdId *id,
           gint64 seq,
           const char *op)
{
  char text[KD_ID_TEXT_LENGTH + 1];

  kd_json_begin_array (writer);
  kd_json_int (writer, kind);
  kd_json_string (writer, kd_id_to_text (id, text));
  kd_json_int (writer, seq);
  kd_json_string (writer, op);
}

static void
write_record (KdJsonWriter *writer,
              const KdRecord *record,
              const char *canonical)
{
  char by[KD_ID_TEXT_LENGTH + 1];

  begin_row (writer, record->kind->number, &record->id, record->seq, "U");
  if (canonical != NULL)
    kd_json_raw (writer, canonical, -1);
  else
    kd_wire_write_record (writer, record, 0);
  if (!kd_id_is_none (&record->by))
    kd_json_string (writer, kd_id_to_text (&record->by, by));
  kd_json_end_array (writer);
}

static void
write_tombstone (KdJsonWriter *writer,
                 guint kind,
                 const KdId *id,
                 gint64 seq,
                 const KdId *moved_to)
{
  char text[KD_ID_TEXT_LENGTH + 1];

  begin_row (writer, kind, id, seq, "D");
  kd_json_begin_object (writer);
  if (moved_to != NULL && !kd_id_is_none (moved_to))
    {
      kd_json_member (writer, "moved_to");
      kd_json_string (writer, kd_id_to_text (moved_to, text));
    }
  kd_json_end_object (writer);
  kd_json_end_array (writer);
}

gsize
kd_changes_add_record (KdChanges *changes,
                       const KdRecord *record,
                       const char *canonical)
{
  KdJsonWriter writer = { changes->written, changes->n_written++ > 0 };

  write_record (&writer, record, canonical);
  return changes->written->len;
}

gsize
kd_changes_add_tombstone (KdChanges *changes,
                          guint kind,
                          const KdId *id,
                          gint64 seq,
                          const KdId *moved_to)
{
  KdJsonWriter writer = { changes->written, changes->n_written++ > 0 };

  write_tombstone (&writer, kind, id, seq, moved_to);
  return changes->written->len;
}

static void
write_digests (KdJsonWriter *writer,
               GArray *digests)
{
  kd_json_member (writer, "digest");
  kd_json_begin_array (writer);
  for (guint i = 0; i < digests->len; i++)
    {
      const KdDigest *digest = &g_array_index (digests, KdDigest, i);
      char sum[KD_SUM_TEXT_LENGTH + 1];

      kd_json_begin_array (writer);
      kd_json_int (writer, digest->scope);
      kd_json_int (writer, digest->kind);
      kd_json_int (writer, digest->n);
      kd_json_string (writer, kd_wire_sum_to_text (digest->sum, sum));
      kd_json_end_array (writer);
    }
  kd_json_end_array (writer);
}

char *
kd_changes_to_json (const KdChanges *changes,
                    gsize *ret_len)
{
  GString *out = g_string_sized_new (changes->written->len + 1024);
  KdJsonWriter writer = KD_JSON_WRITER (out);

  kd_json_begin_object (&writer);
  kd_message_write (&writer, &changes_shape, changes);
  if (!changes->more)
    write_digests (&writer, changes->digests);
  kd_results_write (&writer, changes->results);
  kd_json_member (&writer, "rows");
  kd_json_begin_array (&writer);
  if (changes->n_written > 0)
    kd_json_raw (&writer, changes->written->str, (gssize) changes->written->len);
  kd_json_end_array (&writer);
  kd_json_end_object (&writer);
  return kd_message_end (out, ret_len);
}

/* Element @i as a whole number of 0 to @max. */
static gboolean
get_number (JsonArray *array,
            guint i,
            gint64 max,
            gint64 *ret_value)
{
  JsonNode *node = i < json_array_get_length (array) ? json_array_get_element (array, i) : NULL;

  if (node == NULL || json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;
  *ret_value = json_node_get_int (node);
  return *ret_value >= 0 && *ret_value <= max;
}

/* (nullable) (transfer none) */
static const char *
get_string (JsonArray *array,
            guint i)
{
  JsonNode *node = i < json_array_get_length (array) ? json_array_get_element (array, i) : NULL;

  if (node == NULL || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}

static gboolean
get_id (const char *text,
        KdId *ret_id)
{
  return text != NULL && kd_id_parse (text, ret_id);
}

static gboolean
bad_row (int index,
         GError **error)
{
  g_autofree char *path = index >= 0 ? g_strdup_printf ("rows/%d", index) : NULL;

  return kd_message_fail (error, KD_WIRE_BAD_TYPE, path);
}

static gboolean
read_tombstone (KdWireRow *row,
                JsonObject *json,
                int index,
                GError **error)
{
  JsonNode *moved = json_object_get_member (json, "moved_to");

  row->deleted = TRUE;
  if (moved != NULL && !JSON_NODE_HOLDS_NULL (moved)
      && (json_node_get_value_type (moved) != G_TYPE_STRING
          || !get_id (json_node_get_string (moved), &row->moved_to)))
    return bad_row (index, error);
  return TRUE;
}

/* @index: in a page's rows, or -1 */
static gboolean
read_row (JsonNode *node,
          int index,
          KdWireRow *row,
          GError **error)
{
  JsonArray *array;
  gint64 kind;
  const char *op;
  JsonNode *fields;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return bad_row (index, error);
  array = json_node_get_array (node);
  op = get_string (array, 3);
  if (!get_number (array, 0, G_MAXUINT16, &kind) || !get_id (get_string (array, 1), &row->id)
      || !get_number (array, 2, G_MAXINT64, &row->seq) || op == NULL
      || json_array_get_length (array) < 5
      || !JSON_NODE_HOLDS_OBJECT (fields = json_array_get_element (array, 4)))
    return bad_row (index, error);
  row->kind_number = (guint) kind;
  row->kind = kd_kind_by_number (row->kind_number);
  if (strcmp (op, "D") == 0)
    return read_tombstone (row, json_node_get_object (fields), index, error);
  if (strcmp (op, "U") != 0)
    return bad_row (index, error);
  if (row->kind == NULL)
    return TRUE;
  row->record = kd_record_new (row->kind);
  row->record->id = row->id;
  row->record->seq = row->seq;
  if (json_array_get_length (array) > 5 && !get_id (get_string (array, 5), &row->record->by))
    return bad_row (index, error);
  return kd_wire_read_within (index >= 0 ? "rows" : NULL, index, &row->kind->shape,
                              json_node_get_object (fields), row->record, KD_WIRE_READ_PULL,
                              &row->record->extra, error);
}

static gboolean
read_rows (JsonObject *json,
           GArray *rows,
           GError **error)
{
  JsonArray *array;
  guint n;

  if (!kd_message_get_array (json, "rows", G_MAXINT, &array, error))
    return FALSE;
  n = array != NULL ? json_array_get_length (array) : 0;
  g_array_set_size (rows, n);
  for (guint i = 0; i < n; i++)
    if (!read_row (json_array_get_element (array, i), (int) i, &g_array_index (rows, KdWireRow, i),
                   error))
      return FALSE;
  return TRUE;
}

static gboolean
read_digests (JsonObject *json,
              GArray *digests,
              GError **error)
{
  JsonArray *array;

  if (!kd_message_get_array (json, "digest", G_MAXINT, &array, error))
    return FALSE;
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      JsonArray *parts;
      gint64 scope, kind;
      const char *sum;
      KdDigest digest;

      if (!JSON_NODE_HOLDS_ARRAY (node))
        return kd_message_fail (error, KD_WIRE_BAD_TYPE, "digest");
      parts = json_node_get_array (node);
      sum = get_string (parts, 3);
      if (!get_number (parts, 0, G_MAXUINT16, &scope) || !get_number (parts, 1, G_MAXUINT16, &kind)
          || !get_number (parts, 2, G_MAXINT64, &digest.n) || sum == NULL
          || !kd_wire_sum_parse (sum, &digest.sum))
        return kd_message_fail (error, KD_WIRE_BAD_TYPE, "digest");
      digest.scope = (guint) scope;
      digest.kind = (guint) kind;
      g_array_append_val (digests, digest);
    }
  return TRUE;
}

KdChanges *
kd_changes_parse (const char *text,
                  gssize len,
                  GError **error)
{
  g_autoptr (JsonNode) node = kd_json_parse_object (text, len, KD_ANSWER_MAX_BYTES, error);
  g_autoptr (KdChanges) changes = NULL;
  JsonObject *json;

  if (node == NULL)
    return NULL;
  json = json_node_get_object (node);
  changes = kd_changes_new ();
  if (!kd_message_read (&changes_shape, NULL, -1, json, changes, error)
      || !kd_results_read (json, changes->results, error)
      || !read_digests (json, changes->digests, error)
      || !read_rows (json, changes->rows, error))
    return NULL;
  return g_steal_pointer (&changes);
}

char *
kd_wire_row_to_text (const KdWireRow *row)
{
  GString *out = g_string_sized_new (256);
  KdJsonWriter writer = KD_JSON_WRITER (out);

  if (row->deleted)
    write_tombstone (&writer, row->kind_number, &row->id, row->seq, &row->moved_to);
  else
    write_record (&writer, row->record, NULL);
  return g_string_free (out, FALSE);
}

gboolean
kd_wire_row_parse (const char *text,
                   gssize len,
                   KdWireRow *ret_row,
                   GError **error)
{
  g_autoptr (JsonNode) node = kd_json_parse (text, len, KD_WIRE_RECORD_MAX, error);
  g_auto (KdWireRow) row = { 0 };

  if (node == NULL || !read_row (node, -1, &row, error))
    return FALSE;
  *ret_row = row;
  row.record = NULL;
  return TRUE;
}
