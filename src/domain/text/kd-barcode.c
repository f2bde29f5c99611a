/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-barcode.h"

#include "kd-text.h"

#include <string.h>

#define EAN8_DIGITS 8
#define UPCA_DIGITS 12
#define EAN13_DIGITS 13

static gboolean
is_digits (const char *text)
{
  return *text != '\0' && strspn (text, "0123456789") == strlen (text);
}

int
kd_barcode_check_digit (const char *digits)
{
  gsize n = strlen (digits);
  guint sum = 0;

  if (!is_digits (digits))
    return -1;
  /* Weights count from the right: 3 1 3 1 ... */
  for (gsize i = 0; i < n; i++)
    sum += (guint) (digits[i] - '0') * ((n - i) % 2 == 1 ? 3 : 1);
  return (int) ((10 - sum % 10) % 10);
}

static gboolean
has_right_digit (const char *digits)
{
  gsize n = strlen (digits);
  g_autofree char *head = g_strndup (digits, n - 1);

  return kd_barcode_check_digit (head) == digits[n - 1] - '0';
}

/* Digits as people group them. %NULL when something else stands there. */
static char *
join_digits (const char *text)
{
  GString *digits = g_string_new (NULL);

  for (; *text != '\0'; text++)
    if (g_ascii_isdigit (*text))
      g_string_append_c (digits, *text);
    else if (*text != ' ' && *text != '-')
      {
        g_string_free (digits, TRUE);
        return NULL;
      }
  return g_string_free (digits, FALSE);
}

static gboolean
is_printable (const char *text)
{
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    if (!g_unichar_isprint (g_utf8_get_char (at)))
      return FALSE;
  return *text != '\0' && strlen (text) <= KD_BARCODE_MAX;
}

gboolean
kd_barcode_check (const char *code,
                  KdBarcodeType *ret_type,
                  char **ret_canonical)
{
  g_autofree char *trimmed = NULL;
  g_autofree char *digits = NULL;
  g_autofree char *canonical = NULL;
  KdBarcodeType type = KD_BARCODE_TEXT;
  gboolean valid = FALSE;
  gsize n;

  if (kd_text_is_clean (code, -1))
    {
      trimmed = kd_text_trim (code);
      digits = join_digits (trimmed);
      n = digits != NULL ? strlen (digits) : 0;
      if (n == EAN8_DIGITS)
        type = KD_BARCODE_EAN8;
      else if (n == UPCA_DIGITS)
        type = KD_BARCODE_UPCA;
      else if (n == EAN13_DIGITS)
        type = KD_BARCODE_EAN13;
      valid = type == KD_BARCODE_TEXT ? is_printable (trimmed) : has_right_digit (digits);
    }
  if (valid && type == KD_BARCODE_UPCA)
    canonical = g_strconcat ("0", digits, NULL);
  else if (valid)
    canonical = g_strdup (type == KD_BARCODE_TEXT ? trimmed : digits);
  if (ret_type != NULL)
    *ret_type = type;
  if (ret_canonical != NULL)
    *ret_canonical = g_steal_pointer (&canonical);
  return valid;
}

const char *
kd_barcode_type_to_text (KdBarcodeType type)
{
  switch (type)
    {
    case KD_BARCODE_EAN8:
      return "ean8";
    case KD_BARCODE_EAN13:
      return "ean13";
    case KD_BARCODE_UPCA:
      return "upca";
    case KD_BARCODE_TEXT:
    default:
      return "text";
    }
}

char *
kd_barcode_make_internal (guint prefix,
                          guint64 number)
{
  g_autofree char *head = NULL;

  if (prefix < KD_BARCODE_INTERNAL_FIRST || prefix > KD_BARCODE_INTERNAL_LAST
      || number > KD_BARCODE_INTERNAL_MAX)
    return NULL;
  head = g_strdup_printf ("%u%010" G_GUINT64_FORMAT, prefix, number);
  return g_strdup_printf ("%s%d", head, kd_barcode_check_digit (head));
}

gboolean
kd_barcode_is_internal (const char *canonical)
{
  return strlen (canonical) == EAN13_DIGITS && canonical[0] == '2' && is_digits (canonical)
         && has_right_digit (canonical);
}
