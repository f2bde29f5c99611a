/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-domain.h"

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kd_test_add_codes ();
  kd_test_add_html ();
  kd_test_add_text ();
  return g_test_run ();
}
