/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sqlite.h"
#include "kd-real-clock.h"
#include "kd-random.h"
#include "kd-store-check.h"
#include "kd-wire-canonical.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

/* crash-check [--quiet] SHOP-ID SERVER.db DEVICE.db...
 *
 * The invariants of SYNC 4.1 over copies of the files that a killed server and its desktops left
 * behind, all taken at one moment. With --quiet everything has arrived, too. One line of JSON for
 * each desktop tells what it promised: {"cursor","done":[uid...],"outbox":[uid...],"refused":[uid...]},
 * refused being some of done. The first thing that is wrong is said, and ends it. */

typedef struct
{
  KdId shop;
  KdSqlConnection *server;
  GHashTable *truth;      /* of KdWorldRow */
  gboolean quiet;
} Check;

/* ---- questions ---- */

static gint64
ask (KdSqlConnection *connection,
     const char *sql,
     const KdId *id)
{
  GError *error = NULL;
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (connection, sql, &error);
  gint64 number;

  g_assert_no_error (error);
  if (id != NULL)
    kd_sql_bind_id (read, 1, id);
  if (kd_sql_step (read, &error) != KD_SQL_ROW)
    {
      g_assert_no_error (error);
      return 0;
    }
  number = kd_sql_column_int64 (read, 0);
  return number;
}

/* ---- the server alone ---- */

/* What it says of its rows are its rows: one entry each, with their seq, and the digests. */
static void
check_server_rows (const Check *check)
{
  g_autoptr (GHashTable) digests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (KdSqlStatement) read = NULL;
  GHashTableIter iter;
  gpointer value;
  gint64 head = ask (check->server, "SELECT seq FROM shop_head", NULL);

  g_hash_table_iter_init (&iter, check->truth);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const KdRecord *record = ((KdWorldRow *) value)->record;
      g_autofree char *key = g_strdup_printf ("%d/%u", (int) kd_record_get_scope (record), record->kind->number);
      g_autofree char *sql
        = g_strdup_printf ("SELECT seq FROM sync_row WHERE kind=%u AND row_id=?1 AND op='U'", record->kind->number);
      guint64 *sum = g_hash_table_lookup (digests, key);

      kd_check ("server", record->seq > 0 && record->seq <= head);
      kd_check ("server", ask (check->server, sql, &record->id) == record->seq);
      if (sum == NULL)
        g_hash_table_insert (digests, g_strdup (key), sum = g_new0 (guint64, 1));
      *sum += kd_wire_row_hash (record);
    }
  kd_check ("server", ask (check->server, "SELECT count(*) FROM sync_row WHERE op='U'", NULL)
                        == (gint64) g_hash_table_size (check->truth));
  read = kd_sql_prepare (check->server, "SELECT scope, kind, sum FROM sync_digest WHERE n<>0", NULL);
  while (kd_sql_step (read, NULL) == KD_SQL_ROW)
    {
      g_autofree char *key
        = g_strdup_printf ("%d/%d", (int) kd_sql_column_int64 (read, 0), (int) kd_sql_column_int64 (read, 1));
      const guint64 *sum = g_hash_table_lookup (digests, key);

      kd_check ("server", sum != NULL && *sum == (guint64) kd_sql_column_int64 (read, 2));
      g_hash_table_remove (digests, key);
    }
  kd_check ("server", g_hash_table_size (digests) == 0);
}

/* ---- a desktop and the server ---- */

/* Base rows are the server's of the cursor's moment, as far as the server still tells: none is
 * newer, those of the same seq are the same bytes, and of what lies below the cursor none is
 * missing (I2, I4). */
