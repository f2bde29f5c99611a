/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-palette-commands.h"

#include <glib/gi18n.h>

enum { FIT_NONE, FIT_KEYWORD, FIT_INSIDE, FIT_WORD, FIT_START };

typedef struct {
  GPtrArray *found;
  const char *text;
} Finding;

typedef struct {
  KdPaletteResult result; /* first, so that one is the other */
  unsigned fit;
  unsigned order;
} Found;

static char *
fold (const char *text)
{
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_ALL);

  return normal != NULL ? g_utf8_casefold (normal, -1) : g_strdup ("");
}

static unsigned
fit_word (const char *word,
          const char *title,
          const char *keywords)
{
  const char *at = strstr (title, word);

  if (at == title)
    return FIT_START;
  for (; at != NULL; at = strstr (at + 1, word))
    if (at[-1] == ' ')
      return FIT_WORD;
  if (strstr (title, word) != NULL)
    return FIT_INSIDE;
  return strstr (keywords, word) != NULL ? FIT_KEYWORD : FIT_NONE;
}

unsigned
kd_palette_fit (const char *words,
                const char *title,
                const char *keywords)
{
  g_autofree char *folded_words = fold (words);
  g_autofree char *folded_title = fold (title);
  g_autofree char *folded_keywords = fold (keywords != NULL ? keywords : "");
  g_auto (GStrv) each = g_strsplit (folded_words, " ", -1);
  unsigned worst = FIT_START;

  for (unsigned i = 0; each[i] != NULL; i++)
    if (*each[i] != '\0')
      {
        unsigned fit = fit_word (each[i], folded_title, folded_keywords);

        if (i == 0 && fit == FIT_START)
          continue;
        worst = MIN (worst, MIN (fit, (unsigned) FIT_WORD));
      }
  return worst;
}

static gboolean
is_known (GPtrArray *found,
          KdCommandGroup *group,
          const KdCommand *command)
{
  /* Around a widget the nearest command of a name is the one that its action would run. */
  for (unsigned i = 0; i < found->len; i++)
    {
      KdPaletteResult *other = found->pdata[i];

      if (g_str_equal (other->command->name, command->name)
          && g_str_equal (kd_command_group_get_prefix (other->group),
                          kd_command_group_get_prefix (group)))
        return TRUE;
    }
  return FALSE;
}

static void
find_cb (KdCommandGroup *group,
         const KdCommand *command,
         gpointer data)
{
  Finding *finding = data;
  const char *title = _(command->title);
  const char *keywords = command->keywords != NULL ? _(command->keywords) : NULL;
  const char *reason;
  unsigned fit = kd_palette_fit (finding->text, title, keywords);
  Found *found;

  if (fit == FIT_NONE || command->param != NULL || (command->flags & KD_COMMAND_UNLISTED) != 0
      || is_known (finding->found, group, command))
    return;
  found = g_new0 (Found, 1);
  found->fit = fit;
  found->order = finding->found->len;
  found->result.title = g_strdup (title);
  if (kd_command_group_get_state (group, command, &reason) == KD_COMMAND_REFUSED)
    found->result.subtitle = g_strdup (reason);
  found->result.icon
    = g_strdup (command->icon != NULL ? command->icon : "system-run-symbolic");
  found->result.hint = kd_command_accel_label (command);
  found->result.group = g_object_ref (group);
  found->result.command = command;
  g_ptr_array_add (finding->found, found);
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  const Found *left = *(const Found *const *) a;
  const Found *right = *(const Found *const *) b;

  if (left->fit != right->fit)
    return left->fit > right->fit ? -1 : 1;
  return left->order < right->order ? -1 : left->order > right->order;
}

GPtrArray *
kd_palette_find_commands (GtkWidget *origin,
                          const char *text)
{
  Finding finding = { g_ptr_array_new (), text };

  if (origin != NULL)
    kd_command_foreach (origin, find_cb, &finding);
  g_ptr_array_sort (finding.found, compare);
  return finding.found;
}
