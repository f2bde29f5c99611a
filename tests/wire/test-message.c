/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-wire.h"

#include "kd-kinds.h"

#include <string.h>

#define ID "0190a0b0-c0d0-7000-8000-000000000001"
#define HASH "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static void
test_cursor (void)
{
  static const char *const bad[] = {
    "", "x", ID, ID "." ID ".1.2", ID "." ID ".1.2.f.3", ID "." ID ".-1.2.f", ID "." ID ".1.2.g",
    "x." ID ".1.2.f", ID "." ID ".9223372036854775808.0.f", ID "." ID "..0.f", ID "." ID ".1.0.100000000",
  };
  KdRandom random = KD_RANDOM (3);
  KdCursor cursor = { kd_random_id (&random), kd_random_id (&random), G_MAXINT64, 7, KD_SCOPES_ALL }, read;
  g_autofree char *text = kd_cursor_to_text (&cursor);

  g_assert_true (kd_cursor_parse (text, &read));
  g_assert_true (kd_id_equal (&read.shop, &cursor.shop));
  g_assert_true (kd_id_equal (&read.epoch, &cursor.epoch));
  g_assert_cmpint (read.seq, ==, cursor.seq);
  g_assert_cmpint (read.full_start, ==, 7);
  g_assert_cmphex (read.scopes, ==, cursor.scopes);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (kd_cursor_parse (bad[i], &read));
}

static void
test_witness (void)
{
  KdRandom random = KD_RANDOM (4);
  KdWitness witness = { 912, kd_random_id (&random) }, read;
  g_autofree char *text = kd_witness_to_text (&witness);

  g_assert_true (kd_witness_parse (text, &read));
  g_assert_cmpint (read.head, ==, 912);
  g_assert_true (kd_id_equal (&read.mark, &witness.mark));
  g_assert_false (kd_witness_parse ("912", &read));
  g_assert_false (kd_witness_parse ("x." ID, &read));
  g_assert_false (kd_witness_parse ("1." ID "0", &read));
}

static KdPush *
random_push (KdRandom *random)
{
  KdPush *push = kd_push_new ();

  push->device = kd_random_id (random);
  push->sealed = 12;
  push->ack = 9;
  push->clock = -5;
  push->witness = (KdWitness){ 400, kd_random_id (random) };
  for (guint i = 0; i < 3; i++)
    {
      KdPushMutation *mutation = kd_push_mutation_new ();

      mutation->no = 10 + i;
      mutation->uid = kd_random_id (random);
      mutation->op = i == 1 ? kd_random_id (random) : KD_ID_NONE;
      mutation->name = g_strdup ("product.patch");
      mutation->v = 2;
      mutation->made_at = 1000 - 2000 * (gint64) i;
      mutation->base_seq = 399;
      mutation->args = g_strdup_printf ("{\"id\":\"x%u\",\"set\":{\"name\":\"a\\\"b\"}}", i);
      if (i == 2)
        {
          mutation->again = kd_again_new ();
          mutation->again->accepted = 5;
          mutation->again->status = KD_REFUSED;
          mutation->again->detail = g_strdup ("{\"number\":\"#12\"}");
          mutation->again->receipt = kd_random_id (random);
        }
      g_ptr_array_add (push->mutations, mutation);
    }
  return push;
}

static void
test_push (void)
{
  KdRandom random = KD_RANDOM (9);
  g_autoptr (KdPush) push = random_push (&random), read = NULL;
  gsize len;
  g_autofree char *text = kd_push_to_json (push, &len), *again = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (len, ==, strlen (text));
  read = kd_push_parse (text, (gssize) len, &error);
  g_assert_no_error (error);
  again = kd_push_to_json (read, NULL);
  g_assert_cmpstr (again, ==, text);
  g_assert_true (kd_id_equal (&read->device, &push->device));
  g_assert_cmpint (read->clock, ==, -5);
  g_assert_cmpint (read->witness.head, ==, 400);
  g_assert_cmpuint (read->mutations->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      const KdPushMutation *a = g_ptr_array_index (push->mutations, i), *b = g_ptr_array_index (read->mutations, i);
      KdHash hash_a = kd_push_mutation_hash (a), hash_b = kd_push_mutation_hash (b);

      g_assert_true (kd_hash_equal (&hash_a, &hash_b));
      g_assert_cmpstr (a->args, ==, b->args);
      g_assert_cmpint (a->made_at, ==, b->made_at);
      g_assert_cmpint (a->again != NULL, ==, b->again != NULL);
    }
}

