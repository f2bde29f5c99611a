/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-wire.h"

#include "kd-kinds.h"

#include <string.h>

static void
check_call (const KdMutation *mutation,
            KdRandom *random)
{
  g_autoptr (KdCall) call = kd_random_call (random, mutation);
  g_autofree char *args = NULL, *again = NULL, *json = NULL, *generic = NULL;
  g_autoptr (KdCall) read = NULL, whole = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;

  args = kd_wire_call_to_args (call);
  node = kd_json_parse_object (args, -1, KD_WIRE_ARGS_MAX, &error);
  g_assert_no_error (error);
  generic = kd_json_canonical (node);
  g_assert_cmpstr (generic, ==, args);
  read = kd_wire_call_read (mutation->name, mutation->version, node, KD_WIRE_READ_BY_SERVER, &error);
  g_assert_no_error (error);
  g_assert_true (read->mutation == mutation);
  again = kd_wire_call_to_args (read);
  g_assert_cmpstr (again, ==, args);
  json = kd_wire_call_to_json (call);
  whole = kd_wire_call_from_json (json, KD_WIRE_READ_OWN, &error);
  g_assert_no_error (error);
  g_assert_true (kd_shape_equal (mutation->args, whole->args, read->args));
}

static void
test_round_trip (void)
{
  guint n;
  const KdMutation *const *mutations = kd_mutations (&n);

  for (guint i = 0; i < n; i++)
    for (guint round = 0; round < TEST_ROUNDS; round++)
      {
        KdRandom random = KD_RANDOM (i * 1000 + round);

        g_test_message ("%s, seed %" G_GUINT64_FORMAT, mutations[i]->name, random.state);
        check_call (mutations[i], &random);
      }
}

/* Every argument of every mutation is one that its JSON form can tell from the others. */
static void
test_shapes (void)
{
  guint n;
  const KdMutation *const *mutations = kd_mutations (&n);

  for (guint i = 0; i < n; i++)
    {
      const KdShape *shape = mutations[i]->args;

      for (guint f = 0; f < shape->n_fields; f++)
        {
          if (shape->fields[f].type == KD_TYPE_PARTIAL && shape->fields[f].ref == 0)
            g_assert_true (mutations[i]->kind != NULL || kd_shape_find (shape, "kind") != NULL);
          for (guint g = 0; g < f; g++)
            g_assert_cmpstr (shape->fields[f].name, !=, shape->fields[g].name);
        }
    }
}

/* A value that is not empty says so; a field at its default takes no room. */
static void
test_patch (void)
{
  g_autoptr (KdCall) read = NULL;
  g_autofree char *args = NULL;
  g_autoptr (GError) error = NULL;

  read = kd_wire_call_parse ("location.create", 1,
                             "{\"set\" : {\"name\":\"Toko\", \"archived\":false},"
                             " \"id\":\"0190a0b0-c0d0-7000-8000-000000000001\"}",
                             0, &error);
  g_assert_no_error (error);
  args = kd_wire_call_to_args (read);
  g_assert_cmpstr (args, ==,
                   "{\"id\":\"0190a0b0-c0d0-7000-8000-000000000001\",\"set\":{\"archived\":false,\"name\":\"Toko\"}}");
}

static void
test_refused (void)
{
  static const struct
  {
    const char *name;
    guint version;
    const char *args;
    KdWireError kind;
    const char *code, *path;
  } cases[] = {
    { "location.vanish", 1, "{}", KD_WIRE_ERROR_UNSUPPORTED, "unsupported", "" },
    { "location.create", 999, "{}", KD_WIRE_ERROR_UNSUPPORTED, "unsupported", "" },
    { "location.create", 1, "[]", KD_WIRE_ERROR_FIELD, KD_WIRE_BAD_TYPE, "" },
    { "location.create", 1, "{}", KD_WIRE_ERROR_FIELD, "field.required", "id" },
    { "location.create", 1, "{\"id\":\"0190a0b0-c0d0-7000-8000-000000000001\",\"set\":{\"nam\":1}}",
      KD_WIRE_ERROR_FIELD, KD_WIRE_UNKNOWN, "set/nam" },
    { "location.create", 1, "{\"id\"}", KD_WIRE_ERROR_JSON, KD_JSON_SYNTAX, "id" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GError *error = NULL;
      g_auto (KdOutcome) outcome = { 0 };
      const char *field = NULL;

      g_assert_null (kd_wire_call_parse (cases[i].name, cases[i].version, cases[i].args, 0, &error));
      kd_wire_error_to_outcome (error, &outcome);
      g_assert_cmpint (outcome.status, ==, KD_REFUSED);
      if (cases[i].kind == KD_WIRE_ERROR_UNSUPPORTED)
        g_assert_cmpstr (outcome.code, ==, "unsupported");
      else
        {
          g_assert_cmpstr (outcome.code, ==, "bad_field");
          g_assert_true (g_variant_dict_lookup (outcome.detail, "field", "&s", &field));
          g_assert_cmpstr (field, ==, cases[i].path);
        }
      test_assert_error (error, cases[i].kind, cases[i].code, cases[i].path);
    }
}

/* Each part of a mutation is in its hash, and none runs into the next. */
static void
test_hash (void)
{
  KdRandom random = KD_RANDOM (1);
  KdId uid = kd_random_id (&random), op = kd_random_id (&random), none = KD_ID_NONE;
  KdHash hashes[] = {
    kd_wire_mutation_hash (&uid, &op, "a.b", 1, 5, 6, "{}"),
    kd_wire_mutation_hash (&op, &uid, "a.b", 1, 5, 6, "{}"),
    kd_wire_mutation_hash (&uid, &none, "a.b", 1, 5, 6, "{}"),
    kd_wire_mutation_hash (&uid, &op, "a.bc", 1, 5, 6, "{}"),
    kd_wire_mutation_hash (&uid, &op, "a.b", 2, 5, 6, "{}"),
    kd_wire_mutation_hash (&uid, &op, "a.b", 1, 6, 6, "{}"),
    kd_wire_mutation_hash (&uid, &op, "a.b", 1, 5, 7, "{}"),
    kd_wire_mutation_hash (&uid, &op, "a.b", 1, 6, 5, "{}"),
    kd_wire_mutation_hash (&uid, &op, "a.b", 1, 5, 6, "{\"a\":1}"),
    kd_wire_mutation_hash (&uid, &op, "a.b{", 1, 5, 6, "}"),
  };
  KdHash zero = { { 0 } }, one, two;

  for (guint i = 0; i < G_N_ELEMENTS (hashes); i++)
    for (guint j = 0; j < i; j++)
      g_assert_false (kd_hash_equal (&hashes[i], &hashes[j]));
  one = kd_wire_chain (&zero, &hashes[0]);
  two = kd_wire_chain (&hashes[0], &zero);
  g_assert_false (kd_hash_equal (&one, &two));
  two = kd_wire_chain (&zero, &hashes[0]);
  g_assert_true (kd_hash_equal (&one, &two));
}

void
test_call_add (void)
{
  g_test_add_func ("/wire/call/round-trip", test_round_trip);
  g_test_add_func ("/wire/call/shapes", test_shapes);
  g_test_add_func ("/wire/call/patch", test_patch);
  g_test_add_func ("/wire/call/refused", test_refused);
  g_test_add_func ("/wire/call/hash", test_hash);
}