static void
check_base (const Check *check,
            const char *whose,
            KdLook *look,
            KdSqlConnection *own)
{
  /* pages that are staged are ahead of the rows */
  gint64 cursor = ask (own, "SELECT CASE WHEN staging OR full_pass THEN 0 ELSE cur_seq END FROM sync_state", NULL);
  g_autoptr (GHashTable) base = kd_check_table (look->base);
  g_autoptr (GPtrArray) same = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_record_free);
  g_autoptr (GHashTable) theirs = NULL, ours = NULL;
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, base);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const KdRecord *record = ((KdWorldRow *) value)->record;
      const KdWorldRow *row = g_hash_table_lookup (check->truth, key);
      g_autofree char *sql = g_strdup_printf ("SELECT seq FROM sync_row WHERE kind=%u AND row_id=?1", record->kind->number);

      kd_check (whose, ask (check->server, sql, &record->id) >= record->seq);
      if (row != NULL && row->record->seq == record->seq)
        g_ptr_array_add (same, kd_record_copy (record));
    }
  ours = kd_check_table (same);
  g_ptr_array_set_size (same, 0);
  g_hash_table_iter_init (&iter, check->truth);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      KdRecord *record = ((KdWorldRow *) value)->record;

      if (g_hash_table_contains (ours, key) || record->seq <= cursor)
        g_ptr_array_add (same, kd_record_copy (record));
    }
  theirs = kd_check_table (same);
  kd_check_same (whose, "base is not the server's", theirs, ours, KD_SCOPES_ALL, TRUE);
  kd_check_same_bytes (whose, theirs, ours);
}

/* I1: what was promised waits, or was answered; the server ran it once, or not yet. */
static void
check_promises (const char *whose,
                KdSqlConnection *own)
{
  static const char *const none[] = {
    "SELECT count(*) FROM outbox o JOIN outbox_done d ON d.uid=o.uid",
    "SELECT count(*) FROM outbox_done d WHERE d.status IS NULL OR (d.status<>0)<>EXISTS("
    "SELECT 1 FROM sync_problem p WHERE p.uid=d.uid)",
    /* numbers without a gap */
    "SELECT (SELECT count(*) FROM outbox WHERE mut_no IS NOT NULL)+(SELECT count(*) FROM outbox_done)"
    "-(SELECT sealed FROM sync_state)",
    /* what waits without a number never went out; what was answered had arrived, with that answer */
    "SELECT count(*) FROM outbox o JOIN server.mut_done d ON d.uid=o.uid WHERE o.mut_no IS NULL",
    "SELECT count(*) FROM outbox_done o LEFT JOIN server.mut_done d ON d.uid=o.uid AND d.status=o.status"
    " AND d.hash=o.hash WHERE d.uid IS NULL",
    "SELECT count(*) FROM outbox o LEFT JOIN server.mut_done d ON d.uid=o.uid, server.device v,"
    " sync_state s WHERE v.device_id=s.device_id AND o.mut_no IS NOT NULL"
    " AND (o.mut_no<=v.last_mut)<>(d.uid IS NOT NULL)",
    /* the server knows of nothing else, and counted it */
    "SELECT count(*) FROM server.mut_done d, sync_state s WHERE d.device_id=s.device_id"
    " AND d.uid NOT IN (SELECT uid FROM outbox UNION ALL SELECT uid FROM outbox_done)",
    "SELECT (SELECT count(*) FROM server.mut_done d WHERE d.device_id=v.device_id)-v.last_mut"
    " FROM server.device v, sync_state s WHERE v.device_id=s.device_id",
  };

  for (guint i = 0; i < G_N_ELEMENTS (none); i++)
    if (ask (own, none[i], NULL) != 0)
      kd_check_fail (whose, "%" G_GINT64_FORMAT " where none may be: %s", ask (own, none[i], NULL), none[i]);
}

static void
print_uids (KdSqlConnection *own,
            const char *sql)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (own, sql, NULL);
  const char *comma = "";

  while (kd_sql_step (read, NULL) == KD_SQL_ROW)
    {
      KdId id = KD_ID_NONE;
      char text[KD_ID_TEXT_LENGTH + 1];

      kd_sql_column_id (read, 0, &id);
      printf ("%s\"%s\"", comma, kd_id_to_text (&id, text));
      comma = ",";
    }
}