#define PUSH(rest) "{\"proto\":1,\"device\":\"" ID "\",\"muts\":[" rest "]}"
#define MUT(rest) "{\"no\":1,\"uid\":\"" ID "\",\"name\":\"a.b\",\"v\":1,\"args\":{}" rest "}"

static void
test_push_refused (void)
{
  static const struct
  {
    const char *text, *path;
  } cases[] = {
    { "[]", "" },
    { "{}", "device" },
    { "{\"device\":\"" ID "\",\"muts\":{}}", "muts" },
    { "{\"device\":\"" ID "\",\"muts\":[3]}", "muts" },
    { "{\"device\":\"" ID "\",\"ack\":-1}", "ack" },
    { "{\"device\":\"" ID "\",\"witness\":3}", "witness" },
    { "{\"device\":\"" ID "\",\"witness\":{\"head\":\"3\"}}", "witness/head" },
    { PUSH ("{}"), "muts/0/no" },
    { PUSH (MUT ("") ",{\"no\":2}"), "muts/1/uid" },
    { PUSH (MUT (",\"base_seq\":-1")), "muts/0/base_seq" },
    { PUSH (MUT (",\"made_at\":\"now\"")), "muts/0/made_at" },
    { PUSH (MUT (",\"again\":7")), "muts/0/again" },
    { PUSH (MUT (",\"again\":{}")), "muts/0/again/receipt" },
  };
  g_autoptr (KdPush) push = kd_push_parse (PUSH (MUT (",\"new\":[1]")), -1, NULL);
  GString *many = g_string_new ("{\"device\":\"" ID "\",\"muts\":[{}");
  GError *error = NULL;

  g_assert_nonnull (push);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_null (kd_push_parse (cases[i].text, -1, &error));
      g_test_message ("%s: %s", cases[i].text, error->message);
      g_assert_cmpstr (kd_wire_error_get_path (error), ==, cases[i].path);
      g_clear_error (&error);
    }
  for (guint i = 0; i < KD_PUSH_MAX_MUTATIONS; i++)
    g_string_append (many, ",{}");
  g_string_append (many, "]}");
  g_assert_null (kd_push_parse (many->str, -1, &error));
  test_assert_error (error, KD_WIRE_ERROR_FIELD, "field.too_many", "muts");
  g_string_free (many, TRUE);
}

static void
add_result (GPtrArray *results,
            KdRandom *random)
{
  KdResult *result = kd_result_new ();

  result->no = kd_random_between (random, 1, 100);
  result->uid = kd_random_id (random);
  result->status = KD_REFUSED;
  result->code = g_strdup ("stock.insufficient");
  result->detail = g_strdup ("{\"available\":3000}");
  result->seq = 77;
  result->conflicts = 2;
  result->accepted = 1700000000000;
  result->receipt = kd_random_id (random);
  g_ptr_array_add (results, result);
  g_ptr_array_add (results, kd_result_new ());
}

static void
test_push_answer (void)
{
  KdRandom random = KD_RANDOM (10);
  g_autoptr (KdPushAnswer) answer = kd_push_answer_new (), read = NULL;
  g_autofree char *text = NULL, *again = NULL;
  g_autoptr (GError) error = NULL;

  answer->last = 12;
  g_assert_true (kd_hash_parse (HASH, &answer->chain));
  answer->head = 78;
  answer->mark = kd_random_id (&random);
  answer->now = 1700000000001;
  add_result (answer->results, &random);
  text = kd_push_answer_to_json (answer, NULL);
  read = kd_push_answer_parse (text, -1, &error);
  g_assert_no_error (error);
  again = kd_push_answer_to_json (read, NULL);
  g_assert_cmpstr (again, ==, text);
  g_assert_cmpint (read->last, ==, 12);
  g_assert_true (kd_hash_equal (&read->chain, &answer->chain));
  g_assert_cmpstr (((KdResult *) g_ptr_array_index (read->results, 0))->detail, ==, "{\"available\":3000}");
  /* What a captive portal says. */
  g_assert_null (kd_push_answer_parse ("<html>sign in</html>", -1, NULL));
}

