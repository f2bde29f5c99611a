/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-sql.h"

#include "kd-kinds.h"
#include "kd-random-record.h"
#include "kd-rows.h"
#include "kd-sql-kind.h"
#include "kd-sqlite.h"

#include <string.h>

#define ROWS 60 /* of each kind */

static const KdId shop = { { 7, 7, 7 } };
static const KdId other_shop = { { 8, 8, 8 } };

static const KdId *
shop_of (KdSqlForm form)
{
  return form == KD_SQL_FORM_SERVER ? &shop : NULL;
}

static void
ensure (KdSqlConnection *connection,
        KdSqlForm form,
        KdSqlEnsure what)
{
  g_autoptr (GError) error = NULL;

  kd_sql_kind_ensure_tables (connection, form, what, &error);
  g_assert_no_error (error);
}

static gint64
put (KdSqlConnection *connection,
     const KdId *in,
     const KdRecord *record,
     gint64 rid)
{
  g_autoptr (GError) error = NULL;
  gint64 now = -1;

  kd_sql_kind_put (connection, in, record, rid, &now, &error);
  g_assert_no_error (error);
  return now;
}

static KdRecord *
get (KdSqlConnection *connection,
     const KdKind *kind,
     const KdId *in,
     const KdId *id,
     gint64 *ret_rid)
{
  g_autoptr (GError) error = NULL;
  KdRecord *record = NULL;

  kd_sql_kind_get (connection, kind, in, id, &record, ret_rid, &error);
  g_assert_no_error (error);
  return record;
}

/* With everything a row can have: seq, actor, and now and then what a newer version wrote. */
static KdRecord *
random_record (KdRandom *random,
               const KdKind *kind)
{
  KdRecord *record = kd_random_record (random, kind);

  record->by = kd_random_id (random);
  record->seq = kd_random_between (random, 0, G_GINT64_CONSTANT (1) << 40);
  if (kd_random_below (random, 3) == 0)
    record->extra = g_strdup_printf ("{\"zz_new\":%u,\"zz_text\":\"é\"}", kd_random_below (random, 100));
  for (guint i = 0; i < kind->shape.n_fields; i++)
    if (kind->shape.fields[i].type == KD_TYPE_ENUM && kd_random_below (random, 10) == 0)
      *(int *) kd_field_at (&kind->shape.fields[i], record) =
        kd_enum_from_text (&kind->shape.fields[i], "zz_of_a_newer_version");
  return record;
}

/* Fields that this form has no column for come back empty. */
static void
forget_missing (KdRecord *record,
                KdSqlForm form)
{
  guint32 flag = form == KD_SQL_FORM_SERVER ? KD_FIELD_LOCAL_ONLY : KD_FIELD_SERVER_ONLY;

  for (guint i = 0; i < record->kind->shape.n_fields; i++)
    if ((record->kind->shape.fields[i].flags & flag) != 0)
      kd_field_reset (&record->kind->shape.fields[i], record);
}

static void
assert_same (const KdRecord *a,
             const KdRecord *b)
{
  guint64 mask = kd_record_diff (a, b);

  for (guint i = 0; i < a->kind->shape.n_fields; i++)
    if ((mask >> i & 1) != 0)
      g_test_message ("%s.%s differs", a->kind->shape.name, a->kind->shape.fields[i].name);
  g_assert_true (kd_record_equal (a, b));
  g_assert_cmpint (a->seq, ==, b->seq);
  g_assert_true (kd_id_equal (&a->by, &b->by));
}