/* Everything has arrived: the same rows, the same digests, nothing waits (I2). */
static void
check_quiet (const Check *check,
             const char *whose,
             KdLook *look,
             KdSqlConnection *own,
             KdScopes scopes)
{
  static const char *const empty[] = { "outbox", "base_row", "outbox_touch", "push_result", "sync_stage" };
  g_autoptr (GHashTable) screen = kd_check_table (look->screen);
  g_autofree char *digests = g_strdup_printf (
    "SELECT count(*) FROM server.sync_digest d LEFT JOIN digest o ON o.scope=d.scope AND o.kind=d.kind"
    " AND o.n=d.n AND o.sum=d.sum WHERE d.n<>0 AND (1<<d.scope & %d)<>0 AND o.kind IS NULL", (int) scopes);

  for (guint i = 0; i < G_N_ELEMENTS (empty); i++)
    {
      g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM %s", empty[i]);

      if (ask (own, sql, NULL) != 0)
        kd_check_fail (whose, "quiet, but %s is not empty", empty[i]);
    }
  kd_check_same (whose, "not converged", check->truth, screen, scopes, TRUE);
  kd_check_same_bytes (whose, check->truth, screen);
  kd_check (whose, ask (own, digests, NULL) == 0);
  kd_check (whose, ask (own, "SELECT cur_seq FROM sync_state", NULL) == ask (check->server, "SELECT seq FROM shop_head", NULL));
}

static void
check_device (const Check *check,
              const char *path,
              const char *server_path)
{
  g_autofree char *whose = g_path_get_basename (path);
  g_autofree char *attach = g_strdup_printf ("ATTACH '%s' AS server", server_path);
  GError *error = NULL;
  g_autoptr (KdStore) store = kd_store_open (path, KD_STORE_INLINE, kd_real_clock, NULL, kd_random, NULL, &error);
  g_autoptr (KdSqlConnection) own = NULL;
  g_auto (KdLook) look = { 0 };

  g_assert_no_error (error);
  kd_check_store (whose, store);
  kd_look_init (&look, store);
  own = kd_sqlite_open (path, KD_SQLITE_DEFAULT, &error);
  g_assert_no_error (error);
  g_assert_true (kd_sql_exec (own, attach, &error));
  check_base (check, whose, &look, own);
  check_promises (whose, own);
  if (check->quiet)
    check_quiet (check, whose, &look, own, kd_store_get_identity (store)->scopes);
  printf ("{\"cursor\":%" G_GINT64_FORMAT ",\"done\":[", ask (own, "SELECT cur_seq FROM sync_state", NULL));
  print_uids (own, "SELECT uid FROM outbox_done ORDER BY mut_no");
  printf ("],\"outbox\":[");
  print_uids (own, "SELECT uid FROM outbox ORDER BY id");
  printf ("],\"refused\":[");
  print_uids (own, "SELECT uid FROM outbox_done WHERE status<>0 ORDER BY mut_no");
  printf ("]}\n");
  kd_store_close (store);
}

int
main (int argc,
      char **argv)
{
  Check check = { .quiet = argc > 1 && strcmp (argv[1], "--quiet") == 0 };
  int at = check.quiet ? 2 : 1;
  g_autoptr (GPtrArray) rows = NULL;
  GError *error = NULL;

  if (sodium_init () < 0 || argc < at + 3 || !kd_id_parse (argv[at], &check.shop))
    {
      fprintf (stderr, "usage: crash-check [--quiet] SHOP-ID SERVER.db DEVICE.db...\n");
      return 2;
    }
  check.server = kd_sqlite_open (argv[at + 1], KD_SQLITE_DEFAULT, &error);
  g_assert_no_error (error);
  rows = kd_check_load (check.server, &check.shop);
  check.truth = kd_check_table (rows);
  kd_check_ledger ("server", rows);
  check_server_rows (&check);
  for (int i = at + 2; i < argc; i++)
    check_device (&check, argv[i], argv[at + 1]);
  g_hash_table_unref (check.truth);
  kd_sql_close (check.server);
  return 0;
}
