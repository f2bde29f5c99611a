/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-domain.h"

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  kd_test_add_buyer_mutations ();
  kd_test_add_chat_mutations ();
  kd_test_add_codes ();
  kd_test_add_html ();
  kd_test_add_member_mutations ();
  kd_test_add_money ();
  kd_test_add_order_laws ();
  kd_test_add_order_mutations ();
  kd_test_add_orders ();
  kd_test_add_stock ();
  kd_test_add_tax ();
  kd_test_add_text ();
  kd_test_add_time ();
  return g_test_run ();
}
