/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-sync.h"

#include "kd-fault-vfs.h"

#include <locale.h>

int
main (int argc,
      char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  kd_fault_vfs_install ();
  add_delivery_tests ();
  add_paging_tests ();
  add_durability_tests ();
  add_disk_tests ();
  add_conflict_tests ();
  add_profile_tests ();
  add_rules_tests ();
  add_engine_tests ();
  add_fault_tests ();
  return g_test_run ();
}
