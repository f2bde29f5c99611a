/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-kind-private.h"

#include <string.h>

/* A small checker of JSON texts: the domain has no JSON library, yet decides what a JSON field may
 * hold. It also refuses depth before any recursive parser sees the text. */

#define DEPTH_MAX 16

typedef struct
{
  const char *at;
  guint depth;
} Scan;

static gboolean scan_value (Scan *scan);

static void
skip_space (Scan *scan)
{
  while (*scan->at == ' ' || *scan->at == '\n' || *scan->at == '\t' || *scan->at == '\r')
    scan->at++;
}

static gboolean
scan_string (Scan *scan)
{
  if (*scan->at != '"')
    return FALSE;
  for (scan->at++; *scan->at != '"'; scan->at++)
    {
      if ((guchar) *scan->at < 0x20)
        return FALSE;
      if (*scan->at != '\\')
        continue;
      scan->at++;
      if (*scan->at == 'u')
        {
          for (guint i = 1; i <= 4; i++)
            if (!g_ascii_isxdigit (scan->at[i]))
              return FALSE;
          if (strncmp (scan->at, "u0000", 5) == 0)
            return FALSE;
          scan->at += 4;
        }
      else if (*scan->at == '\0' || strchr ("\"\\/bfnrt", *scan->at) == NULL)
        return FALSE;
    }
  scan->at++;
  return TRUE;
}

static gboolean
scan_number (Scan *scan)
{
  const char *start = scan->at;

  if (*scan->at == '-')
    scan->at++;
  if (!g_ascii_isdigit (*scan->at))
    return FALSE;
  while (g_ascii_isdigit (*scan->at) || (*scan->at != '\0' && strchr (".eE+-", *scan->at) != NULL))
    scan->at++;
  return scan->at - start <= 40;
}

static gboolean
scan_members (Scan *scan,
              char close,
              gboolean named)
{
  if (++scan->depth > DEPTH_MAX)
    return FALSE;
  scan->at++;
  skip_space (scan);
  if (*scan->at == close)
    {
      scan->at++;
      scan->depth--;
      return TRUE;
    }
  for (;;)
    {
      skip_space (scan);
      if (named)
        {
          if (!scan_string (scan))
            return FALSE;
          skip_space (scan);
          if (*scan->at++ != ':')
            return FALSE;
        }
      if (!scan_value (scan))
        return FALSE;
      skip_space (scan);
      if (*scan->at == close)
        break;
      if (*scan->at++ != ',')
        return FALSE;
    }
  scan->at++;
  scan->depth--;
  return TRUE;
}

static gboolean
scan_word (Scan *scan,
           const char *word)
{
  gsize n = strlen (word);

  if (strncmp (scan->at, word, n) != 0)
    return FALSE;
  scan->at += n;
  return TRUE;
}

static gboolean
scan_value (Scan *scan)
{
  skip_space (scan);
  switch (*scan->at)
    {
    case '{':
      return scan_members (scan, '}', TRUE);
    case '[':
      return scan_members (scan, ']', FALSE);
    case '"':
      return scan_string (scan);
    case 't':
      return scan_word (scan, "true");
    case 'f':
      return scan_word (scan, "false");
    case 'n':
      return scan_word (scan, "null");
    default:
      return scan_number (scan);
    }
}

gboolean
kd_json_is_value (const char *json)
{
  Scan scan = { json, 0 };

  if (!scan_value (&scan))
    return FALSE;
  skip_space (&scan);
  return *scan.at == '\0';
}

gboolean
kd_json_is_object (const char *json)
{
  return *json == '{' && kd_json_is_value (json);
}

gboolean
kd_json_is_option_values (const char *json)
{
  g_autoptr (GPtrArray) values = kd_option_values_parse (json);
  return values != NULL;
}