static KdChanges *
random_changes (KdRandom *random,
                GPtrArray *records)
{
  KdChanges *changes = kd_changes_new ();
  guint n;
  const KdKind *const *kinds = kd_kinds (&n);
  KdId id = kd_random_id (random);
  KdDigest digest = { 0, 3, 12, G_GUINT64_CONSTANT (0xfedcba9876543210) };

  changes->from = g_strdup ("a.b.1.0.f");
  changes->next = g_strdup ("a.b.9.0.f");
  changes->last_mut = 3;
  changes->head = 90;
  changes->mark = kd_random_id (random);
  changes->now = 1700000000000;
  g_array_append_val (changes->digests, digest);
  add_result (changes->results, random);
  for (guint i = 0; i < n; i++)
    {
      KdRecord *record = kd_random_record (random, kinds[i]);
      g_autofree char *canonical = NULL;

      record->seq = 10 + i;
      record->by = i % 2 == 0 ? kd_random_id (random) : KD_ID_NONE;
      record->extra = i % 3 == 0 ? g_strdup ("{\"newer\":[1]}") : NULL;
      canonical = kd_wire_canonical (record);
      kd_changes_add_record (changes, record, i % 2 == 0 ? canonical : NULL);
      g_ptr_array_add (records, record);
    }
  kd_changes_add_tombstone (changes, 3, &id, 88, NULL);
  kd_changes_add_tombstone (changes, 15, &id, 89, &id);
  return changes;
}

static void
test_changes (void)
{
  KdRandom random = KD_RANDOM (11);
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_record_free);
  g_autoptr (KdChanges) changes = random_changes (&random, records), read = NULL;
  g_autofree char *text = kd_changes_to_json (changes, NULL);
  g_autoptr (GError) error = NULL;
  const KdWireRow *row;

  read = kd_changes_parse (text, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (read->from, ==, changes->from);
  g_assert_cmpstr (read->next, ==, changes->next);
  g_assert_false (read->more);
  g_assert_cmpuint (read->digests->len, ==, 1);
  g_assert_cmphex (g_array_index (read->digests, KdDigest, 0).sum, ==, G_GUINT64_CONSTANT (0xfedcba9876543210));
  g_assert_cmpint (g_array_index (read->digests, KdDigest, 0).n, ==, 12);
  g_assert_cmpuint (read->results->len, ==, 2);
  g_assert_cmpuint (read->rows->len, ==, records->len + 2);
  for (guint i = 0; i < records->len; i++)
    {
      const KdRecord *record = g_ptr_array_index (records, i);
      g_autofree char *one = NULL;
      g_auto (KdWireRow) again = { 0 };

      row = &g_array_index (read->rows, KdWireRow, i);
      g_assert_true (kd_record_equal (row->record, record));
      g_assert_true (kd_id_equal (&row->record->by, &record->by));
      g_assert_cmpint (row->record->seq, ==, record->seq);
      one = kd_wire_row_to_text (row);
      g_assert_true (kd_wire_row_parse (one, -1, &again, &error));
      g_assert_no_error (error);
      g_assert_true (kd_record_equal (again.record, record));
    }
  row = &g_array_index (read->rows, KdWireRow, records->len + 1);
  g_assert_true (row->deleted && row->record == NULL);
  g_assert_true (kd_id_equal (&row->id, &row->moved_to));
  g_assert_cmpint (row->seq, ==, 89);
}

