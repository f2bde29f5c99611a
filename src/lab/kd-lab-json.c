/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-lab.h"

#include <string.h>

typedef struct
{
  const char *start, *at, *end;
  guint depth;
  const char *code, *message;
} Check;

static gboolean check_value (Check *check);

static gboolean
fail (Check *check,
      const char *message)
{
  check->code = "bad_request";
  check->message = message;
  return FALSE;
}

static void
skip_space (Check *check)
{
  while (check->at < check->end && strchr (" \t\r\n", *check->at) != NULL && *check->at != '\0')
    check->at++;
}

static gboolean
take (Check *check,
      char wanted)
{
  if (check->at == check->end || *check->at != wanted)
    return FALSE;
  check->at++;
  return TRUE;
}

static gboolean
check_hex (Check *check,
           guint *ret_unit)
{
  guint unit = 0;

  for (guint i = 0; i < 4; i++, check->at++)
    {
      if (check->at == check->end || !g_ascii_isxdigit (*check->at))
        return fail (check, "four hex digits expected");
      unit = unit * 16 + g_ascii_xdigit_value (*check->at);
    }
  *ret_unit = unit;
  return TRUE;
}

static gboolean
check_escape (Check *check)
{
  guint unit, low;

  if (check->at < check->end && strchr ("\"\\/bfnrt", *check->at) != NULL && *check->at != '\0')
    {
      check->at++;
      return TRUE;
    }
  if (!take (check, 'u'))
    return fail (check, "unknown escape");
  if (!check_hex (check, &unit))
    return FALSE;
  if (unit == 0)
    return fail (check, "a text with NUL; send it as bytes");
  if (unit < 0xd800 || unit > 0xdfff)
    return TRUE;
  if (unit > 0xdbff || !take (check, '\\') || !take (check, 'u') || !check_hex (check, &low) ||
      low < 0xdc00 || low > 0xdfff)
    return fail (check, "half of a surrogate pair");
  return TRUE;
}

static gboolean
check_string (Check *check)
{
  if (!take (check, '"'))
    return fail (check, "text expected");
  while (check->at < check->end)
    {
      guchar c = *check->at++;

      if (c == '"')
        return TRUE;
      if (c < 0x20)
        return fail (check, "a control character stands in a text");
      if (c == '\\' && !check_escape (check))
        return FALSE;
    }
  return fail (check, "a text has no end");
}

static gboolean
check_digits (Check *check)
{
  const char *first = check->at;

  while (check->at < check->end && g_ascii_isdigit (*check->at))
    check->at++;
  return check->at > first || fail (check, "digit expected");
}

static gboolean
check_number (Check *check)
{
  const char *first = check->at;
  gboolean whole = TRUE;

  take (check, '-');
  if (take (check, '0'))
    {
      if (check->at < check->end && g_ascii_isdigit (*check->at))
        return fail (check, "a number begins with 0");
    }
  else if (!check_digits (check))
    return FALSE;
  if (take (check, '.'))
    {
      whole = FALSE;
      if (!check_digits (check))
        return FALSE;
    }
  if (take (check, 'e') || take (check, 'E'))
    {
      whole = FALSE;
      if (!take (check, '+'))
        take (check, '-');
      if (!check_digits (check))
        return FALSE;
    }
  if (whole)
    {
      g_autofree char *text = g_strndup (first, check->at - first);

      if (!g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, NULL, NULL))
        {
          check->code = "number.range";
          check->message = "an integer beyond 64 bits";
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
check_word (Check *check,
            const char *word)
{
  gsize n = strlen (word);

  if ((gsize) (check->end - check->at) < n || memcmp (check->at, word, n) != 0)
    return fail (check, "value expected");
  check->at += n;
  return TRUE;
}

static gboolean
check_members (Check *check,
               char close,
               gboolean named)
{
  skip_space (check);
  if (take (check, close))
    return TRUE;
  do
    {
      skip_space (check);
      if (named)
        {
          if (!check_string (check))
            return FALSE;
          skip_space (check);
          if (!take (check, ':'))
            return fail (check, "colon expected");
        }
      if (!check_value (check))
        return FALSE;
      skip_space (check);
    }
  while (take (check, ','));
  return take (check, close) || fail (check, "comma or end expected");
}

static gboolean
check_nested (Check *check,
              char close,
              gboolean named)
{
  gboolean good;

  if (++check->depth > KD_LAB_DEPTH_MAX)
    return fail (check, "nested too deep");
  good = check_members (check, close, named);
  check->depth--;
  return good;
}

static gboolean
check_value (Check *check)
{
  skip_space (check);
  if (check->at == check->end)
    return fail (check, "value expected");
  switch (*check->at)
    {
    case '{':
      check->at++;
      return check_nested (check, '}', TRUE);
    case '[':
      check->at++;
      return check_nested (check, ']', FALSE);
    case '"':
      return check_string (check);
    case 't':
      return check_word (check, "true");
    case 'f':
      return check_word (check, "false");
    case 'n':
      return check_word (check, "null");
    default:
      return check_number (check);
    }
}

gboolean
kd_lab_json_check (const char *text,
                   gsize length,
                   const char **ret_code,
                   const char **ret_message,
                   gsize *ret_offset)
{
  Check check = { .start = text, .at = text, .end = text + length };
  const char *invalid;
  gboolean good;

  if (!g_utf8_validate_len (text, length, &invalid))
    {
      check.at = invalid;
      good = fail (&check, "not UTF-8");
    }
  else
    {
      good = check_value (&check);
      skip_space (&check);
      if (good && check.at != check.end)
        good = fail (&check, "more than one value");
    }
  *ret_code = check.code;
  *ret_message = check.message;
  *ret_offset = check.at - check.start;
  return good;
}
