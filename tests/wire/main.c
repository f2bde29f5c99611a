/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-wire.h"

void
test_assert_error (GError *error,
                   KdWireError kind,
                   const char *code,
                   const char *path)
{
  g_assert_nonnull (error);
  g_assert_true (error->domain == KD_WIRE_ERROR);
  g_assert_cmpstr (kd_wire_error_get_code (error), ==, code);
  if (path != NULL)
    g_assert_cmpstr (kd_wire_error_get_path (error), ==, path);
  g_assert_cmpint (error->code, ==, kind);
  g_error_free (error);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_auth_add ();
  test_json_add ();
  test_record_add ();
  test_refused_add ();
  test_call_add ();
  test_detail_add ();
  test_message_add ();
  test_set_add ();
  return g_test_run ();
}