static void
round_trip (KdSqlConnection *connection,
            KdRandom *random,
            const KdKind *kind,
            KdSqlForm form)
{
  g_autoptr (KdRecord) record = random_record (random, kind);
  g_autoptr (KdRecord) changed = random_record (random, kind);
  g_autoptr (KdRecord) read = NULL, again = NULL;
  gint64 rid, rid_read, rid_after;

  forget_missing (record, form);
  forget_missing (changed, form);
  changed->id = record->id;
  rid = put (connection, shop_of (form), record, 0);
  read = get (connection, kind, shop_of (form), &record->id, &rid_read);
  g_assert_nonnull (read);
  assert_same (record, read);
  g_assert_cmpint (rid, ==, rid_read);
  rid_after = put (connection, shop_of (form), changed, 0);
  again = get (connection, kind, shop_of (form), &record->id, &rid_read);
  assert_same (changed, again);
  g_assert_cmpint (rid_after, ==, rid_read);
  if (form == KD_SQL_FORM_SERVER)
    g_assert_cmpint (rid, ==, 0);
  else if ((kind->flags & KD_KIND_TIME_RID) == 0)
    g_assert_cmpint (rid, ==, rid_after);
}

static void
test_round_trip (const TestEngine *engine)
{
  guint n_kinds;
  const KdKind *const *kinds = kd_kinds (&n_kinds);

  for (KdSqlForm form = KD_SQL_FORM_DEVICE; form <= KD_SQL_FORM_SERVER; form++)
    {
      g_autoptr (TestFolder) folder = test_folder_new ();
      g_autoptr (KdSqlConnection) connection = test_open (engine, folder);
      KdRandom random = KD_RANDOM (20 + form);
      g_auto (KdSqlTransaction) tx = KD_SQL_TRANSACTION_INIT;

      ensure (connection, form, KD_SQL_ENSURE_ALL);
      g_assert_true (kd_sql_begin (&tx, connection, KD_SQL_WRITE, NULL));
      for (guint i = 0; i < n_kinds; i++)
        for (guint j = 0; j < ROWS; j++)
          round_trip (connection, &random, kinds[i], form);
    }
}

/* ---- scans agree with the rows in memory ---- */

/* Few values, so that prefixes of indexes have several rows. */
static void
make_alike (KdRandom *random,
            KdRecord *record,
            GPtrArray *models)
{
  const KdRecord *model = g_ptr_array_index (models, kd_random_below (random, models->len));

  for (guint i = 0; i < record->kind->shape.n_fields; i++)
    if (kd_random_below (random, 4) != 0)
      kd_field_copy (&record->kind->shape.fields[i], record, model);
}

static void
compare_scan (KdSqlConnection *connection,
              KdRows *rows,
              const KdIndex *index,
              const KdRecord *like,
              guint n_fields,
              guint limit,
              KdSqlForm form)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) wanted = kd_rows_scan (rows, like->kind, index->name, like, n_fields, limit);
  g_autoptr (GPtrArray) found =
    kd_sql_kind_scan (connection, like->kind, shop_of (form), index, like, n_fields, limit, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (found->len, ==, wanted->len);
  for (guint i = 0; i < found->len; i++)
    assert_same (g_ptr_array_index (found, i), g_ptr_array_index (wanted, i));
}

static void
scan_kind (KdSqlConnection *connection,
           KdRandom *random,
           const KdKind *kind,
           KdSqlForm form)
{
  g_autoptr (KdMemoryRows) memory = kd_memory_rows_new ();
  g_autoptr (GPtrArray) models = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_record_free);

  for (guint i = 0; i < 3; i++)
    {
      g_ptr_array_add (models, random_record (random, kind));
      forget_missing (models->pdata[i], form);
    }
  for (guint i = 0; i < ROWS; i++)
    {
      KdRecord *record = random_record (random, kind);

      forget_missing (record, form);
      make_alike (random, record, models);
      put (connection, shop_of (form), record, 0);
      if (form == KD_SQL_FORM_SERVER)
        put (connection, &other_shop, record, 0);
      kd_rows_put (kd_memory_rows_get_rows (memory), record);
    }
  for (guint i = 0; i < kind->n_indexes; i++)
    for (guint n = 0; n == 0 || kind->indexes[i].fields[n - 1] != NULL; n++)
      for (guint m = 0; m < models->len; m++)
        for (guint limit = 0; limit < 10; limit += 3)
          compare_scan (connection, kd_memory_rows_get_rows (memory), &kind->indexes[i],
                        g_ptr_array_index (models, m), n, limit, form);
}

