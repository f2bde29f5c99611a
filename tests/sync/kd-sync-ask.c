/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sync-world.h"

#include "kd-sql-kind.h"
#include "kd-store-private.h"

/* What a test asks one device, or the server. */

typedef struct
{
  const KdKind *kind;
  const KdId *id;
  const char *sql;
  gint64 number;
  KdId found;
} Question;

static gpointer
get_cb (KdStore *store,
        KdSqlConnection *connection,
        gpointer data,
        GError **error)
{
  const Question *question = data;
  KdRecord *record = NULL;

  kd_sql_kind_get (connection, question->kind, NULL, question->id, &record, NULL, error);
  return record;
}

KdRecord *
kd_sync_device_get (KdSyncDevice *device,
                    const KdKind *kind,
                    const KdId *id)
{
  Question question = { .kind = kind, .id = id };
  GError *error = NULL;
  KdRecord *record = kd_store_read (device->store, get_cb, &question, &error);

  g_assert_no_error (error);
  return record;
}

KdRecord *
kd_sync_world_get (KdSyncWorld *world,
                   const KdKind *kind,
                   const KdId *id)
{
  GError *error = NULL;
  KdRecord *record = kd_shop_get (world->server, &world->shop, kind, id, &error);

  g_assert_no_error (error);
  return record;
}

static gpointer
count_cb (KdStore *store,
          KdSqlConnection *connection,
          gpointer data,
          GError **error)
{
  Question *question = data;

  kd_sql_query_int64 (connection, question->sql, 0, &question->number, error);
  return NULL;
}

gint64
kd_sync_device_count (KdSyncDevice *device,
                      const char *sql)
{
  Question question = { .sql = sql };
  GError *error = NULL;

  kd_store_read (device->store, count_cb, &question, &error);
  g_assert_no_error (error);
  return question.number;
}

gint64
kd_sync_world_count (KdSyncWorld *world,
                     const char *sql)
{
  gint64 number;
  GError *error = NULL;

  kd_sql_query_int64 (world->server, sql, 0, &number, &error);
  g_assert_no_error (error);
  return number;
}

static gpointer
pick_cb (KdStore *store,
         KdSqlConnection *connection,
         gpointer data,
         GError **error)
{
  Question *question = data;
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (connection, question->sql, error);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (KdId));

  g_assert_nonnull (read);
  while (kd_sql_step (read, error) == KD_SQL_ROW)
    {
      KdId id = KD_ID_NONE;

      kd_sql_column_id (read, 0, &id);
      g_array_append_val (ids, id);
    }
  if (ids->len == 0)
    return NULL;
  question->found = g_array_index (ids, KdId, (guint64) question->number % ids->len);
  return GINT_TO_POINTER (1);
}

gboolean
kd_sync_device_pick (KdSyncDevice *device,
                     const char *sql,
                     KdId *ret_id)
{
  Question question = { .sql = sql, .number = kd_random_below (&device->world->random, 1000) };
  GError *error = NULL;
  gboolean found = kd_store_read (device->store, pick_cb, &question, &error) != NULL;

  g_assert_no_error (error);
  *ret_id = question.found;
  return found;
}

gint64
kd_sync_device_on_hand (KdSyncDevice *device,
                        const KdId *variant)
{
  char text[KD_ID_TEXT_LENGTH + 1];
  g_autoptr (GString) hex = g_string_new (kd_id_to_text (variant, text));
  g_autofree char *sql = NULL;

  g_string_replace (hex, "-", "", 0);
  sql = g_strdup_printf ("SELECT ifnull(sum(on_hand), 0) FROM stock_level WHERE variant=x'%s'", hex->str);
  return kd_sync_device_count (device, sql);
}
