/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-wire.h"

static void
test_round_trip (void)
{
  g_auto (KdOutcome) outcome = { 0 }, back = { 0 };
  KdId row;
  g_autofree char *json = NULL, *twice = NULL, *again = NULL;
  g_autoptr (GVariant) left = NULL;
  const char *text;
  gint64 number;

  kd_id_parse ("0190a0b0-c0d0-7000-8000-000000000001", &row);
  kd_outcome_add_text (&outcome, "state", "cancel\"led");
  kd_outcome_add (&outcome, "available", g_variant_new_int64 (-3000));
  kd_outcome_add (&outcome, "big", g_variant_new_uint64 (G_MAXUINT64));
  kd_outcome_add (&outcome, "flag", g_variant_new_boolean (TRUE));
  kd_outcome_add (&outcome, "names", g_variant_new_parsed ("['a', 'b']"));
  kd_outcome_add_problem (&outcome, "left", &row, "price", "changed");
  kd_outcome_add_problem (&outcome, "left", &row, NULL, "gone");
  json = kd_outcome_detail_to_json (&outcome);
  g_assert_cmpstr (json, ==,
                   "{\"available\":-3000,\"big\":9223372036854775807,\"flag\":true,\"left\":["
                   "{\"code\":\"changed\",\"field\":\"price\",\"row\":\"0190a0b0-c0d0-7000-8000-000000000001\"},"
                   "{\"code\":\"gone\",\"row\":\"0190a0b0-c0d0-7000-8000-000000000001\"}],"
                   "\"names\":[\"a\",\"b\"],\"state\":\"cancel\\\"led\"}");
  twice = kd_outcome_detail_to_json (&outcome);
  g_assert_cmpstr (twice, ==, json);
  back.detail = kd_outcome_detail_parse (json);
  again = kd_outcome_detail_to_json (&back);
  g_assert_cmpstr (again, ==, json);
  g_assert_true (g_variant_dict_lookup (back.detail, "state", "&s", &text));
  g_assert_cmpstr (text, ==, "cancel\"led");
  g_assert_true (g_variant_dict_lookup (back.detail, "available", "x", &number));
  g_assert_cmpint (number, ==, -3000);
  left = g_variant_dict_lookup_value (back.detail, "left", G_VARIANT_TYPE ("aa{sv}"));
  g_assert_nonnull (left);
  g_assert_cmpuint (g_variant_n_children (left), ==, 2);
}

static void
test_odd (void)
{
  g_auto (KdOutcome) outcome = { 0 };
  g_autofree char *json = NULL;

  g_assert_null (kd_outcome_detail_to_json (&outcome));
  outcome.detail = kd_outcome_detail_parse (NULL);
  json = kd_outcome_detail_to_json (&outcome);
  g_assert_cmpstr (json, ==, "{}");
  g_variant_dict_unref (outcome.detail);
  outcome.detail = kd_outcome_detail_parse ("[1]");
  g_clear_pointer (&json, g_free);
  json = kd_outcome_detail_to_json (&outcome);
  g_assert_cmpstr (json, ==, "{}");
  g_variant_dict_unref (outcome.detail);
  outcome.detail = kd_outcome_detail_parse ("{\"a\":null,\"b\":[1,\"x\",[],{}],\"c\":1.5,\"d\":{\"e\":[{}]},\"f\":[]}");
  g_clear_pointer (&json, g_free);
  json = kd_outcome_detail_to_json (&outcome);
  g_assert_cmpstr (json, ==, "{\"b\":[1,\"x\",[],{}],\"d\":{\"e\":[{}]},\"f\":[]}");
}

void
test_detail_add (void)
{
  g_test_add_func ("/wire/detail/round-trip", test_round_trip);
  g_test_add_func ("/wire/detail/odd", test_odd);
}
