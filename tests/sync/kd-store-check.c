/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-store-check.h"

#include "kd-sql-kind.h"
#include "kd-store-private.h"
#include "kd-wire-call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
kd_check_fail (const char *whose,
               const char *format,
               ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  printf ("Bail out! %s: %s\n", whose, message);
  fflush (stdout);
  abort ();
}

/* ---- tables of rows ---- */

typedef struct
{
  KdId id;
  guint kind;
} Key;

static guint
key_hash (gconstpointer key)
{
  return kd_id_hash (&((const Key *) key)->id) * 31 + ((const Key *) key)->kind;
}

static gboolean
key_equal (gconstpointer a,
           gconstpointer b)
{
  return ((const Key *) a)->kind == ((const Key *) b)->kind
         && kd_id_equal (&((const Key *) a)->id, &((const Key *) b)->id);
}

static void
row_free (gpointer data)
{
  KdWorldRow *row = data;

  kd_record_free (row->record);
  g_free (row);
}

static GHashTable *
table_new (void)
{
  return g_hash_table_new_full (key_hash, key_equal, g_free, row_free);
}

/* @record: (transfer full) */
static void
add_record (GHashTable *table,
            KdRecord *record)
{
  Key *key = g_new0 (Key, 1);
  KdWorldRow *row = g_new0 (KdWorldRow, 1);

  key->kind = record->kind->number;
  key->id = record->id;
  row->record = record;
  g_hash_table_replace (table, key, row);
}

static guint64
hash_of (KdWorldRow *row)
{
  if (row->hash == 0)
    row->hash = kd_wire_row_hash (row->record);
  return row->hash;
}

static GPtrArray *
load_kind (KdSqlConnection *connection,
           const KdKind *kind,
           const KdId *shop)
{
  KdSqlForm form = shop != NULL ? KD_SQL_FORM_SERVER : KD_SQL_FORM_DEVICE;
  g_autofree char *columns = kd_sql_kind_columns (kind, form, NULL);
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM \"%s\"", columns, kind->shape.name);
  GError *error = NULL;
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (connection, sql, &error);
  GPtrArray *records = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_record_free);

  g_assert_no_error (error);
  while (kd_sql_step (read, &error) == KD_SQL_ROW)
    g_ptr_array_add (records, kd_sql_kind_read (read, kind, form, 0));
  g_assert_no_error (error);
  return records;
}

GPtrArray *
kd_check_load (KdSqlConnection *connection,
          const KdId *shop)
{
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_record_free);
  guint n;
  const KdKind *const *kinds = kd_kinds (&n);

  for (guint k = 0; k < n; k++)
    g_ptr_array_extend_and_steal (all, load_kind (connection, kinds[k], shop));
  return all;
}

GHashTable *
kd_check_table (GPtrArray *records)
{
  GHashTable *table = table_new ();

  for (guint i = 0; i < records->len; i++)
    add_record (table, kd_record_copy (records->pdata[i]));
  return table;
}

void
kd_check_ledger (const char *whose,
                 GPtrArray *records)
{
  g_autoptr (GHashTable) sums = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GHashTable) held = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < records->len; i++)
    {
      const KdRecord *record = records->pdata[i];
      gboolean move = record->kind == &kd_kind_stock_move;
      const KdId *variant = move ? &((const KdStockMove *) record)->variant : &((const KdReservation *) record)->variant;
      const KdId *location = move ? &((const KdStockMove *) record)->location : &((const KdReservation *) record)->location;
      GHashTable *table = move ? sums : held;
      char a[KD_ID_TEXT_LENGTH + 1], b[KD_ID_TEXT_LENGTH + 1];
      g_autofree char *key = NULL;
      gint64 *sum;

      if (!move && record->kind != &kd_kind_reservation)
        continue;
      key = g_strdup_printf ("%s %s", kd_id_to_text (variant, a), kd_id_to_text (location, b));
      sum = g_hash_table_lookup (table, key);
      if (sum == NULL)
        g_hash_table_insert (table, g_strdup (key), sum = g_new0 (gint64, 1));
      *sum += move ? ((const KdStockMove *) record)->quantity : ((const KdReservation *) record)->quantity;
    }
  for (guint i = 0; i < records->len; i++)
    {
      const KdStockLevel *level = records->pdata[i];
      char a[KD_ID_TEXT_LENGTH + 1], b[KD_ID_TEXT_LENGTH + 1];
      g_autofree char *key = NULL;
      const gint64 *sum, *reserved;

      if (level->parent.kind != &kd_kind_stock_level)
        continue;
      key = g_strdup_printf ("%s %s", kd_id_to_text (&level->variant, a), kd_id_to_text (&level->location, b));
      sum = g_hash_table_lookup (sums, key);
      reserved = g_hash_table_lookup (held, key);
      if (level->on_hand != (sum != NULL ? *sum : 0) || level->reserved != (reserved != NULL ? *reserved : 0))
        kd_check_fail (whose, "level %s says %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT
                 ", its movements %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT, key,
                 level->on_hand, level->reserved, sum != NULL ? *sum : 0, reserved != NULL ? *reserved : 0);
      g_hash_table_remove (sums, key);
      g_hash_table_remove (held, key);
    }
  kd_check (whose, g_hash_table_size (held) == 0);
  {
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, sums);
    while (g_hash_table_iter_next (&iter, NULL, &value))
      kd_check (whose, *(gint64 *) value == 0);
  }
}

