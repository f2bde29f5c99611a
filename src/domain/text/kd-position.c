/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-position.h"

#include "kd-shape.h"

#include <string.h>

#define BASE 62
#define ZERO "a0"

static const char digits[BASE + 1]
    = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

static int
digit_value (char c)
{
  if (g_ascii_isdigit (c))
    return c - '0';
  if (g_ascii_isupper (c))
    return c - 'A' + 10;
  return g_ascii_islower (c) ? c - 'a' + 36 : -1;
}

/* Bytes of the whole number, its head included; 0 when @head is none. */
static gsize
whole_length (char head)
{
  if (g_ascii_islower (head))
    return (gsize) (head - 'a') + 2;
  return g_ascii_isupper (head) ? (gsize) ('Z' - head) + 2 : 0;
}

/* Below this nothing can be counted down. */
static gboolean
is_least (const char *whole,
          gsize n)
{
  return whole[0] == 'A' && strspn (whole + 1, "0") >= n - 1;
}

gboolean
kd_position_is_valid (const char *text)
{
  gsize n = strlen (text), whole = whole_length (text[0]);

  if (n > KD_POSITION_MAX || whole == 0 || n < whole)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    if (digit_value (text[i]) < 0)
      return FALSE;
  if (n == whole)
    return !is_least (text, whole);
  return text[n - 1] != '0';
}

char *
kd_position_first (void)
{
  return g_strdup (ZERO);
}

/* Counts @whole up or down by one; whether that was possible. The head moves where a digit more or
 * less is needed. */
static gboolean
step_whole (GString *whole,
            int by)
{
  const char full = by > 0 ? digits[BASE - 1] : digits[0];
  const char empty = by > 0 ? digits[0] : digits[BASE - 1];
  gsize i = whole->len;
  char head = whole->str[0];

  while (--i > 0)
    {
      if (whole->str[i] != full)
        {
          whole->str[i] = digits[digit_value (whole->str[i]) + by];
          return TRUE;
        }
      whole->str[i] = empty;
    }
  if (head == (by > 0 ? 'z' : 'A'))
    return FALSE;
  if (by > 0)
    head = head == 'Z' ? 'a' : (char) (head + 1);
  else
    head = head == 'a' ? 'Z' : (char) (head - 1);
  g_string_truncate (whole, 1);
  whole->str[0] = head;
  while (whole->len < whole_length (head))
    g_string_append_c (whole, empty);
  return TRUE;
}

/* Appends the shortest fraction between @a and @b (%NULL: one), both without trailing zeros. */
static void
append_middle (GString *out,
               const char *a,
               const char *b)
{
  for (;;)
    {
      int low = *a != '\0' ? digit_value (*a) : 0;
      int high = b != NULL ? digit_value (*b) : BASE;

      if (b != NULL && low == high)
        {
          g_string_append_c (out, *b);
          b++;
        }
      else if (high - low > 1)
        {
          g_string_append_c (out, digits[(low + high) / 2]);
          return;
        }
      else if (b != NULL && b[1] != '\0')
        {
          g_string_append_c (out, *b);
          return;
        }
      else
        {
          g_string_append_c (out, digits[low]);
          b = NULL;
        }
      if (*a != '\0')
        a++;
    }
}

static GString *
whole_of (const char *text)
{
  return g_string_new_len (text, (gssize) whole_length (text[0]));
}

static void
find_before (GString *whole,
             const char *b)
{
  const char *fraction = b + whole->len;

  if (is_least (whole->str, whole->len))
    append_middle (whole, "", fraction);
  else if (*fraction == '\0')
    step_whole (whole, -1);
  /* A smallest whole number alone would leave no room below. */
  if (is_least (whole->str, whole->len) && whole->len == whole_length ('A'))
    append_middle (whole, "", NULL);
}

static void
find_after (GString *whole,
            const char *a,
            const char *b)
{
  g_autofree char *start = g_strdup (whole->str);
  gsize n = whole->len;

  if (step_whole (whole, 1) && (b == NULL || strcmp (whole->str, b) < 0))
    return;
  g_string_assign (whole, start);
  append_middle (whole, a + n, NULL);
}

char *
kd_position_between (const char *a,
                     const char *b)
{
  GString *found;

  if ((a != NULL && !kd_position_is_valid (a)) || (b != NULL && !kd_position_is_valid (b))
      || (a != NULL && b != NULL && strcmp (a, b) >= 0))
    return NULL;
  if (a == NULL && b == NULL)
    return kd_position_first ();
  found = whole_of (a != NULL ? a : b);
  if (a == NULL)
    find_before (found, b);
  else if (b != NULL && strncmp (b, found->str, found->len) == 0)
    append_middle (found, a + found->len, b + found->len);
  else
    find_after (found, a, b);
  if (kd_position_is_valid (found->str))
    return g_string_free (found, FALSE);
  g_string_free (found, TRUE);
  return NULL;
}

char *
kd_position_after (const char *last)
{
  return kd_position_between (last, NULL);
}

/* Fills texts[0..n-1] by halves, so that none gets much longer than another. */
static gboolean
fill_between (const char *a,
              const char *b,
              char **texts,
              guint n)
{
  guint middle = n / 2;

  if (n == 0)
    return TRUE;
  texts[middle] = kd_position_between (a, b);
  if (texts[middle] == NULL)
    return FALSE;
  return fill_between (a, texts[middle], texts, middle)
         && fill_between (texts[middle], b, texts + middle + 1, n - middle - 1);
}

/* At an open end positions are counted, one after the other. */
static gboolean
fill_open (const char *a,
           const char *b,
           char **texts,
           guint n)
{
  for (guint i = 0; i < n; i++)
    {
      guint at = b == NULL ? i : n - 1 - i;

      texts[at] = b == NULL ? kd_position_between (i == 0 ? a : texts[at - 1], NULL)
                            : kd_position_between (NULL, i == 0 ? b : texts[at + 1]);
      if (texts[at] == NULL)
        return FALSE;
    }
  return TRUE;
}

char **
kd_position_spread (const char *a,
                    const char *b,
                    guint n)
{
  char **texts = g_new0 (char *, n + 1);
  gboolean done = a == NULL || b == NULL ? fill_open (a, b, texts, n)
                                         : fill_between (a, b, texts, n);

  if (done)
    return texts;
  for (guint i = 0; i < n; i++)
    g_free (texts[i]);
  g_free (texts);
  return NULL;
}