static void
test_changes_refused (void)
{
  static const struct
  {
    const char *rows, *path; /* NULL: taken */
  } cases[] = {
    { "[[3,\"" ID "\",5,\"U\",{\"name\":\"A\"}]]", NULL },
    { "[[3,\"" ID "\",5,\"U\",{\"name\":\"A\"},\"" ID "\",7]]", NULL },
    { "[[999,\"" ID "\",5,\"U\",{\"anything\":[]}]]", NULL },
    { "[[3,\"" ID "\",5,\"U\",{\"name\":7}]]", "rows/0/name" },
    { "[[3,\"" ID "\",5,\"D\",{}],[3,\"" ID "\",5,\"U\",{\"tags\":[\"a\",1]}]]", "rows/1/tags/1" },
    { "[[3,\"" ID "\",5,\"X\",{}]]", "rows/0" },
    { "[[3,\"" ID "\",5,\"U\"]]", "rows/0" },
    { "[[3,\"" ID "\",5,\"U\",[]]]", "rows/0" },
    { "[[3,\"" ID "\",-5,\"D\",{}]]", "rows/0" },
    { "[[3,\"" ID "\",\"5\",\"D\",{}]]", "rows/0" },
    { "[[\"product\",\"" ID "\",5,\"D\",{}]]", "rows/0" },
    { "[[3,\"x\",5,\"D\",{}]]", "rows/0" },
    { "[[3,\"" ID "\",5,\"D\",{\"moved_to\":3}]]", "rows/0" },
    { "[[3,\"" ID "\",5,\"U\",{},3]]", "rows/0" },
    { "[[]]", "rows/0" },
    { "[7]", "rows/0" },
    { "{}", "rows" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"rows\":%s}", cases[i].rows);
      GError *error = NULL;
      g_autoptr (KdChanges) changes = kd_changes_parse (text, -1, &error);

      g_test_message ("%s", text);
      if (cases[i].path == NULL)
        g_assert_no_error (error);
      else
        test_assert_error (error, KD_WIRE_ERROR_FIELD, KD_WIRE_BAD_TYPE, cases[i].path);
    }
}

/* Answers cut anywhere are lost answers, nothing else. */
static void
test_changes_cut (void)
{
  KdRandom random = KD_RANDOM (12);
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_record_free);
  g_autoptr (KdChanges) changes = random_changes (&random, records);
  gsize len;
  g_autofree char *text = kd_changes_to_json (changes, &len);

  for (gsize n = 0; n < len; n += 41)
    g_assert_null (kd_changes_parse (text, (gssize) n, NULL));
}

static void
test_problem (void)
{
  KdRandom random = KD_RANDOM (13);
  g_autoptr (KdProblem) problem = kd_problem_new (410, "resync"), read = NULL, made = NULL;
  g_autofree char *text = NULL, *again = NULL;
  GError *error = NULL;

  problem->why = g_strdup ("rollback");
  problem->head = 5;
  problem->mark = kd_random_id (&random);
  problem->values = g_strdup ("{\"left\":[1]}");
  text = kd_problem_to_json (problem, NULL);
  read = kd_problem_parse (text, -1, &error);
  g_assert_no_error (error);
  again = kd_problem_to_json (read, NULL);
  g_assert_cmpstr (again, ==, text);
  g_assert_cmpstr (read->why, ==, "rollback");
  g_assert_null (kd_problem_parse ("{\"error\":\"not ours\"}", -1, &error));
  test_assert_error (error, KD_WIRE_ERROR_FIELD, "field.required", "code");
  error = NULL;
  g_assert_null (kd_push_parse (PUSH ("{\"no\":true}"), -1, &error));
  made = kd_problem_from_error (error);
  g_assert_cmpstr (made->code, ==, "bad_field");
  g_assert_cmpstr (made->field, ==, "muts/0/no");
  g_assert_cmpstr (made->reason, ==, KD_WIRE_BAD_TYPE);
  g_error_free (error);
}

static void
test_live (void)
{
  KdRandom random = KD_RANDOM (14);
  KdLiveHead head = { kd_random_id (&random), 55, kd_random_id (&random) }, read = { 0 };
  g_autofree char *text = kd_live_head_to_json (&head), *type = NULL, *other = NULL;

  g_assert_true (kd_live_parse (text, -1, &type, &read, NULL));
  g_assert_cmpstr (type, ==, KD_LIVE_HEAD);
  g_assert_true (kd_id_equal (&read.shop, &head.shop) && kd_id_equal (&read.epoch, &head.epoch));
  g_assert_cmpint (read.seq, ==, 55);
  g_assert_true (kd_live_parse ("{\"t\":\"typing\",\"who\":1}", -1, &other, &read, NULL));
  g_assert_cmpstr (other, ==, "typing");
  g_assert_false (kd_live_parse ("{\"t\":1}", -1, &other, &read, NULL));
  g_assert_false (kd_live_parse ("{\"t\":\"head\"}", -1, &other, &read, NULL));
}

