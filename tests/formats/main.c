/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-formats.h"

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kd_test_add_csv ();
  kd_test_add_decode ();
  kd_test_add_file ();
  kd_test_add_fuzz ();
  kd_test_add_numbers ();
  kd_test_add_spectrum ();
  return g_test_run ();
}
