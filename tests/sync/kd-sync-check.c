/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sync-world.h"

#include "kd-sql-kind.h"
#include "kd-store-private.h"
#include "kd-wire-call.h"

#include <string.h>

/* The invariants of SYNC 4.1. */

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

static GPtrArray *
load_all (KdSqlConnection *connection,
          const KdId *shop)
{
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_record_free);
  guint n;
  const KdKind *const *kinds = kd_kinds (&n);

  for (guint k = 0; k < n; k++)
    g_ptr_array_extend_and_steal (all, load_kind (connection, kinds[k], shop));
  return all;
}

static GHashTable *
to_table (GPtrArray *records)
{
  GHashTable *table = table_new ();

  for (guint i = 0; i < records->len; i++)
    add_record (table, kd_record_copy (records->pdata[i]));
  return table;
}

GHashTable *
kd_sync_world_server_rows (KdSyncWorld *world)
{
  g_autoptr (GPtrArray) all = load_all (world->server, &world->shop.id);
  return to_table (all);
}

/* ---- snapshots ---- */

/* Every value on hand is the sum of its movements, every reserved one of its reservations. */
static void
check_ledger (KdSyncWorld *world,
              GPtrArray *records,
              const char *whose)
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
        g_error ("seed %" G_GUINT64_FORMAT ": %s: level %s says %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT
                 ", its movements %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT, world->seed, whose, key,
                 level->on_hand, level->reserved, sum != NULL ? *sum : 0, reserved != NULL ? *reserved : 0);
      g_hash_table_remove (sums, key);
      g_hash_table_remove (held, key);
    }
  kd_world_assert (world, g_hash_table_size (held) == 0);
  {
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, sums);
    while (g_hash_table_iter_next (&iter, NULL, &value))
      kd_world_assert (world, *(gint64 *) value == 0);
  }
}

void
kd_sync_world_note_snapshot (KdSyncWorld *world)
{
  gint64 head = kd_shop_get_head (world->server, &world->shop, NULL, NULL);
  g_autoptr (GPtrArray) all = NULL;

  if (head == world->last_snapshot)
    return;
  all = load_all (world->server, &world->shop.id);
  check_ledger (world, all, "server");
  g_hash_table_insert (world->snapshots, g_memdup2 (&head, sizeof head), to_table (all));
  world->last_snapshot = head;
}

/* ---- comparing ---- */

static void
differ (KdSyncWorld *world,
        const char *what,
        const KdRecord *a,
        const KdRecord *b)
{
  const KdRecord *any = a != NULL ? a : b;
  g_autofree char *one = a != NULL ? kd_wire_canonical (a) : g_strdup ("none");
  g_autofree char *other = b != NULL ? kd_wire_canonical (b) : g_strdup ("none");
  char text[KD_ID_TEXT_LENGTH + 1];

  g_error ("seed %" G_GUINT64_FORMAT ": %s: %s %s\n  %s (%" G_GINT64_FORMAT ")\n  %s (%" G_GINT64_FORMAT ")", world->seed,
           what, any->kind->shape.name, kd_id_to_text (&any->id, text), one, a != NULL ? a->seq : 0, other,
           b != NULL ? b->seq : 0);
}

/* @truth: what is in @scopes; all of @rows. What is the same shares its hash. */
static void
assert_same (KdSyncWorld *world,
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
        differ (world, what, theirs->record, ours != NULL ? ours->record : NULL);
      ours->hash = hash_of (theirs);
    }
  if (n == g_hash_table_size (rows))
    return;
  g_hash_table_iter_init (&iter, rows);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const KdWorldRow *theirs = g_hash_table_lookup (truth, key);

      if (theirs == NULL || (1u << kd_record_get_scope (theirs->record) & scopes) == 0)
        differ (world, what, NULL, ((KdWorldRow *) value)->record);
    }
}

/* Byte for byte, as the wire has them. */
static void
assert_same_bytes (KdSyncWorld *world,
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
        differ (world, "not the same bytes", theirs->record, ((KdWorldRow *) value)->record);
    }
}

/* ---- a device ---- */

typedef struct
{
  KdSyncDevice *device;
  GPtrArray *screen, *base;     /* records */
  GArray *tombstones;           /* of KdWireRow: kind and id */
  GArray *outbox;               /* of KdOutboxEntry */
  GArray *refused;              /* of gboolean: marked so */
  GHashTable *digests;          /* "scope/kind" -> KdDigest */
} Look;

static void
look_clear (Look *look)
{
  g_ptr_array_unref (look->screen);
  g_ptr_array_unref (look->base);
  g_array_unref (look->tombstones);
  g_array_unref (look->outbox);
  g_array_unref (look->refused);
  g_hash_table_unref (look->digests);
}

