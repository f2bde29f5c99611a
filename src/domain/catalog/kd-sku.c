/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sku.h"

char *
kd_sku_key (const char *sku)
{
  g_autofree char *trimmed = NULL, *normal = NULL;

  if (sku == NULL)
    return NULL;
  trimmed = g_strstrip (g_strdup (sku));
  if (*trimmed == '\0')
    return NULL;
  if (g_str_is_ascii (trimmed))
    {
      for (char *c = trimmed; *c != '\0'; c++)
        *c = g_ascii_tolower (*c);
      return g_steal_pointer (&trimmed);
    }
  normal = g_utf8_normalize (trimmed, -1, G_NORMALIZE_NFKC);
  return g_utf8_casefold (normal != NULL ? normal : trimmed, -1);
}