static void
test_scan (const TestEngine *engine)
{
  guint n_kinds;
  const KdKind *const *kinds = kd_kinds (&n_kinds);

  for (KdSqlForm form = KD_SQL_FORM_DEVICE; form <= KD_SQL_FORM_SERVER; form++)
    {
      g_autoptr (TestFolder) folder = test_folder_new ();
      g_autoptr (KdSqlConnection) connection = test_open (engine, folder);
      KdRandom random = KD_RANDOM (40 + form);
      g_auto (KdSqlTransaction) tx = KD_SQL_TRANSACTION_INIT;

      ensure (connection, form, KD_SQL_ENSURE_ALL);
      g_assert_true (kd_sql_begin (&tx, connection, KD_SQL_WRITE, NULL));
      for (guint i = 0; i < n_kinds; i++)
        scan_kind (connection, &random, kinds[i], form);
    }
}

/* ---- single rows ---- */

static void
test_delete (const TestEngine *engine)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (KdSqlConnection) connection = test_open (engine, folder);
  KdRandom random = KD_RANDOM (3);
  g_autoptr (KdRecord) record = random_record (&random, &kd_kind_category);
  g_autoptr (KdRecord) mine = NULL, others = NULL, gone = NULL;
  g_autoptr (GError) error = NULL;
  gboolean existed = FALSE;

  ensure (connection, KD_SQL_FORM_SERVER, KD_SQL_ENSURE_ALL);
  put (connection, &shop, record, 0);
  mine = get (connection, &kd_kind_category, &shop, &record->id, NULL);
  others = get (connection, &kd_kind_category, &other_shop, &record->id, NULL);
  g_assert_nonnull (mine);
  g_assert_null (others);
  g_assert_true (kd_sql_kind_delete (connection, &kd_kind_category, &other_shop, &record->id, &existed, &error));
  g_assert_false (existed);
  g_assert_true (kd_sql_kind_delete (connection, &kd_kind_category, &shop, &record->id, &existed, &error));
  g_assert_true (existed);
  gone = get (connection, &kd_kind_category, &shop, &record->id, NULL);
  g_assert_null (gone);
  g_assert_no_error (error);
}

static void
test_rid (const TestEngine *engine)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (KdSqlConnection) connection = test_open (engine, folder);
  KdRandom random = KD_RANDOM (4);
  g_autoptr (KdRecord) a = random_record (&random, &kd_kind_category);
  g_autoptr (KdRecord) b = random_record (&random, &kd_kind_category);
  g_autoptr (KdRecord) read = NULL;
  g_autoptr (GError) error = NULL;
  gint64 rid = 0;

  ensure (connection, KD_SQL_FORM_DEVICE, KD_SQL_ENSURE_ALL);
  g_assert_cmpint (put (connection, NULL, a, 77), ==, 77);
  g_assert_cmpint (put (connection, NULL, a, 0), ==, 77);
  g_assert_cmpint (put (connection, NULL, a, 80), ==, 77); /* a row keeps its own */
  g_assert_cmpint (put (connection, NULL, a, 77), ==, 77);
  rid = put (connection, NULL, b, 77); /* taken */
  g_assert_cmpint (rid, !=, 77);
  g_assert_cmpint (rid, >, 0);
  g_assert_cmpint (put (connection, NULL, b, 77), ==, rid);
  g_assert_true (kd_sql_kind_get_by_rid (connection, &kd_kind_category, 77, &read, &error));
  assert_same (read, a);
  g_assert_true (kd_sql_kind_get_rid (connection, &kd_kind_category, &b->id, &rid, &error));
  g_assert_cmpint (rid, !=, 77);
  /* Deleted and restored with the rid it had. */
  g_assert_true (kd_sql_kind_delete (connection, &kd_kind_category, NULL, &a->id, NULL, &error));
  g_assert_true (kd_sql_kind_get_rid (connection, &kd_kind_category, &a->id, &rid, &error));
  g_assert_cmpint (rid, ==, 0);
  g_assert_cmpint (put (connection, NULL, a, 77), ==, 77);
}