static void
look_at_base (Look *look,
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
  Look *look = data;
  g_autoptr (KdSqlStatement) outbox = kd_sql_prepare (
    connection,
    "SELECT " KD_OUTBOX_COLUMNS ", refused_here IS NOT NULL FROM outbox ORDER BY mut_no IS NULL, mut_no, id", NULL);
  g_autoptr (KdSqlStatement) digests = kd_sql_prepare (connection, "SELECT scope, kind, n, sum FROM digest", NULL);
  g_autoptr (KdSqlStatement) gone = kd_sql_prepare (connection, "SELECT kind, row_id FROM tombstone", NULL);

  look->screen = load_all (connection, NULL);
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

static void
look_at (KdSyncDevice *device,
         Look *look)
{
  GError *error = NULL;

  *look = (Look){ .device = device };
  kd_store_read (device->store, look_cb, look, &error);
  g_assert_no_error (error);
}

/* I2 at each moment: base is one snapshot of the server, and the digests are its digests. */
static void
check_base (Look *look)
{
  KdSyncWorld *world = look->device->world;
  g_autoptr (GHashTable) base = to_table (look->base);
  const KdStoreIdentity *identity = kd_store_get_identity (look->device->store);
  GHashTable *snapshot = g_hash_table_lookup (world->snapshots, &look->device->base_head);
  GHashTableIter iter;
  gpointer key, value;

  if (look->device->base_head > 0)
    {
      kd_world_assert (world, snapshot != NULL);
      assert_same (world, "base is not the server's snapshot", snapshot, base, identity->scopes, TRUE);
    }
  g_hash_table_iter_init (&iter, base);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      KdWorldRow *row = value;
      g_autofree char *name
        = g_strdup_printf ("%d/%u", (int) kd_record_get_scope (row->record), row->record->kind->number);
      KdDigest *digest = g_hash_table_lookup (look->digests, name);

      kd_world_assert (world, digest != NULL);
      digest->n--;
      digest->sum -= hash_of (row);
    }
  g_hash_table_iter_init (&iter, look->digests);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const KdDigest *digest = value;
      kd_world_assert (world, digest->n == 0 && digest->sum == 0);
    }
}

/* I3, I4: what the screen shows is base and the waiting entries run again, in memory. */
static KdMemoryRows *
replay (Look *look)
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
      KdMemoryRows *before = kd_memory_rows_copy (memory);
      KdContext ctx;
      gboolean applied;

      g_assert_nonnull (call);
      kd_store_context (look->device->store, entry, &ctx);
      applied = kd_mutation_apply (call->mutation, kd_memory_rows_get_rows (memory), &ctx, call->args, &outcome);
      if (applied == g_array_index (look->refused, gboolean, i))
        g_error ("seed %" G_GUINT64_FORMAT ": device %u: %s %s is %s here: %s", look->device->world->seed,
                 look->device->n, entry->name, entry->args, applied ? "not refused" : "refused", outcome.code);
      kd_memory_rows_free (applied ? before : memory);
      if (!applied)
        memory = before;
    }
  return memory;
}

static void
add_record_cb (gpointer record,
               gpointer table)
{
  add_record (table, kd_record_copy (record));
}

static void
check_screen (Look *look)
{
  g_autoptr (GHashTable) replayed = table_new ();
  g_autoptr (GHashTable) screen = NULL;
  KdMemoryRows *memory;
  guint n;
  const KdKind *const *kinds = kd_kinds (&n);

  if (look->outbox->len == 0)
    {
      kd_world_assert (look->device->world, kd_sync_device_count (look->device, "SELECT count(*) FROM base_row") == 0);
      return;
    }
  memory = replay (look);
  screen = to_table (look->screen);
  for (guint k = 0; k < n; k++)
    kd_memory_rows_foreach (memory, kinds[k], add_record_cb, replayed);
  assert_same (look->device->world, "the screen is not base and what waits", replayed, screen, KD_SCOPES_ALL, FALSE);
  kd_memory_rows_free (memory);
}

/* I1, I3: what a device promised either waits, or is archived with its result; a refused one is in
 * the list of problems. */
static void
check_promises (KdSyncDevice *device)
{
  KdSyncWorld *world = device->world;
  gint64 issued = 0;
  GHashTableIter iter;
  gpointer value;

  if (device->base_head < 0)
    return;
  g_hash_table_iter_init (&iter, world->issued);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    issued += ((KdIssued *) value)->device == device && !((KdIssued *) value)->discarded;
  kd_world_assert (world, issued == kd_sync_device_count (device, "SELECT (SELECT count(*) FROM outbox)"
                                                                  " + (SELECT count(*) FROM outbox_done)"));
  kd_world_assert (world, kd_sync_device_count (
    device, "SELECT count(*) FROM outbox o JOIN outbox_done d ON d.uid=o.uid") == 0);
  kd_world_assert (world, kd_sync_device_count (
    device, "SELECT count(*) FROM outbox_done d WHERE d.status IS NULL OR (d.status<>0)<>EXISTS("
            "SELECT 1 FROM sync_problem p WHERE p.uid=d.uid)") == 0);
}

void
kd_sync_device_check (KdSyncDevice *device)
{
  Look look;

  if (device->world->quiet)
    return;
  look_at (device, &look);
  check_base (&look);
  check_screen (&look);
  check_ledger (device->world, look.screen, "screen");
  check_promises (device);
  look_clear (&look);
}

