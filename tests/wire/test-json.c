/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-wire.h"

#include <string.h>

#define MAX_BYTES 1000000

typedef struct
{
  const char *text;
  const char *canonical;
} Good;

static const Good good[] = {
  { "null", "null" },
  { " true ", "true" },
  { "false", "false" },
  { "0", "0" },
  { "-0", "0" },
  { "9223372036854775807", "9223372036854775807" },
  { "-9223372036854775808", "-9223372036854775808" },
  { "1.5", "1.5" },
  { "1.0", "1.0" },
  { "0.1", "0.1" },
  { "-2.5e3", "-2500.0" },
  { "1e300", "1e+300" },
  { "\"\"", "\"\"" },
  { "\"\\u0041\\/\\n\\u001f\\\"\\\\\"", "\"A/\\n\\u001f\\\"\\\\\"" },
  { "\"\\ud83d\\ude00\\u00e9\"", "\"😀é\"" },
  { "[]", "[]" },
  { "{ }", "{}" },
  { "[1, [2,\t{\"b\":[],\n\"a\":{}}] ]", "[1,[2,{\"a\":{},\"b\":[]}]]" },
  { "{\"z\":1,\"a\":2,\"Z\":3,\"\":4,\"aa\":5}", "{\"\":4,\"Z\":3,\"a\":2,\"aa\":5,\"z\":1}" },
};

typedef struct
{
  const char *text;
  const char *code;
  const char *path;
  int position;
} Bad;

static const Bad bad[] = {
  { "", KD_JSON_SYNTAX, "", 0 },
  { "  ", KD_JSON_SYNTAX, "", 2 },
  { "nul", KD_JSON_SYNTAX, "", 0 },
  { "nullx", KD_JSON_SYNTAX, "", 4 },
  { "1 2", KD_JSON_SYNTAX, "", 2 },
  { "01", KD_JSON_SYNTAX, "", 2 },
  { "-", KD_JSON_SYNTAX, "", 1 },
  { "+1", KD_JSON_SYNTAX, "", 0 },
  { "1.", KD_JSON_SYNTAX, "", 2 },
  { ".5", KD_JSON_SYNTAX, "", 0 },
  { "1e", KD_JSON_SYNTAX, "", 2 },
  { "0x10", KD_JSON_SYNTAX, "", 1 },
  { "NaN", KD_JSON_SYNTAX, "", 0 },
  { "Infinity", KD_JSON_SYNTAX, "", 0 },
  { "9223372036854775808", KD_JSON_NUMBER, "", 0 },
  { "[1,-9223372036854775809]", KD_JSON_NUMBER, "1", 3 },
  { "{\"a\":{\"b\":[0,1,99999999999999999999999]}}", KD_JSON_NUMBER, "a/b/2", 15 },
  { "1e400", KD_JSON_NUMBER, "", 0 },
  { "[1,]", KD_JSON_SYNTAX, "1", 3 },
  { "[1", KD_JSON_SYNTAX, "0", 2 },
  { "[", KD_JSON_SYNTAX, "0", 1 },
  { "]", KD_JSON_SYNTAX, "", 0 },
  { "{\"a\":1,}", KD_JSON_SYNTAX, NULL, 7 },
  { "{\"a\" 1}", KD_JSON_SYNTAX, "a", 5 },
  { "{\"a\":}", KD_JSON_SYNTAX, "a", 5 },
  { "{a:1}", KD_JSON_SYNTAX, NULL, 1 },
  { "{'a':1}", KD_JSON_SYNTAX, NULL, 1 },
  { "{\"a\":1", KD_JSON_SYNTAX, NULL, 6 },
  { "{\"a\":1]", KD_JSON_SYNTAX, NULL, 6 },
  { "{\"x\":{\"a\":1,\"b\":2,\"a\":3}}", KD_JSON_DUPLICATE, "x/a", -1 },
  { "{\"a\":1,\"\\u0061\":3}", KD_JSON_DUPLICATE, "a", -1 },
  { "\"a", KD_JSON_SYNTAX, "", 2 },
  { "\"a\nb\"", KD_JSON_SYNTAX, "", 2 },
  { "\"\\x41\"", KD_JSON_SYNTAX, "", 2 },
  { "\"\\u12\"", KD_JSON_SYNTAX, "", 3 },
  { "[\"\\u0000\"]", KD_JSON_NUL, "0", -1 },
  { "{\"a\\u0000b\":1}", KD_JSON_NUL, NULL, -1 },
  { "\"\\ud800\"", KD_JSON_NOT_UTF8, "", -1 },
  { "\"\\ud800\\u0041\"", KD_JSON_NOT_UTF8, "", -1 },
  { "\"\\ude00\\ud83d\"", KD_JSON_NOT_UTF8, "", -1 },
  { "[\"ab\xff\"]", KD_JSON_NOT_UTF8, "", 4 },
  { "\"\xc0\x80\"", KD_JSON_NOT_UTF8, "", 1 },
  { "\"\xed\xa0\x80\"", KD_JSON_NOT_UTF8, "", 1 },
  { "/* c */ 1", KD_JSON_SYNTAX, "", 0 },
  { "1 // c", KD_JSON_SYNTAX, "", 2 },
  { "var a = 1", KD_JSON_SYNTAX, "", 0 },
  { "\xef\xbb\xbf{}", KD_JSON_SYNTAX, "", 0 },
};

