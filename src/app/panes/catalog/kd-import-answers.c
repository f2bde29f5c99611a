/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-import-answers.h"

#include <string.h>

/* Lines of "hash currency rate rounding" in the saved state, the newest first. */

#define STATE_KEY "import-answers"
#define KEPT_MAX 20
#define PARTS 4
#define SHOPS_OWN "-"

static gboolean
parse (const char *line,
       const char *hash,
       KdImportAnswer *ret_answer)
{
  g_auto (GStrv) parts = g_strsplit (line, " ", PARTS);

  if (g_strv_length (parts) != PARTS || strcmp (parts[0], hash) != 0
      || !g_ascii_string_to_signed (parts[2], 10, 0, G_MAXINT64, &ret_answer->rate, NULL)
      || !g_ascii_string_to_signed (parts[3], 10, 0, G_MAXINT64, &ret_answer->rounding, NULL))
    return FALSE;
  g_strlcpy (ret_answer->currency, strcmp (parts[1], SHOPS_OWN) != 0 ? parts[1] : "", sizeof ret_answer->currency);
  return TRUE;
}

static char **
get_lines (KdSession *session)
{
  const char *text = kd_session_get_state (session, STATE_KEY);

  return g_strsplit (text != NULL ? text : "", "\n", -1);
}

gboolean
kd_import_answers_find (KdSession *session,
                        const char *hash,
                        KdImportAnswer *ret_answer)
{
  g_auto (GStrv) lines = get_lines (session);

  for (char **line = lines; hash != NULL && *line != NULL; line++)
    if (parse (*line, hash, ret_answer))
      return TRUE;
  return FALSE;
}

void
kd_import_answers_keep (KdSession *session,
                        const char *hash,
                        const KdImportAnswer *answer)
{
  g_auto (GStrv) lines = get_lines (session);
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = 1;

  if (hash == NULL)
    return;
  g_string_append_printf (text, "%s %s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, hash,
                          *answer->currency != '\0' ? answer->currency : SHOPS_OWN, answer->rate, answer->rounding);
  for (char **line = lines; *line != NULL && n < KEPT_MAX; line++)
    if (**line != '\0' && !g_str_has_prefix (*line, hash))
      {
        g_string_append_printf (text, "\n%s", *line);
        n++;
      }
  kd_session_set_state (session, STATE_KEY, text->str);
}