static void
test_device (void)
{
  KdRandom random = KD_RANDOM (16);
  g_autoptr (KdDeviceRequest) request = kd_device_request_new (), asked = NULL;
  g_autoptr (KdDeviceAnswer) answer = kd_device_answer_new (), got = NULL;
  g_autofree char *request_text = NULL, *answer_text = NULL;
  GError *error = NULL;

  request->install_nonce = kd_random_id (&random);
  request->letter = g_strdup ("B");
  request->next_alias = 8;
  request_text = kd_device_request_to_json (request);
  asked = kd_device_request_parse (request_text, -1, &error);
  g_assert_no_error (error);
  g_assert_true (kd_id_equal (&asked->install_nonce, &request->install_nonce));
  g_assert_true (kd_id_is_none (&asked->device_id));
  g_assert_cmpstr (asked->letter, ==, "B");
  answer->device_id = kd_random_id (&random);
  answer->epoch = kd_random_id (&random);
  answer->letter = g_strdup ("AA");
  answer->scopes = KD_SCOPES_ALL;
  answer_text = kd_device_answer_to_json (answer);
  got = kd_device_answer_parse (answer_text, -1, &error);
  g_assert_no_error (error);
  g_assert_true (kd_id_equal (&got->epoch, &answer->epoch));
  g_assert_cmpint (got->scopes, ==, KD_SCOPES_ALL);
  g_assert_cmpint (got->schema, ==, KD_SCHEMA);
  g_assert_null (kd_device_request_parse ("{\"letter\":\"A\"}", -1, &error));
  test_assert_error (error, KD_WIRE_ERROR_FIELD, "field.required", "install_nonce");
}

static void
test_uids (void)
{
  KdRandom random = KD_RANDOM (17);
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (KdId)), read = NULL, none = NULL;
  g_autofree char *text = NULL;
  GError *error = NULL;

  for (guint i = 0; i < KD_KNOWN_MAX; i++)
    {
      KdId uid = kd_random_id (&random);
      g_array_append_val (uids, uid);
    }
  text = kd_uids_to_json (uids);
  read = kd_uids_parse (text, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (read->data, read->len * sizeof (KdId), uids->data, uids->len * sizeof (KdId));
  none = kd_uids_parse ("{}", -1, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_null (kd_uids_parse ("{\"uids\":[7]}", -1, &error));
  test_assert_error (error, KD_WIRE_ERROR_FIELD, KD_WIRE_BAD_TYPE, "uids");
}

/* A full page is written and read in a blink; the bound is wide, for sanitizers and slow machines. */
static void
test_page_speed (void)
{
  KdRandom random = KD_RANDOM (15);
  g_autoptr (KdChanges) changes = kd_changes_new (), read = NULL;
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_record_free);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  gint64 start;
  double wrote, parsed;
  gsize len;

  for (guint i = 0; i < KD_CHANGES_MAX_ROWS; i++)
    g_ptr_array_add (records, kd_random_record (&random, &kd_kind_variant));
  start = g_get_monotonic_time ();
  for (guint i = 0; i < records->len; i++)
    kd_changes_add_record (changes, g_ptr_array_index (records, i), NULL);
  text = kd_changes_to_json (changes, &len);
  wrote = (double) (g_get_monotonic_time () - start) / 1000;
  start = g_get_monotonic_time ();
  read = kd_changes_parse (text, (gssize) len, &error);
  parsed = (double) (g_get_monotonic_time () - start) / 1000;
  g_assert_no_error (error);
  g_assert_cmpuint (read->rows->len, ==, KD_CHANGES_MAX_ROWS);
  g_test_message ("%" G_GSIZE_FORMAT " bytes, written in %.1f ms, read in %.1f ms", len, wrote, parsed);
  g_assert_cmpfloat (wrote + parsed, <, 5000);
}

void
test_message_add (void)
{
  g_test_add_func ("/wire/message/cursor", test_cursor);
  g_test_add_func ("/wire/message/witness", test_witness);
  g_test_add_func ("/wire/message/push", test_push);
  g_test_add_func ("/wire/message/push-refused", test_push_refused);
  g_test_add_func ("/wire/message/push-answer", test_push_answer);
  g_test_add_func ("/wire/message/changes", test_changes);
  g_test_add_func ("/wire/message/changes-refused", test_changes_refused);
  g_test_add_func ("/wire/message/changes-cut", test_changes_cut);
  g_test_add_func ("/wire/message/problem", test_problem);
  g_test_add_func ("/wire/message/live", test_live);
  g_test_add_func ("/wire/message/device", test_device);
  g_test_add_func ("/wire/message/uids", test_uids);
  g_test_add_func ("/wire/message/page-speed", test_page_speed);
}