static void
test_good (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = kd_json_parse (good[i].text, -1, MAX_BYTES, &error);
      g_autoptr (JsonNode) again = NULL;
      g_autofree char *text = NULL, *twice = NULL;

      g_assert_no_error (error);
      text = kd_json_canonical (node);
      g_assert_cmpstr (text, ==, good[i].canonical);
      again = kd_json_parse (text, -1, MAX_BYTES, &error);
      g_assert_no_error (error);
      twice = kd_json_canonical (again);
      g_assert_cmpstr (twice, ==, text);
    }
}

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      GError *error = NULL;
      JsonNode *node = kd_json_parse (bad[i].text, -1, MAX_BYTES, &error);

      g_test_message ("%s", bad[i].text);
      g_assert_null (node);
      g_assert_nonnull (error);
      if (bad[i].position >= 0)
        g_assert_cmpuint (kd_wire_error_get_position (error), ==, bad[i].position);
      test_assert_error (error, KD_WIRE_ERROR_JSON, bad[i].code, bad[i].path);
    }
}

static char *
nested (char open,
        const char *member,
        char close,
        guint depth)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    {
      g_string_append_c (text, open);
      g_string_append (text, i + 1 < depth ? member : "");
    }
  for (guint i = 0; i < depth; i++)
    g_string_append_c (text, close);
  return g_string_free (text, FALSE);
}

static void
test_depth (void)
{
  g_autofree char *most = nested ('[', "", ']', KD_JSON_DEPTH_MAX);
  g_autofree char *more = nested ('[', "", ']', KD_JSON_DEPTH_MAX + 1);
  g_autofree char *deep = nested ('[', "", ']', 10000);
  g_autofree char *objects = nested ('{', "\"a\":", '}', 10000);
  g_autofree char *open = g_strnfill (500000, '[');
  const char *const refused[] = { more, deep, objects, open };
  g_autoptr (JsonNode) node = NULL;
  GError *error = NULL;

  node = kd_json_parse (most, -1, MAX_BYTES, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      error = NULL;
      g_assert_null (kd_json_parse (refused[i], -1, MAX_BYTES, &error));
      test_assert_error (error, KD_WIRE_ERROR_JSON, KD_JSON_TOO_DEEP, NULL);
    }
}

