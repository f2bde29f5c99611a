/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-wire.h"

#include "kd-kinds.h"

#include <string.h>

typedef void (*KindFunc) (const KdKind *kind,
                          KdRandom *random);

static void
for_each_kind (KindFunc func)
{
  guint n;
  const KdKind *const *kinds = kd_kinds (&n);

  for (guint i = 0; i < n; i++)
    for (guint round = 0; round < TEST_ROUNDS; round++)
      {
        KdRandom random = KD_RANDOM (kinds[i]->number * 1000 + round);

        g_test_message ("%s, seed %" G_GUINT64_FORMAT, kinds[i]->shape.name, random.state);
        func (kinds[i], &random);
      }
}

static KdRecord *
read_back (const KdRecord *record,
           const char *text,
           KdWireReadFlags flags)
{
  g_autoptr (GError) error = NULL;
  KdRecord *read = kd_wire_record_parse (record->kind, &record->id, text, -1, flags, &error);

  g_assert_no_error (error);
  return read;
}

static void
check_round_trip (const KdKind *kind,
                  KdRandom *random)
{
  g_autoptr (KdRecord) record = kd_random_record (random, kind);
  g_autofree char *all = kd_wire_record_to_text (record, KD_WIRE_WRITE_ALL);
  g_autofree char *canonical = kd_wire_canonical (record);
  g_autoptr (KdRecord) strict = read_back (record, all, 0);
  g_autoptr (KdRecord) pulled = read_back (record, canonical, KD_WIRE_READ_PULL);
  g_autoptr (JsonNode) node = kd_json_parse (canonical, -1, G_MAXSIZE, NULL);
  g_autofree char *generic = kd_json_canonical (node);

  g_assert_true (kd_record_equal (pulled, record));
  g_assert_null (pulled->extra);
  g_assert_true (kd_record_equal (strict, record));
  g_assert_cmpstr (generic, ==, canonical);
  g_assert_cmphex (kd_wire_row_hash (pulled), ==, kd_wire_row_hash (record));
}

static void
test_round_trip (void)
{
  for_each_kind (check_round_trip);
}

/* The members in another order, with white space: the same record, the same hash. */
static void
check_order (const KdKind *kind,
             KdRandom *random)
{
  g_autoptr (KdRecord) record = kd_random_record (random, kind);
  g_autofree char *canonical = kd_wire_canonical (record);
  g_autoptr (JsonNode) node = kd_json_parse (canonical, -1, G_MAXSIZE, NULL);
  g_autoptr (GList) members = json_object_get_members (json_node_get_object (node));
  g_autoptr (JsonObject) shuffled = json_object_new ();
  g_autoptr (JsonNode) shuffled_node = NULL;
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autofree char *text = NULL;
  g_autoptr (KdRecord) read = NULL;

  for (GList *l = members; l != NULL; l = l->next)
    if (kd_random_below (random, 2) == 0)
      json_object_set_member (shuffled, l->data, json_object_dup_member (json_node_get_object (node), l->data));
  members = g_list_reverse (g_steal_pointer (&members));
  for (GList *l = members; l != NULL; l = l->next)
    if (!json_object_has_member (shuffled, l->data))
      json_object_set_member (shuffled, l->data, json_object_dup_member (json_node_get_object (node), l->data));
  shuffled_node = json_node_init_object (json_node_alloc (), shuffled);
  json_generator_set_root (generator, shuffled_node);
  json_generator_set_pretty (generator, TRUE);
  text = json_generator_to_data (generator, NULL);
  read = read_back (record, text, KD_WIRE_READ_PULL);
  g_assert_true (kd_record_equal (read, record));
  g_assert_cmphex (kd_wire_row_hash (read), ==, kd_wire_row_hash (record));
}

static void
test_order (void)
{
  for_each_kind (check_order);
}

static void
check_hash (const KdKind *kind,
            KdRandom *random)
{
  g_autoptr (KdRecord) record = kd_random_record (random, kind);
  guint64 hash = kd_wire_row_hash (record);

  for (guint i = 0; i < kind->shape.n_fields; i++)
    {
      const KdField *field = &kind->shape.fields[i];
      g_autoptr (KdRecord) other = kd_record_copy (record);
      gboolean hidden = (field->flags & (KD_FIELD_SERVER_ONLY | KD_FIELD_LOCAL_ONLY)) != 0;

      for (guint tries = 0; tries < 50 && kd_field_equal (field, record, other); tries++)
        kd_random_field (random, field, kind, other);
      if (kd_field_equal (field, record, other))
        continue;
      if (hidden)
        g_assert_cmphex (kd_wire_row_hash (other), ==, hash);
      else
        g_assert_cmphex (kd_wire_row_hash (other), !=, hash);
    }
  record->seq = 77;
  record->by = kd_random_id (random);
  g_assert_cmphex (kd_wire_row_hash (record), ==, hash);
  record->id = kd_random_id (random);
  g_assert_cmphex (kd_wire_row_hash (record), !=, hash);
}