static KdRecord *
message_at (KdRandom *random,
            gint64 at)
{
  KdRecord *record = random_record (random, &kd_kind_message);

  ((KdMessage *) record)->at = at;
  return record;
}

static void
test_time_rid (const TestEngine *engine)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (KdSqlConnection) connection = test_open (engine, folder);
  KdRandom random = KD_RANDOM (5);
  g_autoptr (KdRecord) a = message_at (&random, KD_TIME_MIN + 1000);
  g_autoptr (KdRecord) b = message_at (&random, KD_TIME_MIN + 1000);
  g_autoptr (KdRecord) c = message_at (&random, KD_TIME_MIN + 999);
  gint64 rid_a, rid_b, rid_c;

  ensure (connection, KD_SQL_FORM_DEVICE, KD_SQL_ENSURE_ALL);
  memcpy (b->id.b + 13, a->id.b + 13, 3); /* the same tie-breaker, too */
  rid_a = put (connection, NULL, a, 12345);
  rid_b = put (connection, NULL, b, 0);
  rid_c = put (connection, NULL, c, 0);
  g_assert_cmpint (rid_a, ==, kd_record_get_rid (a));
  g_assert_cmpint (rid_b, ==, rid_a + 1);
  g_assert_cmpint (rid_c, <, rid_a);
  /* Written again, each stays where it is. */
  g_assert_cmpint (put (connection, NULL, b, 0), ==, rid_b);
  g_assert_cmpint (put (connection, NULL, a, 0), ==, rid_a);
  /* A new time is a new place. */
  ((KdMessage *) a)->at += 5000;
  g_assert_cmpint (put (connection, NULL, a, 0), ==, kd_record_get_rid (a));
  g_assert_cmpint (kd_record_get_rid (a), >, rid_b);
  g_assert_cmpint (test_int64 (connection, "SELECT count(*) FROM message"), ==, 3);
  ((KdMessage *) b)->at += 5000; /* again onto a's */
  g_assert_cmpint (put (connection, NULL, b, 0), ==, kd_record_get_rid (a) + 1);
}

/* ---- the schema ---- */

typedef struct
{
  KdRecord parent;
  char *name;
  int state;
  gint64 price, count;
} Thing;

static const char *const states[] = { "new", "old", NULL };

static const KdField thing_fields[] = {
  { .name = "name", .number = 1, .type = KD_TYPE_TEXT, .offset = G_STRUCT_OFFSET (Thing, name) },
  { .name = "state", .number = 2, .type = KD_TYPE_ENUM, .offset = G_STRUCT_OFFSET (Thing, state),
    .values = states },
  { .name = "price", .number = 3, .type = KD_TYPE_MONEY, .offset = G_STRUCT_OFFSET (Thing, price),
    .flags = KD_FIELD_EMPTY },
  { .name = "count", .number = 4, .type = KD_TYPE_INT, .offset = G_STRUCT_OFFSET (Thing, count) },
};
static const KdIndex old_indexes[] = { { "name", { "name" }, FALSE } };
static const KdIndex new_indexes[] = {
  { "name", { "name", "state" }, FALSE },
  { "state", { "state" }, FALSE },
};

/* `order`: a keyword as a name. */
static const KdKind old_thing = {
  .shape = { "order", sizeof (Thing), thing_fields, 1 },
  .number = 1, .indexes = old_indexes, .n_indexes = 1,
};
static const KdKind new_thing = {
  .shape = { "order", sizeof (Thing), thing_fields, 4 },
  .number = 1, .indexes = new_indexes, .n_indexes = 2,
};