/* ---- comparing ---- */

static void
differ (const char *whose,
        const char *what,
        const KdRecord *a,
        const KdRecord *b)
{
  const KdRecord *any = a != NULL ? a : b;
  g_autofree char *one = a != NULL ? kd_wire_canonical (a) : g_strdup ("none");
  g_autofree char *other = b != NULL ? kd_wire_canonical (b) : g_strdup ("none");
  char text[KD_ID_TEXT_LENGTH + 1];

  kd_check_fail (whose, "%s: %s %s\n  %s (%" G_GINT64_FORMAT ")\n  %s (%" G_GINT64_FORMAT ")",
                 what, any->kind->shape.name, kd_id_to_text (&any->id, text), one, a != NULL ? a->seq : 0, other,
           b != NULL ? b->seq : 0);
}

void
kd_check_same (const char *whose,
               const char *what,
               GHashTable *truth,
               GHashTable *rows,
               KdScopes scopes,
               gboolean seq)
{
  GHashTableIter iter;
  gpointer key, value;
  guint n = 0;

  g_hash_table_iter_init (&iter, truth);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      KdWorldRow *theirs = value, *ours;

      if ((1u << kd_record_get_scope (theirs->record) & scopes) == 0)
        continue;
      n++;
      ours = g_hash_table_lookup (rows, key);
      if (ours == NULL || !kd_record_equal (theirs->record, ours->record)
          || (seq && (theirs->record->seq != ours->record->seq || !kd_id_equal (&theirs->record->by, &ours->record->by))))
        differ (whose, what, theirs->record, ours != NULL ? ours->record : NULL);
      ours->hash = hash_of (theirs);
    }
  if (n == g_hash_table_size (rows))
    return;
  g_hash_table_iter_init (&iter, rows);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const KdWorldRow *theirs = g_hash_table_lookup (truth, key);

      if (theirs == NULL || (1u << kd_record_get_scope (theirs->record) & scopes) == 0)
        differ (whose, what, NULL, ((KdWorldRow *) value)->record);
    }
}

void
kd_check_same_bytes (const char *whose,
                     GHashTable *truth,
                     GHashTable *rows)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, rows);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const KdWorldRow *theirs = g_hash_table_lookup (truth, key);
      g_autofree char *a = kd_wire_canonical (theirs->record);
      g_autofree char *b = kd_wire_canonical (((KdWorldRow *) value)->record);

      if (strcmp (a, b) != 0)
        differ (whose, "not the same bytes", theirs->record, ((KdWorldRow *) value)->record);
    }
}

/* ---- a device ---- */

void
kd_look_clear (KdLook *look)
{
  g_clear_pointer (&look->screen, g_ptr_array_unref);
  g_clear_pointer (&look->base, g_ptr_array_unref);
  g_clear_pointer (&look->tombstones, g_array_unref);
  g_clear_pointer (&look->outbox, g_array_unref);
  g_clear_pointer (&look->refused, g_array_unref);
  g_clear_pointer (&look->digests, g_hash_table_unref);
}

