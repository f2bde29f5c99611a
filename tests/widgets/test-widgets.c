/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-widgets.h"
#include "tests.h"

#include <adwaita.h>

int
main (int argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  kd_widgets_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);

  add_command_tests ();
  add_compat_tests ();
  add_gallery_tests ();
  add_grid_tests ();
  add_list_tests ();
  add_photo_tests ();
  add_shell_parts_tests ();
  add_small_tests ();
  add_split_view_tests ();
  return g_test_run ();
}