static void
test_hash (void)
{
  for_each_kind (check_hash);
}

/* Members of a newer version: kept by a device, in their place by name, hashed. */
static void
check_extra (const KdKind *kind,
             KdRandom *random)
{
  static const char extra[] = "{\"Aa\":{\"x\":[1,null]},\"mmm\":\"\\\"\",\"zz\":null}";
  g_autoptr (KdRecord) record = kd_random_record (random, kind);
  guint64 bare = kd_wire_row_hash (record);
  g_autofree char *canonical = NULL, *generic = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (KdRecord) pulled = NULL;
  GError *error = NULL;

  record->extra = g_strdup (extra);
  canonical = kd_wire_canonical (record);
  g_assert_cmphex (kd_wire_row_hash (record), !=, bare);
  node = kd_json_parse (canonical, -1, G_MAXSIZE, NULL);
  generic = kd_json_canonical (node);
  g_assert_cmpstr (generic, ==, canonical);
  pulled = read_back (record, canonical, KD_WIRE_READ_PULL);
  g_assert_cmpstr (pulled->extra, ==, extra);
  g_assert_true (kd_record_equal (pulled, record));
  g_assert_null (kd_wire_record_parse (kind, &record->id, canonical, -1, 0, &error));
  g_assert_cmpstr (kd_wire_error_get_code (error), ==, KD_WIRE_UNKNOWN);
  g_error_free (error);
}

static void
test_extra (void)
{
  for_each_kind (check_extra);
}

/* What this version has learnt by now counts, unless it is empty. */
static void
test_extra_known (void)
{
  g_autoptr (KdRecord) record = kd_record_new (&kd_kind_location);
  KdLocation *location = (KdLocation *) record;
  g_autofree char *without = NULL, *with = NULL;

  record->extra = g_strdup ("{\"name\":\"old\",\"position\":\"p\",\"q\":1}");
  location->position = g_strdup ("a");
  without = kd_wire_canonical (record);
  g_assert_cmpstr (without, ==, "{\"name\":\"old\",\"position\":\"a\",\"q\":1}");
  location->name = g_strdup ("new");
  location->archived = TRUE;
  with = kd_wire_canonical (record);
  g_assert_cmpstr (with, ==, "{\"archived\":true,\"name\":\"new\",\"position\":\"a\",\"q\":1}");
}

static void
check_partial (const KdKind *kind,
               KdRandom *random)
{
  g_autoptr (KdPartial) partial = kd_random_partial (random, kind);
  GString *out = g_string_new (NULL);
  KdJsonWriter writer = KD_JSON_WRITER (out);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (KdPartial) read = NULL;

  kd_json_begin_object (&writer);
  kd_wire_write_fields (&writer, &kind->shape, partial->record, partial->mask, KD_WIRE_WRITE_ALL);
  kd_json_end_object (&writer);
  node = kd_json_parse (out->str, (gssize) out->len, G_MAXSIZE, &error);
  g_assert_no_error (error);
  read = kd_wire_read_partial (kind, json_node_get_object (node), 0, &error);
  g_assert_no_error (error);
  g_assert_cmphex (read->mask, ==, partial->mask);
  g_assert_cmphex (kd_record_diff (read->record, partial->record) & partial->mask, ==, 0);
  g_string_free (out, TRUE);
}

static void
test_partial (void)
{
  for_each_kind (check_partial);
}

static void
test_forms (void)
{
  g_autoptr (KdRecord) record = kd_record_new (&kd_kind_variant);
  KdVariant *variant = (KdVariant *) record;
  g_autofree char *all = NULL, *few = NULL;
  KdId id;

  kd_id_parse ("0190a0b0-c0d0-7000-8000-000000000001", &id);
  variant->product = id;
  variant->price = 12500;
  variant->weight = 0;
  variant->values = kd_ref_set_new (&id, 1);
  variant->archived = TRUE;
  all = kd_wire_record_to_text (record, KD_WIRE_WRITE_ALL);
  g_assert_cmpstr (all, ==,
                   "{\"archived\":true,\"buffer\":0,\"by_weight\":false,\"compare_at\":null,\"height\":null,"
                   "\"length\":null,\"op\":null,\"oversell\":false,\"photo\":null,\"position\":null,"
                   "\"price\":12500,\"product\":\"0190a0b0-c0d0-7000-8000-000000000001\",\"sku\":null,"
                   "\"sku_key\":null,\"title\":null,\"untracked\":false,"
                   "\"values\":[\"0190a0b0-c0d0-7000-8000-000000000001\"],\"weight\":0,\"width\":null}");
  few = kd_wire_canonical (record);
  g_assert_cmpstr (few, ==,
                   "{\"archived\":true,\"price\":12500,\"product\":\"0190a0b0-c0d0-7000-8000-000000000001\","
                   "\"values\":[\"0190a0b0-c0d0-7000-8000-000000000001\"],\"weight\":0}");
}