static void
look_at_base (KdLook *look,
              KdSqlConnection *connection)
{
  g_autoptr (GHashTable) pending = g_hash_table_new_full (key_hash, key_equal, g_free, NULL);
  g_autoptr (KdSqlStatement) read
    = kd_sql_prepare (connection, "SELECT kind, row_id, data FROM base_row", NULL);

  while (kd_sql_step (read, NULL) == KD_SQL_ROW)
    {
      KdWireRow row = { 0 };
      Key *key = g_new0 (Key, 1);

      key->kind = (guint) kd_sql_column_int64 (read, 0);
      kd_sql_column_id (read, 1, &key->id);
      g_hash_table_add (pending, key);
      if (kd_sql_column_is_null (read, 2))
        continue;
      g_assert_true (kd_wire_row_parse (kd_sql_column_text (read, 2), -1, &row, NULL));
      g_ptr_array_add (look->base, g_steal_pointer (&row.record));
      kd_wire_row_clear (&row);
    }
  for (guint i = 0; i < look->screen->len; i++)
    {
      const KdRecord *record = look->screen->pdata[i];
      Key key = { .id = record->id, .kind = record->kind->number };

      if (!g_hash_table_contains (pending, &key))
        g_ptr_array_add (look->base, kd_record_copy (record));
    }
}

static gpointer
look_cb (KdStore *store,
         KdSqlConnection *connection,
         gpointer data,
         GError **error)
{
  KdLook *look = data;
  g_autoptr (KdSqlStatement) outbox = kd_sql_prepare (
    connection,
    "SELECT " KD_OUTBOX_COLUMNS ", refused_here IS NOT NULL FROM outbox ORDER BY mut_no IS NULL, mut_no, id", NULL);
  g_autoptr (KdSqlStatement) digests = kd_sql_prepare (connection, "SELECT scope, kind, n, sum FROM digest", NULL);
  g_autoptr (KdSqlStatement) gone = kd_sql_prepare (connection, "SELECT kind, row_id FROM tombstone", NULL);

  look->screen = kd_check_load (connection, NULL);
  look->base = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_record_free);
  look->tombstones = g_array_new (FALSE, TRUE, sizeof (KdWireRow));
  look->outbox = g_array_new (FALSE, FALSE, sizeof (KdOutboxEntry));
  g_array_set_clear_func (look->outbox, (GDestroyNotify) kd_outbox_entry_clear);
  look->refused = g_array_new (FALSE, FALSE, sizeof (gboolean));
  look->digests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  look_at_base (look, connection);
  while (kd_sql_step (outbox, NULL) == KD_SQL_ROW)
    {
      KdOutboxEntry entry;
      gboolean refused = kd_sql_column_int64 (outbox, 9) != 0;

      kd_outbox_entry_read (outbox, &entry);
      g_array_append_val (look->outbox, entry);
      g_array_append_val (look->refused, refused);
    }
  while (kd_sql_step (digests, NULL) == KD_SQL_ROW)
    {
      KdDigest *digest = g_new0 (KdDigest, 1);

      digest->n = kd_sql_column_int64 (digests, 2);
      digest->sum = (guint64) kd_sql_column_int64 (digests, 3);
      g_hash_table_insert (look->digests,
                           g_strdup_printf ("%d/%d", (int) kd_sql_column_int64 (digests, 0),
                                            (int) kd_sql_column_int64 (digests, 1)), digest);
    }
  while (kd_sql_step (gone, NULL) == KD_SQL_ROW)
    {
      KdWireRow row = { .kind_number = (guint) kd_sql_column_int64 (gone, 0) };

      kd_sql_column_id (gone, 1, &row.id);
      g_array_append_val (look->tombstones, row);
    }
  return GINT_TO_POINTER (1);
}

void
kd_look_init (KdLook *look,
              KdStore *store)
{
  GError *error = NULL;

  *look = (KdLook){ .store = store };
  kd_store_read (store, look_cb, look, &error);
  g_assert_no_error (error);
}

