/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-json-scan.h"

#include <string.h>

static gboolean
is_space (char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* @at stands behind the opening quote; gives the place of the closing one, or @size. */
static gsize
find_quote (const char *data,
            gsize size,
            gsize at)
{
  while (at < size && data[at] != '"')
    at += data[at] == '\\' ? 2 : 1;
  return MIN (at, size);
}

static gsize
skip_space (const char *data,
            gsize size,
            gsize at)
{
  while (at < size && is_space (data[at]))
    at++;
  return at;
}

static gboolean
is_text (const char *data,
         gsize from,
         gsize to,
         const char *text)
{
  return to - from == strlen (text) && memcmp (data + from, text, to - from) == 0;
}

/* A name ends here; its value may begin. Takes it if it is the one looked for. */
static void
take_member (const char *data,
             gsize size,
             gsize at,
             char **ret_text)
{
  gsize from;
  gsize to;

  at = skip_space (data, size, at);
  if (at >= size || data[at] != ':')
    return;
  from = skip_space (data, size, at + 1);
  if (from >= size || data[from] != '"')
    return;
  from++;
  to = find_quote (data, size, from);
  if (to < size && !memchr (data + from, '\\', to - from)
      && g_utf8_validate (data + from, (gssize) (to - from), NULL) && !*ret_text)
    *ret_text = g_strndup (data + from, to - from);
}

gboolean
kd_json_scan (const char *data,
              gsize size,
              const char *member,
              char **ret_text)
{
  char open[KD_JSON_DEPTH_MAX];
  g_autofree char *text = NULL;
  guint depth = 0;
  gsize at = skip_space (data, size, 0);

  if (ret_text)
    *ret_text = NULL;
  if (at >= size || (data[at] != '{' && data[at] != '['))
    return FALSE;
  for (; at < size; at++)
    {
      char c = data[at];

      if (c == '"')
        {
          gsize end = find_quote (data, size, at + 1);

          if (end >= size)
            return FALSE;
          if (member && depth == 1 && open[0] == '{' && is_text (data, at + 1, end, member))
            take_member (data, size, end + 1, &text);
          at = end;
        }
      else if (c == '{' || c == '[')
        {
          if (depth == KD_JSON_DEPTH_MAX)
            return FALSE;
          open[depth++] = c;
        }
      else if (c == '}' || c == ']')
        {
          if (open[--depth] != (c == '}' ? '{' : '['))
            return FALSE;
          if (depth == 0)
            break;
        }
    }
  if (depth > 0 || skip_space (data, size, at + 1) < size)
    return FALSE;
  if (ret_text)
    *ret_text = g_steal_pointer (&text);
  return TRUE;
}
