/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-import-save.h"

#include "kd-import-words.h"

#include <glib/gi18n.h>

typedef struct
{
  KdImport *import;       /* (owned) */
  KdImportReport *report; /* (owned) */
  char *path, *heading;
} Save;

static void
save_free (gpointer data)
{
  Save *save = data;

  g_object_unref (save->import);
  kd_import_report_free (save->report);
  g_free (save->path);
  g_free (save->heading);
  g_free (save);
}

static char *
problem_words_cb (const KdImportProblem *problem,
                  gpointer data)
{
  return kd_import_problem_words (problem);
}

static void
save_in_thread (GTask *task,
                gpointer source,
                gpointer data,
                GCancellable *cancellable)
{
  Save *save = data;
  GError *error = NULL;

  if (kd_import_write_errors (save->import, save->report, save->path, save->heading, problem_words_cb, NULL, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
kd_import_save_errors_async (gpointer source,
                             KdImport *import,
                             const KdImportReport *report,
                             GFile *file,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data)
{
  g_autoptr (GTask) task = g_task_new (source, cancellable, callback, data);
  Save *save = g_new0 (Save, 1);

  g_task_set_source_tag (task, kd_import_save_errors_async);
  save->import = g_object_ref (import);
  save->report = kd_import_report_copy (report);
  save->path = g_file_get_path (file);
  /* TRANSLATORS: Heading of the column that says what is wrong with a row. */
  save->heading = g_strdup (_("Reason"));
  g_task_set_task_data (task, save, save_free);
  if (save->path != NULL)
    g_task_run_in_thread (task, save_in_thread);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "%s", _("Choose a folder of this computer"));
}

gboolean
kd_import_save_errors_finish (GAsyncResult *result,
                              GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