void
kd_check_digests (const char *whose,
                  KdLook *look,
                  GHashTable *base)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, base);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      KdWorldRow *row = value;
      g_autofree char *name
        = g_strdup_printf ("%d/%u", (int) kd_record_get_scope (row->record), row->record->kind->number);
      KdDigest *digest = g_hash_table_lookup (look->digests, name);

      kd_check (whose, digest != NULL);
      digest->n--;
      digest->sum -= hash_of (row);
    }
  g_hash_table_iter_init (&iter, look->digests);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const KdDigest *digest = value;
      kd_check (whose, digest->n == 0 && digest->sum == 0);
    }
}

static KdMemoryRows *
replay (const char *whose,
        KdLook *look)
{
  KdMemoryRows *memory = kd_memory_rows_new ();

  for (guint i = 0; i < look->tombstones->len; i++)
    {
      const KdWireRow *row = &g_array_index (look->tombstones, KdWireRow, i);
      const KdKind *kind = kd_kind_by_number (row->kind_number);
      KdRecord *record = kd_record_new (kind);

      record->id = row->id;
      kd_rows_put (kd_memory_rows_get_rows (memory), record);
      kd_rows_remove (kd_memory_rows_get_rows (memory), kind, &row->id);
    }
  for (guint i = 0; i < look->base->len; i++)
    kd_rows_put (kd_memory_rows_get_rows (memory), kd_record_copy (look->base->pdata[i]));
  for (guint i = 0; i < look->outbox->len; i++)
    {
      const KdOutboxEntry *entry = &g_array_index (look->outbox, KdOutboxEntry, i);
      g_autoptr (KdCall) call = kd_wire_call_parse (entry->name, entry->ver, entry->args, KD_WIRE_READ_OWN, NULL);
      g_auto (KdOutcome) outcome = { 0 };
      gboolean refused = g_array_index (look->refused, gboolean, i), applied;
      KdMemoryRows *before = refused ? kd_memory_rows_copy (memory) : NULL;
      KdContext ctx;

      g_assert_nonnull (call);
      kd_store_context (look->store, entry, &ctx);
      applied = kd_mutation_apply (call->mutation, kd_memory_rows_get_rows (memory), &ctx, call->args, &outcome);
      if (applied == refused)
        kd_check_fail (whose, "%s %s is %s here: %s", entry->name, entry->args, applied ? "not refused" : "refused", outcome.code);
      if (refused)
        {
          kd_memory_rows_free (memory);
          memory = before;
        }
    }
  return memory;
}

static void
add_record_cb (gpointer record,
               gpointer table)
{
  add_record (table, kd_record_copy (record));
}

void
kd_check_screen (const char *whose,
                 KdLook *look)
{
  g_autoptr (GHashTable) replayed = table_new ();
  g_autoptr (GHashTable) screen = NULL;
  KdMemoryRows *memory;
  guint n;
  const KdKind *const *kinds = kd_kinds (&n);

  if (look->outbox->len == 0)
    {
      kd_check (whose, kd_check_count (look->store, "SELECT count(*) FROM base_row") == 0);
      return;
    }
  memory = replay (whose, look);
  screen = kd_check_table (look->screen);
  for (guint k = 0; k < n; k++)
    kd_memory_rows_foreach (memory, kinds[k], add_record_cb, replayed);
  kd_check_same (whose, "the screen is not base and what waits", replayed, screen, KD_SCOPES_ALL, FALSE);
  kd_memory_rows_free (memory);
}

void
kd_check_store (const char *whose,
                KdStore *store)
{
  g_auto (KdLook) look = { 0 };
  g_autoptr (GHashTable) base = NULL;

  kd_look_init (&look, store);
  base = kd_check_table (look.base);
  kd_check_digests (whose, &look, base);
  kd_check_screen (whose, &look);
  kd_check_ledger (whose, look.screen);
}

static gpointer
count_cb (KdStore *store,
          KdSqlConnection *connection,
          gpointer data,
          GError **error)
{
  gpointer *question = data;

  kd_sql_query_int64 (connection, question[0], 0, question[1], error);
  return NULL;
}

gint64
kd_check_count (KdStore *store,
                const char *sql)
{
  gint64 number = 0;
  gpointer question[2] = { (gpointer) sql, &number };
  GError *error = NULL;

  kd_store_read (store, count_cb, question, &error);
  g_assert_no_error (error);
  return number;
}