/* Hashes that other builds and machines must come to as well. */
static void
test_known_hashes (void)
{
  g_autoptr (KdRecord) record = kd_record_new (&kd_kind_location);
  g_autofree char *canonical = NULL;
  KdId none = KD_ID_NONE;
  KdHash chain = { { 0 } }, hash;
  char text[KD_HASH_TEXT_LENGTH + 1], sum[KD_SUM_TEXT_LENGTH + 1];
  guint64 parsed;

  kd_id_parse ("0190a0b0-c0d0-7000-8000-000000000001", &record->id);
  ((KdLocation *) record)->name = g_strdup ("Toko");
  canonical = kd_wire_canonical (record);
  g_assert_cmpstr (canonical, ==, "{\"name\":\"Toko\"}");
  g_assert_cmphex (kd_wire_row_hash (record), ==,
                   kd_wire_row_hash_text (10, &record->id, canonical, strlen (canonical)));
  g_assert_cmpstr (kd_wire_sum_to_text (kd_wire_row_hash (record), sum), ==, "5619f69a1db4bc65");
  g_assert_true (kd_wire_sum_parse (sum, &parsed));
  g_assert_cmphex (parsed, ==, kd_wire_row_hash (record));
  g_assert_false (kd_wire_sum_parse ("123", &parsed));
  g_assert_false (kd_wire_sum_parse ("000000000000000g", &parsed));
  hash = kd_wire_mutation_hash (&record->id, &none, "location.create", 1, 1700000000000, 5, "{\"id\":1}");
  g_assert_cmpstr (kd_hash_to_text (&hash, text), ==, "d80a60c127c2ce923d1910c0d6a53917691689572f76752621dd81e5626e016b");
  chain = kd_wire_chain (&chain, &hash);
  g_assert_cmpstr (kd_hash_to_text (&chain, text), ==, "0391f9705174f933509c6d29e4d02876c4d769ffd827084d8a98df8e9dab9abc");
}

/* A value of a newer version's enum goes through a device unharmed. */
static void
test_unknown_enum (void)
{
  KdId id = KD_ID_NONE;
  static const char text[] = "{\"name\":\"A\",\"status\":\"sleeping\"}";
  g_autoptr (GError) error = NULL;
  g_autoptr (KdRecord) record = kd_wire_record_parse (&kd_kind_product, &id, text, -1, KD_WIRE_READ_PULL, &error);
  g_autofree char *back = NULL;
  GError *refused = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (((KdProduct *) record)->status, >=, KD_ENUM_UNKNOWN);
  back = kd_wire_canonical (record);
  g_assert_cmpstr (back, ==, text);
  g_assert_null (kd_wire_record_parse (&kd_kind_product, &id, text, -1, 0, &refused));
  test_assert_error (refused, KD_WIRE_ERROR_FIELD, KD_WIRE_BAD_RANGE, "status");
}