static void
test_limits (void)
{
  GError *error = NULL;

  g_assert_null (kd_json_parse ("[1,2,3]", -1, 6, &error));
  test_assert_error (error, KD_WIRE_ERROR_JSON, KD_JSON_TOO_LONG, "");
  error = NULL;
  g_assert_null (kd_json_parse ("[1,\0]", 5, MAX_BYTES, &error));
  g_assert_cmpuint (kd_wire_error_get_position (error), ==, 3);
  test_assert_error (error, KD_WIRE_ERROR_JSON, KD_JSON_NUL, "");
  error = NULL;
  g_assert_null (kd_json_parse_object ("[1]", -1, MAX_BYTES, &error));
  test_assert_error (error, KD_WIRE_ERROR_FIELD, KD_WIRE_BAD_TYPE, "");
}

/* No prefix of a text, and no text with one byte changed, reads beyond its end. */
static void
test_damaged (void)
{
  static const char text[] = "{\"a\":[1,-2.5e3,\"x\\ud83d\\ude00\\n\",null,true],\"b\":{\"c\":false}}";
  const gsize n = sizeof text - 1;
  KdRandom random = KD_RANDOM (5);

  for (gsize len = 0; len < n; len++)
    {
      g_autofree char *part = g_memdup2 (text, MAX (len, 1));

      g_assert_null (kd_json_parse (part, (gssize) len, MAX_BYTES, NULL));
    }
  for (guint i = 0; i < 5000; i++)
    {
      g_autofree char *copy = g_memdup2 (text, n);
      g_autoptr (JsonNode) node = NULL;

      copy[kd_random_below (&random, (guint) n)] = (char) kd_random_next (&random);
      node = kd_json_parse (copy, (gssize) n, MAX_BYTES, NULL);
    }
}

static void
test_writer (void)
{
  GString *out = g_string_new (NULL);
  KdJsonWriter writer = KD_JSON_WRITER (out);

  kd_json_begin_object (&writer);
  kd_json_member (&writer, "a");
  kd_json_begin_array (&writer);
  kd_json_int (&writer, G_MININT64);
  kd_json_int (&writer, 0);
  kd_json_string (&writer, "q\"\\\x01\x1f\x7f/é");
  kd_json_string (&writer, NULL);
  kd_json_begin_object (&writer);
  kd_json_end_object (&writer);
  kd_json_bool (&writer, TRUE);
  kd_json_end_array (&writer);
  kd_json_member (&writer, "b");
  kd_json_raw (&writer, "[1,2]", -1);
  kd_json_member (&writer, "c");
  kd_json_double (&writer, 2);
  kd_json_end_object (&writer);
  g_assert_cmpstr (out->str, ==,
                   "{\"a\":[-9223372036854775808,0,\"q\\\"\\\\\\u0001\\u001f\x7f/é\",null,{},true],"
                   "\"b\":[1,2],\"c\":2.0}");
  g_string_free (out, TRUE);
}

/* An error carries what its copies carry. */
static void
test_error (void)
{
  GError *error = NULL;
  g_autoptr (GError) copy = NULL;

  g_assert_null (kd_json_parse ("{\"a\":x}", -1, MAX_BYTES, &error));
  copy = g_error_copy (error);
  test_assert_error (error, KD_WIRE_ERROR_JSON, KD_JSON_SYNTAX, "a");
  g_assert_cmpstr (kd_wire_error_get_path (copy), ==, "a");
  g_assert_cmpstr (copy->message, ==, "json.syntax at byte 5 in a");
}

void
test_json_add (void)
{
  g_test_add_func ("/wire/json/good", test_good);
  g_test_add_func ("/wire/json/bad", test_bad);
  g_test_add_func ("/wire/json/depth", test_depth);
  g_test_add_func ("/wire/json/limits", test_limits);
  g_test_add_func ("/wire/json/damaged", test_damaged);
  g_test_add_func ("/wire/json/writer", test_writer);
  g_test_add_func ("/wire/json/error", test_error);
}