/* A table of an older program gets its columns; its rows have their defaults and are found by them. */
static void
test_additive (const TestEngine *engine)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (KdSqlConnection) connection = test_open (engine, folder);
  g_autoptr (KdRecord) record = kd_record_new (&old_thing);
  g_autoptr (KdRecord) read = NULL;
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GError) error = NULL;
  gint64 rid;

  record->id = (KdId) { { 5 } };
  ((Thing *) record)->name = g_strdup ("kept");
  g_assert_true (kd_sql_kind_ensure (connection, &old_thing, KD_SQL_FORM_DEVICE, KD_SQL_ENSURE_ALL, &error));
  rid = put (connection, NULL, record, 0);
  for (guint i = 0; i < 2; i++) /* the second time there is nothing to do */
    {
      gint64 before = test_int64 (connection, "PRAGMA schema_version");

      g_assert_true (kd_sql_kind_ensure (connection, &new_thing, KD_SQL_FORM_DEVICE, KD_SQL_ENSURE_ALL, &error));
      g_assert_no_error (error);
      if (i == 1)
        g_assert_cmpint (test_int64 (connection, "PRAGMA schema_version"), ==, before);
    }
  read = get (connection, &new_thing, NULL, &record->id, &rid);
  g_assert_cmpstr (((Thing *) read)->name, ==, "kept");
  g_assert_cmpint (((Thing *) read)->price, ==, KD_EMPTY);
  g_assert_cmpint (((Thing *) read)->count, ==, 0);
  found = kd_sql_kind_scan (connection, &new_thing, NULL, &new_indexes[0], read, 2, 0, &error);
  g_assert_cmpuint (found->len, ==, 1);
}

/* What a scan by the first field of an index asks for goes through an index that begins with it. */
static void
check_plan (KdSqlConnection *connection,
            const KdKind *kind,
            const KdIndex *index,
            KdSqlForm form)
{
  g_autoptr (GString) sql = g_string_new ("EXPLAIN QUERY PLAN SELECT * FROM ");
  g_autofree char *used = g_strdup_printf ("USING INDEX %s.", kind->shape.name);
  g_autofree char *by = g_strdup_printf ("%s=?", index->fields[0]);
  g_autoptr (KdSqlStatement) plan = NULL;
  const char *detail;

  g_string_append_printf (sql, "\"%s\" WHERE %s\"%s\" IS ?1 ORDER BY ", kind->shape.name,
                          form == KD_SQL_FORM_SERVER ? "shop_id = ?2 AND " : "", index->fields[0]);
  for (guint i = 1; index->fields[i] != NULL; i++)
    g_string_append_printf (sql, "\"%s\", ", index->fields[i]);
  g_string_append (sql, "id LIMIT 5");
  plan = kd_sql_prepare (connection, sql->str, NULL);
  g_assert_cmpint (kd_sql_step (plan, NULL), ==, KD_SQL_ROW);
  detail = kd_sql_column_text (plan, 3);
  g_test_message ("%s, index %s: %s", kind->shape.name, index->name, detail);
  g_assert_nonnull (strstr (detail, used));
  g_assert_nonnull (strstr (detail, by));
}

static void
test_plans (void)
{
  guint n_kinds;
  const KdKind *const *kinds = kd_kinds (&n_kinds);

  for (KdSqlForm form = KD_SQL_FORM_DEVICE; form <= KD_SQL_FORM_SERVER; form++)
    {
      g_autoptr (TestFolder) folder = test_folder_new ();
      g_autoptr (KdSqlConnection) connection = test_open (test_engines[0], folder);

      ensure (connection, form, KD_SQL_ENSURE_ALL);
      for (guint i = 0; i < n_kinds; i++)
        for (guint j = 0; j < kinds[i]->n_indexes; j++)
          if (kd_sql_kind_has_index (kinds[i], &kinds[i]->indexes[j], form))
            check_plan (connection, kinds[i], &kinds[i]->indexes[j], form);
    }
}

