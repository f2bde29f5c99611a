/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-target.h"

#include <string.h>

#define SCHEME "kedai:"
#define FOCUS "?focus="
#define TEXT_MAX 200

void
kd_target_clear (KdTarget *target)
{
  g_clear_pointer (&target->focus, g_free);
}

gboolean
kd_target_parse (const char *text,
                 KdTarget *ret_target)
{
  g_autofree char *copy = NULL;
  g_auto (KdTarget) target = { 0 };
  char *id, *anchor, *focus;

  if (text == NULL || !g_str_has_prefix (text, SCHEME) || strlen (text) > TEXT_MAX)
    return FALSE;
  copy = g_strdup (text + strlen (SCHEME));
  focus = strstr (copy, FOCUS);
  if (focus != NULL)
    {
      *focus = '\0';
      target.focus = g_strdup (focus + strlen (FOCUS));
    }
  anchor = strchr (copy, '#');
  if (anchor != NULL)
    {
      *anchor = '\0';
      if (!kd_id_parse (anchor + 1, &target.anchor))
        return FALSE;
    }
  id = strchr (copy, '/');
  if (id == NULL || !kd_id_parse (id + 1, &target.id))
    return FALSE;
  *id = '\0';
  target.kind = kd_kind_by_name (copy);
  if (target.kind == NULL)
    return FALSE;
  *ret_target = target;
  target.focus = NULL;
  return TRUE;
}

char *
kd_target_to_text (const KdTarget *target)
{
  char id[KD_ID_TEXT_LENGTH + 1];
  GString *text = g_string_new (SCHEME);

  g_string_append_printf (text, "%s/%s", target->kind->shape.name, kd_id_to_text (&target->id, id));
  if (!kd_id_is_none (&target->anchor))
    g_string_append_printf (text, "#%s", kd_id_to_text (&target->anchor, id));
  if (target->focus != NULL)
    g_string_append_printf (text, FOCUS "%s", target->focus);
  return g_string_free (text, FALSE);
}

char *
kd_target_text (const KdKind *kind,
                const KdId *id)
{
  KdTarget target = { .kind = kind, .id = *id };

  return kd_target_to_text (&target);
}