/* Trusted rows may be beyond the limits this version knows. */
static void
test_no_limits (void)
{
  g_autofree char *name = g_strnfill (5000, 'x');
  g_autofree char *text = g_strdup_printf ("{\"name\":\"%s\"}", name);
  KdId id = KD_ID_NONE;
  g_autoptr (GError) error = NULL;
  g_autoptr (KdRecord) record = kd_wire_record_parse (&kd_kind_location, &id, text, -1, KD_WIRE_READ_PULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (((KdLocation *) record)->name, ==, name);
}

/* The value null of a JSON field is a value in a row; a stranger's null empties the field. */
static void
test_json_null (void)
{
  KdId id = KD_ID_NONE;
  g_autoptr (KdRecord) row = kd_wire_record_parse (&kd_kind_setting, &id, "{\"key\":\"a\",\"value\":null}", -1,
                                                   KD_WIRE_READ_PULL, NULL);
  g_autoptr (KdRecord) sent = kd_wire_record_parse (&kd_kind_setting, &id, "{\"key\":\"a\",\"value\":null}", -1,
                                                    0, NULL);
  g_autofree char *row_text = kd_wire_canonical (row), *sent_text = kd_wire_canonical (sent);

  g_assert_cmpstr (((KdSetting *) row)->value, ==, "null");
  g_assert_cmpstr (row_text, ==, "{\"key\":\"a\",\"value\":null}");
  g_assert_null (((KdSetting *) sent)->value);
  g_assert_cmpstr (sent_text, ==, "{\"key\":\"a\"}");
}

/* However a handler wrote the JSON of a field, the row's canonical form is one. */
static void
test_json_order (void)
{
  g_autoptr (KdRecord) record = kd_record_new (&kd_kind_setting);
  g_autofree char *canonical = NULL, *without = NULL;
  KdSetting *setting = (KdSetting *) record;

  setting->key = g_strdup ("k");
  setting->value = g_strdup ("{ \"b\":[1, 2], \"a\":\"\\u0041\" }");
  canonical = kd_wire_canonical (record);
  g_assert_cmpstr (canonical, ==, "{\"key\":\"k\",\"value\":{\"a\":\"A\",\"b\":[1,2]}}");
  g_free (setting->value);
  setting->value = g_strdup ("{no json");
  without = kd_wire_canonical (record);
  g_assert_cmpstr (without, ==, "{\"key\":\"k\"}");
}

static void
test_hidden (void)
{
  static const KdField fields[] = {
    { .name = "s", .number = 1, .type = KD_TYPE_INT, .offset = 0, .flags = KD_FIELD_SERVER_ONLY },
    { .name = "l", .number = 2, .type = KD_TYPE_INT, .offset = 8, .flags = KD_FIELD_LOCAL_ONLY },
    { .name = "x", .number = 3, .type = KD_TYPE_INT, .offset = 16, .flags = KD_FIELD_SECRET },
  };
  static const KdShape shape = { .name = "hidden", .size = 24, .fields = fields, .n_fields = 3 };
  static const gint64 values[] = { 1, 2, 3 };
  gint64 read[3];
  GString *out = g_string_new (NULL);
  KdJsonWriter writer = KD_JSON_WRITER (out);
  g_autoptr (JsonNode) node = kd_json_parse ("{\"l\":2,\"s\":1,\"x\":3}", -1, 100, NULL);
  JsonObject *json = json_node_get_object (node);
  GError *error = NULL;
  g_autofree char *extra = NULL;

  kd_json_begin_array (&writer);
  for (guint i = 0; i < 4; i++)
    {
      static const KdWireWriteFlags flags[] = {
        0, KD_WIRE_WRITE_SERVER_ONLY, KD_WIRE_WRITE_LOCAL_ONLY, KD_WIRE_WRITE_NO_SECRETS
      };
      kd_json_begin_object (&writer);
      kd_wire_write_fields (&writer, &shape, values, G_MAXUINT64, flags[i]);
      kd_json_end_object (&writer);
    }
  kd_json_end_array (&writer);
  g_assert_cmpstr (out->str, ==, "[{\"x\":3},{\"s\":1,\"x\":3},{\"l\":2,\"x\":3},{}]");
  g_string_free (out, TRUE);
  kd_shape_init (&shape, read);
  g_assert_false (kd_wire_read_object (&shape, NULL, json, read, 0, &extra, NULL, &error));
  test_assert_error (error, KD_WIRE_ERROR_FIELD, KD_WIRE_UNKNOWN, "l");
  g_assert_true (kd_wire_read_object (&shape, NULL, json, read, KD_WIRE_READ_PULL, &extra, NULL, NULL));
  g_assert_null (extra);
  g_assert_cmpint (read[0] + read[1] + read[2], ==, 3);
  g_assert_true (kd_wire_read_object (&shape, NULL, json, read, KD_WIRE_READ_OWN, &extra, NULL, NULL));
  g_assert_null (extra);
  g_assert_cmpint (read[0] + read[1] + read[2], ==, 6);
}

void
test_record_add (void)
{
  g_test_add_func ("/wire/record/round-trip", test_round_trip);
  g_test_add_func ("/wire/record/order", test_order);
  g_test_add_func ("/wire/record/hash", test_hash);
  g_test_add_func ("/wire/record/extra", test_extra);
  g_test_add_func ("/wire/record/extra-known", test_extra_known);
  g_test_add_func ("/wire/record/partial", test_partial);
  g_test_add_func ("/wire/record/forms", test_forms);
  g_test_add_func ("/wire/record/known-hashes", test_known_hashes);
  g_test_add_func ("/wire/record/unknown-enum", test_unknown_enum);
  g_test_add_func ("/wire/record/no-limits", test_no_limits);
  g_test_add_func ("/wire/record/json-null", test_json_null);
  g_test_add_func ("/wire/record/json-order", test_json_order);
  g_test_add_func ("/wire/record/hidden", test_hidden);
}