void
kd_sync_world_check (KdSyncWorld *world)
{
  for (guint i = 0; i < world->devices->len; i++)
    kd_sync_device_check (world->devices->pdata[i]);
}

/* ---- the end ---- */

/* I1: the server ran each promised mutation exactly once, and knows of no other. */
static void
check_exactly_once (KdSyncWorld *world)
{
  GHashTableIter iter;
  gpointer key, value;
  gint64 n = 0;

  g_hash_table_iter_init (&iter, world->issued);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const KdIssued *issued = value;
      GError *error = NULL;
      g_autoptr (KdSqlStatement) read
        = kd_sql_prepare (world->server, "SELECT count(*), max(status) FROM mut_done WHERE uid=?1", &error);

      g_assert_no_error (error);
      kd_sql_bind_id (read, 1, key);
      g_assert_true (kd_sql_step (read, &error) == KD_SQL_ROW);
      kd_world_assert (world, kd_sql_column_int64 (read, 0) == (issued->discarded ? 0 : 1));
      n += !issued->discarded;
      world->n_refused += kd_sql_column_int64 (read, 1) != 0;
      world->n_applied += kd_sql_column_int64 (read, 1) == 0;
    }
  kd_world_assert (world, n == kd_sync_world_count (world, "SELECT count(*) FROM mut_done WHERE device_id IS NOT NULL"));
}

static void
check_digests (KdSyncDevice *device)
{
  KdSyncWorld *world = device->world;
  const KdStoreIdentity *identity = kd_store_get_identity (device->store);
  g_autoptr (KdSqlStatement) theirs
    = kd_sql_prepare (world->server, "SELECT scope, kind, n, sum FROM sync_digest WHERE n<>0", NULL);

  while (kd_sql_step (theirs, NULL) == KD_SQL_ROW)
    {
      g_autofree char *sql = g_strdup_printf (
        "SELECT count(*) FROM digest WHERE scope=%d AND kind=%d AND n=%" G_GINT64_FORMAT " AND sum=%" G_GINT64_FORMAT,
        (int) kd_sql_column_int64 (theirs, 0), (int) kd_sql_column_int64 (theirs, 1), kd_sql_column_int64 (theirs, 2),
        kd_sql_column_int64 (theirs, 3));

      if ((1u << kd_sql_column_int64 (theirs, 0) & identity->scopes) != 0)
        kd_world_assert (world, kd_sync_device_count (device, sql) == 1);
    }
}

/* I2: every desktop holds the server's rows in its scope, byte for byte, and the server's own
 * bookkeeping agrees with its tables. */
static void
check_converged (KdSyncWorld *world)
{
  g_autoptr (GHashTable) truth = kd_sync_world_server_rows (world);

  for (guint i = 0; i < world->devices->len; i++)
    {
      KdSyncDevice *device = world->devices->pdata[i];
      g_autoptr (GHashTable) rows = NULL;

      if (device->stopped != NULL)
        continue;
      rows = kd_sync_device_rows (device);
      assert_same (world, "not converged", truth, rows, kd_store_get_identity (device->store)->scopes, TRUE);
      assert_same_bytes (world, truth, rows);
      check_digests (device);
      kd_world_assert (world, kd_sync_device_count (device, "SELECT count(*) FROM base_row") == 0);
      kd_world_assert (world, kd_sync_device_count (device, "SELECT count(*) FROM outbox_touch") == 0);
      kd_world_assert (world, kd_sync_device_count (device, "SELECT count(*) FROM push_result") == 0);
    }
  kd_world_assert (world, (gint64) g_hash_table_size (truth)
                            == kd_sync_world_count (world, "SELECT count(*) FROM sync_row WHERE op='U'"));
}

void
kd_sync_world_settle (KdSyncWorld *world)
{
  gboolean moved = TRUE;

  kd_sync_world_deliver_all (world);
  for (guint round = 0; moved; round++)
    {
      gint64 head = world->last_snapshot;

      kd_world_assert (world, round < 20);
      for (guint i = 0; i < world->devices->len; i++)
        kd_sync_device_sync (world->devices->pdata[i]);
      moved = world->last_snapshot != head || round == 0;
    }
  kd_sync_world_check (world);
  check_converged (world);
  for (guint i = 0; i < world->devices->len; i++)
    if (((KdSyncDevice *) world->devices->pdata[i])->stopped != NULL)
      return;
  check_exactly_once (world);
}

/* ---- looking ---- */

GHashTable *
kd_sync_device_rows (KdSyncDevice *device)
{
  Look look;
  GHashTable *table;

  look_at (device, &look);
  table = to_table (look.screen);
  look_clear (&look);
  return table;
}

GHashTable *
kd_sync_device_base (KdSyncDevice *device)
{
  Look look;
  GHashTable *table;

  look_at (device, &look);
  table = to_table (look.base);
  look_clear (&look);
  return table;
}
