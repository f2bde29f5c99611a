/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-wire.h"

#include "kd-kinds.h"

#include <string.h>

#define ID "0190a0b0-c0d0-7000-8000-000000000001"

/* A shape with every type, as no kind has it. */
typedef struct
{
  KdId id;
  char *text, *position, *json;
  gint64 number, quantity, money, time, date, empty;
  gboolean flag;
  int choice;
  char **texts;
  GArray *refs, *blobs;
  KdHash blob;
} Item;

typedef struct
{
  gint64 kind;
  KdPartial *set, *product;
  GPtrArray *lines;
  KdId actor;
} Thing;

static const char *const choices[] = { "none", "one", "two", NULL };

#define F(struct_name, field, t, ...) \
  { .name = #field, .type = KD_TYPE_##t, .offset = G_STRUCT_OFFSET (struct_name, field), ##__VA_ARGS__ }

static const KdField item_fields[] = {
  F (Item, id, ID, .flags = KD_FIELD_REQUIRED),
  F (Item, text, TEXT, .min = 2, .max = 10),
  F (Item, position, POSITION),
  F (Item, json, JSON, .max = 20),
  F (Item, number, INT, .min = -5, .max = 5),
  F (Item, quantity, QUANTITY, .min = 0, .max = KD_QUANTITY_MAX),
  F (Item, money, MONEY),
  F (Item, time, TIME),
  F (Item, date, DATE),
  F (Item, empty, INT, .flags = KD_FIELD_EMPTY),
  F (Item, flag, BOOL),
  F (Item, choice, ENUM, .values = choices),
  F (Item, texts, TEXT_SET, .max = 2),
  F (Item, refs, REF_SET, .max = 2),
  F (Item, blobs, BLOB_LIST, .max = 2),
  F (Item, blob, BLOB_HASH),
};
static const KdShape item_shape = {
  .name = "item", .size = sizeof (Item), .fields = item_fields, .n_fields = G_N_ELEMENTS (item_fields)
};

static const KdField thing_fields[] = {
  F (Thing, kind, INT),
  F (Thing, set, PARTIAL),
  F (Thing, product, PARTIAL, .ref = 3),
  F (Thing, lines, LIST, .item = &item_shape, .max = 3),
  F (Thing, actor, ID, .flags = KD_FIELD_BY_SERVER | KD_FIELD_REQUIRED),
};
static const KdShape thing_shape = {
  .name = "thing", .size = sizeof (Thing), .fields = thing_fields, .n_fields = G_N_ELEMENTS (thing_fields)
};

typedef struct
{
  const char *text;
  const char *code; /* NULL: taken */
  const char *path;
} Case;

static const Case item_cases[] = {
  { "{\"id\":\"" ID "\"}", NULL, NULL },
  { "{}", "field.required", "id" },
  { "{\"id\":null}", "field.required", "id" },
  { "{\"id\":7}", KD_WIRE_BAD_TYPE, "id" },
  { "{\"id\":\"0190a0b0\"}", KD_WIRE_BAD_TYPE, "id" },
  { "{\"id\":\"" ID " \"}", KD_WIRE_BAD_TYPE, "id" },
  { "{\"id\":\"" ID "\",\"texx\":1}", KD_WIRE_UNKNOWN, "texx" },
  { "{\"id\":\"" ID "\",\"text\":\"ok\"}", NULL, NULL },
  { "{\"id\":\"" ID "\",\"text\":\"\"}", NULL, NULL },
  { "{\"id\":\"" ID "\",\"text\":7}", KD_WIRE_BAD_TYPE, "text" },
  { "{\"id\":\"" ID "\",\"text\":[\"a\"]}", KD_WIRE_BAD_TYPE, "text" },
  { "{\"id\":\"" ID "\",\"text\":true}", KD_WIRE_BAD_TYPE, "text" },
  { "{\"id\":\"" ID "\",\"text\":\"x\"}", "field.too_short", "text" },
  { "{\"id\":\"" ID "\",\"text\":\"12345678901\"}", "field.too_long", "text" },
  { "{\"id\":\"" ID "\",\"text\":\"a\\u0001b\"}", "field.control_character", "text" },
  { "{\"id\":\"" ID "\",\"text\":\"a\\nb\"}", "field.control_character", "text" },
  { "{\"id\":\"" ID "\",\"json\":{\"a\" : 1}}", NULL, NULL },
  { "{\"id\":\"" ID "\",\"json\":\"1234567890123456789\"}", "field.too_long", "json" },
  { "{\"id\":\"" ID "\",\"number\":5}", NULL, NULL },
  { "{\"id\":\"" ID "\",\"number\":null}", NULL, NULL },
  { "{\"id\":\"" ID "\",\"number\":6}", "number.range", "number" },
  { "{\"id\":\"" ID "\",\"number\":-6}", "number.range", "number" },
  { "{\"id\":\"" ID "\",\"number\":\"5\"}", KD_WIRE_BAD_TYPE, "number" },
  { "{\"id\":\"" ID "\",\"number\":5.0}", KD_WIRE_BAD_TYPE, "number" },
  { "{\"id\":\"" ID "\",\"number\":false}", KD_WIRE_BAD_TYPE, "number" },
  { "{\"id\":\"" ID "\",\"number\":{}}", KD_WIRE_BAD_TYPE, "number" },
  { "{\"id\":\"" ID "\",\"quantity\":-1}", "number.range", "quantity" },
  { "{\"id\":\"" ID "\",\"quantity\":1000000000001}", "number.range", "quantity" },
  { "{\"id\":\"" ID "\",\"money\":-1000000000000000}", NULL, NULL },
  { "{\"id\":\"" ID "\",\"money\":1000000000000001}", "number.range", "money" },
  { "{\"id\":\"" ID "\",\"money\":-9223372036854775808}", "number.range", "money" },
  { "{\"id\":\"" ID "\",\"empty\":-9223372036854775808}", "number.range", "empty" },
  { "{\"id\":\"" ID "\",\"empty\":0}", NULL, NULL },
  { "{\"id\":\"" ID "\",\"time\":1}", "number.range", "time" },
  { "{\"id\":\"" ID "\",\"time\":0}", NULL, NULL },
  { "{\"id\":\"" ID "\",\"time\":\"2024-01-01\"}", KD_WIRE_BAD_TYPE, "time" },
  { "{\"id\":\"" ID "\",\"date\":\"2024-02-29\"}", NULL, NULL },
  { "{\"id\":\"" ID "\",\"date\":\"2023-02-29\"}", KD_WIRE_BAD_TYPE, "date" },
  { "{\"id\":\"" ID "\",\"date\":\"2024-2-9\"}", KD_WIRE_BAD_TYPE, "date" },
  { "{\"id\":\"" ID "\",\"date\":\"+024-02-09\"}", KD_WIRE_BAD_TYPE, "date" },
  { "{\"id\":\"" ID "\",\"date\":19000}", KD_WIRE_BAD_TYPE, "date" },
  { "{\"id\":\"" ID "\",\"date\":\"1999-12-31\"}", "number.range", "date" },
  { "{\"id\":\"" ID "\",\"flag\":1}", KD_WIRE_BAD_TYPE, "flag" },
  { "{\"id\":\"" ID "\",\"flag\":\"true\"}", KD_WIRE_BAD_TYPE, "flag" },
  { "{\"id\":\"" ID "\",\"choice\":\"two\"}", NULL, NULL },
  { "{\"id\":\"" ID "\",\"choice\":\"three\"}", KD_WIRE_BAD_RANGE, "choice" },
  { "{\"id\":\"" ID "\",\"choice\":2}", KD_WIRE_BAD_TYPE, "choice" },
  { "{\"id\":\"" ID "\",\"texts\":\"a\"}", KD_WIRE_BAD_TYPE, "texts" },
  { "{\"id\":\"" ID "\",\"texts\":[\"a\",1]}", KD_WIRE_BAD_TYPE, "texts/1" },
  { "{\"id\":\"" ID "\",\"texts\":[\"a\",\"a\",\"b\"]}", NULL, NULL },
  { "{\"id\":\"" ID "\",\"texts\":[\"a\",\"c\",\"b\"]}", "field.too_many", "texts" },
  { "{\"id\":\"" ID "\",\"texts\":[\"\"]}", "field.bad_member", "texts" },
  { "{\"id\":\"" ID "\",\"refs\":[\"" ID "\"]}", NULL, NULL },
  { "{\"id\":\"" ID "\",\"refs\":[]}", NULL, NULL },
  { "{\"id\":\"" ID "\",\"refs\":[\"" ID "\",null]}", KD_WIRE_BAD_TYPE, "refs/1" },
  { "{\"id\":\"" ID "\",\"refs\":{}}", KD_WIRE_BAD_TYPE, "refs" },
  { "{\"id\":\"" ID "\",\"blob\":\"00\"}", KD_WIRE_BAD_TYPE, "blob" },
  { "{\"id\":\"" ID "\",\"blobs\":[\"zz\"]}", KD_WIRE_BAD_TYPE, "blobs/0" },
  { "{\"id\":\"" ID "\",\"position\":\"12345678901234567890123456789012345678901234567890123456789012345\"}",
    "field.too_long", "position" },
};

static const Case thing_cases[] = {
  { "{}", NULL, NULL },
  { "{\"kind\":\"product\",\"set\":{\"name\":\"A\"}}", NULL, NULL },
  { "{\"set\":{\"price\":1},\"kind\":\"variant\"}", NULL, NULL },
  { "{\"set\":{\"name\":\"A\"}}", KD_WIRE_BAD_TYPE, "set" },
  { "{\"kind\":\"produkt\",\"set\":{}}", KD_WIRE_BAD_RANGE, "kind" },
  { "{\"kind\":3,\"set\":{}}", KD_WIRE_BAD_TYPE, "kind" },
  { "{\"kind\":\"product\",\"set\":[]}", KD_WIRE_BAD_TYPE, "set" },
  { "{\"kind\":\"product\",\"set\":{\"sku\":\"A\"}}", KD_WIRE_UNKNOWN, "set/sku" },
  { "{\"kind\":\"product\",\"set\":{\"name\":\"\"}}", "field.required", "set/name" },
  { "{\"kind\":\"product\",\"set\":{\"id\":\"" ID "\"}}", KD_WIRE_UNKNOWN, "set/id" },
  { "{\"product\":{\"tags\":[\"a\",3]}}", KD_WIRE_BAD_TYPE, "product/tags/1" },
  { "{\"product\":{\"price\":-1}}", "number.range", "product/price" },
  { "{\"lines\":[{\"id\":\"" ID "\"},{\"id\":\"" ID "\",\"quantity\":1}]}", NULL, NULL },
  { "{\"lines\":[{\"id\":\"" ID "\"},{\"id\":\"" ID "\",\"quantity\":-1}]}", "number.range", "lines/1/quantity" },
  { "{\"lines\":[{}]}", "field.required", "lines/0/id" },
  { "{\"lines\":[7]}", KD_WIRE_BAD_TYPE, "lines/0" },
  { "{\"lines\":{}}", KD_WIRE_BAD_TYPE, "lines" },
  { "{\"lines\":[{},{},{},{}]}", "field.too_many", "lines" },
  { "{\"actor\":\"" ID "\"}", KD_WIRE_BY_SERVER, "actor" },
  { "{\"actor\":null}", KD_WIRE_BY_SERVER, "actor" },
};

static void
run_cases (const KdShape *shape,
           const Case *cases,
           guint n)
{
  for (guint i = 0; i < n; i++)
    {
      GError *error = NULL;
      g_autoptr (JsonNode) node = kd_json_parse_object (cases[i].text, -1, G_MAXSIZE, &error);
      gpointer object = kd_shape_new (shape);
      gboolean taken;

      g_assert_no_error (error);
      g_test_message ("%s", cases[i].text);
      taken = kd_wire_read_object (shape, NULL, json_node_get_object (node), object, 0, NULL, NULL, &error);
      if (cases[i].code == NULL)
        g_assert_no_error (error);
      else
        test_assert_error (error, KD_WIRE_ERROR_FIELD, cases[i].code, cases[i].path);
      g_assert_cmpint (taken, ==, cases[i].code == NULL);
      kd_shape_free (shape, object);
    }
}

static void
test_items (void)
{
  run_cases (&item_shape, item_cases, G_N_ELEMENTS (item_cases));
}

static void
test_things (void)
{
  run_cases (&thing_shape, thing_cases, G_N_ELEMENTS (thing_cases));
}

/* Every type there is comes back as it went. */
static void
test_every_type (void)
{
  for (guint seed = 0; seed < 500; seed++)
    {
      KdRandom random = KD_RANDOM (seed);
      Thing *thing = kd_shape_new (&thing_shape), *read = kd_shape_new (&thing_shape);
      GString *out = g_string_new (NULL);
      KdJsonWriter writer = KD_JSON_WRITER (out);
      g_autoptr (JsonNode) node = NULL;
      g_autoptr (GError) error = NULL;
      GString *again = g_string_new (NULL);

      kd_random_object (&random, &thing_shape, NULL, thing);
      kd_json_begin_object (&writer);
      kd_wire_write_fields (&writer, &thing_shape, thing, G_MAXUINT64, 0);
      kd_json_end_object (&writer);
      node = kd_json_parse_object (out->str, -1, G_MAXSIZE, &error);
      g_assert_no_error (error);
      kd_wire_read_object (&thing_shape, NULL, json_node_get_object (node), read, KD_WIRE_READ_BY_SERVER,
                           NULL, NULL, &error);
      g_assert_no_error (error);
      writer = KD_JSON_WRITER (again);
      kd_json_begin_object (&writer);
      kd_wire_write_fields (&writer, &thing_shape, read, G_MAXUINT64, 0);
      kd_json_end_object (&writer);
      g_assert_cmpstr (again->str, ==, out->str);
      kd_shape_free (&thing_shape, thing);
      kd_shape_free (&thing_shape, read);
      g_string_free (out, TRUE);
      g_string_free (again, TRUE);
    }
}

/* A JSON value of any sort in the place of every field of every kind: refused or read, never worse. */
static void
test_wrong_types (void)
{
  static const char *const values[] = {
    "null", "true", "0", "-1", "1.5", "9223372036854775807", "-9223372036854775808", "\"\"", "\"x\"",
    "\"" ID "\"", "[]", "[null]", "[[]]", "[\"x\",\"x\"]", "{}", "{\"a\":{}}",
  };
  guint n;
  const KdKind *const *kinds = kd_kinds (&n);

  for (guint k = 0; k < n; k++)
    for (guint i = 0; i < kinds[k]->shape.n_fields; i++)
      for (guint v = 0; v < G_N_ELEMENTS (values); v++)
        {
          const char *name = kinds[k]->shape.fields[i].name;
          g_autofree char *text = g_strdup_printf ("{\"%s\":%s}", name, values[v]);
          g_autoptr (JsonNode) node = kd_json_parse_object (text, -1, G_MAXSIZE, NULL);
          g_autoptr (KdPartial) partial = NULL;
          GError *error = NULL;
          const char *code;

          partial = kd_wire_read_partial (kinds[k], json_node_get_object (node), 0, &error);
          if (partial == NULL)
            {
              g_assert_true (g_str_has_prefix (kd_wire_error_get_path (error), name));
              g_error_free (error);
              continue;
            }
          g_assert_no_error (error);
          g_assert_cmphex (partial->mask, ==, G_GUINT64_CONSTANT (1) << i);
          g_assert_true (kd_field_check (&kinds[k]->shape.fields[i], partial->record, &code));
        }
}

static void
test_value (void)
{
  const KdField *field = kd_shape_find (&kd_kind_product.shape, "price");
  g_autoptr (KdRecord) record = kd_record_new (&kd_kind_product);
  g_autofree char *text = NULL;
  GError *error = NULL;

  g_assert_true (kd_wire_value_parse (field, "2500", record, 0, NULL));
  text = kd_wire_value_to_text (field, record);
  g_assert_cmpstr (text, ==, "2500");
  g_assert_true (kd_wire_value_parse (field, "null", record, 0, NULL));
  g_assert_true (((KdProduct *) record)->price == KD_EMPTY);
  g_assert_false (kd_wire_value_parse (field, "\"2500\"", record, 0, &error));
  test_assert_error (error, KD_WIRE_ERROR_FIELD, KD_WIRE_BAD_TYPE, "price");
}

void
test_refused_add (void)
{
  g_test_add_func ("/wire/refused/fields", test_items);
  g_test_add_func ("/wire/refused/nested", test_things);
  g_test_add_func ("/wire/refused/every-type", test_every_type);
  g_test_add_func ("/wire/refused/wrong-types", test_wrong_types);
  g_test_add_func ("/wire/refused/value", test_value);
}