static void
test_indexes_later (const TestEngine *engine)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (KdSqlConnection) connection = test_open (engine, folder);
  g_autoptr (GError) error = NULL;
  const char *count = "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name LIKE 'product.%'";
  guint wanted = 0;

  for (guint i = 0; i < kd_kind_product.n_indexes; i++)
    wanted += kd_sql_kind_has_index (&kd_kind_product, &kd_kind_product.indexes[i], KD_SQL_FORM_DEVICE);
  g_assert_cmpuint (wanted, <, kd_kind_product.n_indexes);
  ensure (connection, KD_SQL_FORM_DEVICE, KD_SQL_ENSURE_TABLES);
  g_assert_cmpint (test_int64 (connection, count), ==, 0);
  ensure (connection, KD_SQL_FORM_DEVICE, KD_SQL_ENSURE_INDEXES);
  g_assert_cmpint (test_int64 (connection, count), ==, wanted);
  g_assert_true (kd_sql_kind_drop_indexes (connection, &kd_kind_product, &error));
  g_assert_cmpint (test_int64 (connection, count), ==, 0);
}

/* Every synced table, written by hand outside a shop transaction. */
static void
test_guards (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (KdSqlConnection) connection = test_open (test_engines[0], folder);
  g_autoptr (KdSqlConnection) stranger = test_open (test_engines[0], folder);
  KdRandom random = KD_RANDOM (6);
  guint n_kinds;
  const KdKind *const *kinds = kd_kinds (&n_kinds);

  ensure (connection, KD_SQL_FORM_SERVER, KD_SQL_ENSURE_ALL | KD_SQL_ENSURE_GUARDS);
  for (guint i = 0; i < n_kinds; i++)
    {
      g_autoptr (KdRecord) record = random_record (&random, kinds[i]);
      g_auto (KdSqlTransaction) tx = KD_SQL_TRANSACTION_INIT;
      g_autoptr (GError) error = NULL;
      g_autofree char *by_hand =
        g_strdup_printf ("UPDATE \"%s\" SET _seq = 0", kinds[i]->shape.name);

      g_assert_false (kd_sql_kind_put (connection, &shop, record, 0, NULL, &error));
      g_assert_error (error, KD_SQL_ERROR, KD_SQL_ERROR_CONSTRAINT);
      g_clear_error (&error);
      g_assert_true (kd_sql_begin (&tx, connection, KD_SQL_WRITE, &error));
      kd_sqlite_set_guard (connection, TRUE);
      put (connection, &shop, record, 0);
      g_assert_true (kd_sql_commit (&tx, &error));
      g_assert_false (kd_sql_exec (connection, by_hand, &error));
      g_assert_error (error, KD_SQL_ERROR, KD_SQL_ERROR_CONSTRAINT);
      g_clear_error (&error);
      g_assert_false (kd_sql_kind_delete (connection, kinds[i], &shop, &record->id, NULL, &error));
      g_assert_error (error, KD_SQL_ERROR, KD_SQL_ERROR_CONSTRAINT);
      g_clear_error (&error);
      /* who has not made sure of the triggers is stopped by them */
      g_assert_false (kd_sql_exec (stranger, by_hand, &error));
      g_assert_error (error, KD_SQL_ERROR, KD_SQL_ERROR_CONSTRAINT);
      g_clear_error (&error);
      g_assert_false (kd_sql_kind_delete (stranger, kinds[i], &shop, &record->id, NULL, &error));
      g_assert_error (error, KD_SQL_ERROR, KD_SQL_ERROR_CONSTRAINT);
    }
}

