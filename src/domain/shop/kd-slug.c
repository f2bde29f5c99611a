/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-slug.h"

#include <string.h>

gboolean
kd_slug_is_valid (const char *slug)
{
  /* "v1" is too short to be a slug; it stands here for the reader. */
  static const char *const routes[] = { "v1", "hooks", "docs", "healthz", "readyz", "metrics", NULL };
  gsize n = slug != NULL ? strlen (slug) : 0;

  if (n < KD_SLUG_MIN || n > KD_SLUG_MAX || slug[0] == '-')
    return FALSE;
  for (gsize i = 0; i < n; i++)
    if (!g_ascii_islower (slug[i]) && !g_ascii_isdigit (slug[i]) && slug[i] != '-')
      return FALSE;
  return !g_strv_contains (routes, slug);
}
