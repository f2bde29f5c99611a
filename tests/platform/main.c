/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-platform.h"

#include <glib/gstdio.h>

const char *test_self;

char *
test_folder_new (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("kd-platform-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

static void
remove_tree (const char *path)
{
  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK) && g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
      const char *name;

      while (dir && (name = g_dir_read_name (dir)))
        {
          g_autofree char *inside = g_build_filename (path, name, NULL);

          remove_tree (inside);
        }
      g_rmdir (path);
    }
  else
    g_unlink (path);
}

void
test_folder_free (char *folder)
{
  remove_tree (folder);
  g_free (folder);
}

int
main (int argc,
      char **argv)
{
  if (argc == 3 && g_str_equal (argv[1], "--child"))
    return test_child_main (argv[2]);
  if (argc == 3 && g_str_equal (argv[1], "--lock"))
    return test_lock_main (argv[2]);
  g_test_init (&argc, &argv, NULL);
  test_self = g_canonicalize_filename (argv[0], NULL);
  test_files_add ();
  test_child_add ();
  return g_test_run ();
}