/* A row that comes, and one whose every field or one alone changes: it reads back the same. */
static void
test_insert_update (const TestEngine *engine)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (KdSqlConnection) connection = test_open (engine, folder);
  KdRandom random = KD_RANDOM (9);
  const KdKind *const *kinds;
  guint n_kinds;

  kinds = kd_kinds (&n_kinds);
  ensure (connection, KD_SQL_FORM_DEVICE, KD_SQL_ENSURE_ALL);
  for (guint i = 0; i < n_kinds; i++)
    {
      g_autoptr (KdRecord) first = random_record (&random, kinds[i]);
      g_autoptr (KdRecord) second = random_record (&random, kinds[i]);
      g_autoptr (KdRecord) third = NULL;
      g_autoptr (GError) error = NULL;
      gint64 rid = 0, rid_now;

      second->id = first->id;
      g_assert_true (kd_sql_kind_insert (connection, NULL, first, &rid, &error));
      g_assert_cmpint (rid, !=, 0);
      for (guint step = 0; step < 3; step++)
        {
          g_autoptr (KdRecord) found = NULL;
          const KdRecord *expected = step == 0 ? first : step == 1 ? second : third;

          if (step == 1)
            g_assert_true (kd_sql_kind_update (connection, NULL, first, second, &error));
          if (step == 2)
            {
              expected = third = kd_record_copy (second);
              third->seq++;
              g_assert_true (kd_sql_kind_update (connection, NULL, second, third, &error));
            }
          g_assert_no_error (error);
          found = get (connection, kinds[i], NULL, &first->id, &rid_now);
          g_assert_true (kd_record_equal (found, expected));
          g_assert_cmpint (found->seq, ==, expected->seq);
          g_assert_cmpint (rid_now, ==, rid);
        }
      if ((kinds[i]->flags & KD_KIND_TIME_RID) == 0)
        g_assert_false (kd_sql_kind_insert (connection, NULL, first, NULL, &error));
    }
}

/* What is no array of texts reads as the empty set. */
static void
test_bad_set (void)
{
  static const char *const bad[] = {
    "", "[", "[]", "[1]", "{}", "[\"a\"", "[\"a\",]", "[\"a]", "[\"\\x\"]", "[\"\\u00\"]", "[\"\\ud800\"]",
    "[\"\\udc00\"]", "[\"\\u0000\"]", "[\"a\" \"b\"]",
  };
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (KdSqlConnection) connection = test_open (test_engines[0], folder);
  g_autoptr (KdSqlStatement) statement = kd_sql_prepare (connection, "SELECT ?1", NULL);
  const KdField *field = kd_shape_find (&kd_kind_contact.shape, "tags");
  KdContact *contact = (KdContact *) kd_record_new (&kd_kind_contact);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      kd_sql_bind_text (statement, 1, bad[i]);
      g_assert_cmpint (kd_sql_step (statement, NULL), ==, KD_SQL_ROW);
      kd_sql_column_field (statement, 0, field, contact);
      g_assert_null (contact->tags);
      kd_sql_reset (statement);
    }
  kd_sql_bind_text (statement, 1, " [ \"a\\n\\u00e9\\ud83d\\ude00\" , \"b\\\"\\/\" ] ");
  g_assert_cmpint (kd_sql_step (statement, NULL), ==, KD_SQL_ROW);
  kd_sql_column_field (statement, 0, field, contact);
  g_assert_cmpstr (contact->tags[0], ==, "a\né😀");
  g_assert_cmpstr (contact->tags[1], ==, "b\"/");
  g_assert_null (contact->tags[2]);
  kd_record_free ((KdRecord *) contact);
}

void
test_add_kind (void)
{
  test_add ("kind/insert-update", test_insert_update);
  test_add ("kind/round-trip", test_round_trip);
  test_add ("kind/scan", test_scan);
  test_add ("kind/delete", test_delete);
  test_add ("kind/rid", test_rid);
  test_add ("kind/time-rid", test_time_rid);
  test_add ("kind/additive", test_additive);
  test_add ("kind/indexes-later", test_indexes_later);
  g_test_add_func ("/sql/kind/plans", test_plans);
  g_test_add_func ("/sql/kind/guards", test_guards);
  g_test_add_func ("/sql/kind/bad-set", test_bad_set);
}
