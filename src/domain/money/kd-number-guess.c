/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-number-guess.h"

#include "kd-decimal.h"

#include <string.h>

/* Longer ones are not numbers that somebody sells for. */
#define CORE_MAX 60

#define POINT 0
#define COMMA 1

/* A cell taken apart. */
typedef struct
{
  char core[CORE_MAX + 1];              /* digits and . , ' or space alone; begins or ends with none
                                           but a decimal sign */
  char mark[KD_NUMBER_MARK_MAX + 1];
  gboolean negative;
} Cell;

/* Spaces that don't break and typographic signs stand for the plain ones. */
static gunichar
plain_char (gunichar c)
{
  if (c == 0xa0 || c == 0x2007 || c == 0x2009 || c == 0x202f || g_unichar_isspace (c))
    return ' ';
  if (c == 0x2019 || c == 0x02bc)
    return '\'';
  return c == 0x2212 ? '-' : c;
}

static gboolean
add_mark (Cell *cell,
          gunichar c)
{
  char bytes[6];
  int n = g_unichar_to_utf8 (c, bytes);
  gsize length = strlen (cell->mark);

  if (length + (gsize) n > KD_NUMBER_MARK_MAX)
    return FALSE;
  memcpy (cell->mark + length, bytes, (gsize) n);
  cell->mark[length + (gsize) n] = '\0';
  return TRUE;
}

static gboolean
is_core (gunichar c)
{
  return c == '.' || c == ',' || c == '\'' || c == ' ' || (c >= '0' && c <= '9');
}

/* Sign, bracket and currency before the number. %NULL when there is no number. */
static const char *
read_before (Cell *cell,
             const char *at)
{
  gboolean sign = FALSE;

  for (; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = plain_char (g_utf8_get_char (at));

      if (g_unichar_isdigit (c) || c == ',')
        return at;
      /* The point of "Rp." is the currency's, that of ".5" the number's. */
      if (c == '.' && cell->mark[0] == '\0')
        return at;
      if (c == '.' || c == ' ')
        continue;
      if (c == '-' || c == '+' || c == '(')
        {
          if (sign)
            return NULL;
          sign = TRUE;
          cell->negative = c != '+';
        }
      else if (!add_mark (cell, c))
        return NULL;
    }
  return NULL;
}

static const char *
read_core (Cell *cell,
           const char *at)
{
  gsize n = 0, digits = 0;

  for (; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = plain_char (g_utf8_get_char (at));

      if (!is_core (c))
        break;
      if (n == CORE_MAX)
        return NULL;
      cell->core[n++] = (char) c;
      digits += c >= '0' && c <= '9';
    }
  while (n > 0 && cell->core[n - 1] == ' ')
    n--;
  cell->core[n] = '\0';
  return digits > 0 ? at : NULL;
}

/* ",-" and ",--" stand for no decimals; a minus of its own is a sign. */
static gboolean
read_after (Cell *cell,
            const char *at)
{
  gsize n = strlen (cell->core);
  gboolean open = n > 0 && (cell->core[n - 1] == ',' || cell->core[n - 1] == '.');
  gboolean had_mark = cell->mark[0] != '\0';

  for (; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = plain_char (g_utf8_get_char (at));

      if (c == '-' && !open && cell->negative)
        return FALSE;
      if (c == '-')
        cell->negative = cell->negative || !open;
      else if (c == ')' && cell->negative)
        continue;
      else if (c == ' ' || c == '.')
        continue;
      else if (had_mark || c == '(' || g_unichar_isdigit (c) || !add_mark (cell, c))
        return FALSE;
    }
  if (open)
    cell->core[n - 1] = '\0';
  return TRUE;
}

static gboolean
take_apart (Cell *cell,
            const char *text)
{
  const char *at;

  memset (cell, 0, sizeof *cell);
  at = read_before (cell, text);
  if (at != NULL)
    at = read_core (cell, at);
  return at != NULL && read_after (cell, at) && cell->core[0] != '\0';
}

static gboolean
is_blank (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    if (plain_char (g_utf8_get_char (text)) != ' ')
      return FALSE;
  return TRUE;
}

/* Whether @group stands where thousands do in the first @n bytes: 1.250.000, or the Indian
 * 12,50,000. */
static gboolean
is_grouped (const char *core,
            gsize n,
            char group)
{
  gsize run = 0, groups = 0;
  gboolean twos = TRUE, threes = TRUE;

  for (gsize i = n; i-- > 0;)
    {
      if (core[i] != group)
        {
          if (!g_ascii_isdigit (core[i]))
            return FALSE;
          run++;
          continue;
        }
      if (groups == 0 && run != 3)
        return FALSE;
      if (groups > 0)
        {
          twos = twos && run == 2;
          threes = threes && run == 3;
        }
      groups++;
      run = 0;
    }
  if (groups == 0)
    return TRUE;
  return (threes && run >= 1 && run <= 3) || (twos && group == ',' && run >= 1 && run <= 2);
}

static gsize
count (const char *core,
       char c)
{
  gsize n = 0;

  for (; *core != '\0'; core++)
    n += *core == c;
  return n;
}

/* What one point or comma proves by where it stands. */
static void
weigh_single (KdNumberGuess *guess,
              const char *core,
              guint which)
{
  const char *at = strchr (core, which == POINT ? '.' : ',');
  gsize before = (gsize) (at - core);

  if (strlen (at + 1) != 3 || before == 0 || before > 3 || core[0] == '0')
    guess->proof[which]++;
  else
    guess->open[which]++;
}

void
kd_number_guess_add (KdNumberGuess *guess,
                     const char *text)
{
  gsize points, commas;
  Cell cell;

  if (is_blank (text))
    return;
  if (!take_apart (&cell, text))
    {
      guess->others++;
      return;
    }
  guess->numbers++;
  guess->spaces += strchr (cell.core, ' ') != NULL;
  guess->apostrophes += strchr (cell.core, '\'') != NULL;
  points = count (cell.core, '.');
  commas = count (cell.core, ',');
  if (points > 0 && commas > 0)
    {
      guint last = strrchr (cell.core, '.') > strrchr (cell.core, ',') ? POINT : COMMA;

      if ((last == POINT ? points : commas) == 1)
        guess->proof[last]++;
    }
  else if (points > 1)
    guess->proof[COMMA] += is_grouped (cell.core, strlen (cell.core), '.');
  else if (commas > 1)
    guess->proof[POINT] += is_grouped (cell.core, strlen (cell.core), ',');
  else if (points + commas == 1 && strpbrk (cell.core, " '") != NULL)
    guess->proof[points == 1 ? POINT : COMMA]++;
  else if (points + commas == 1)
    weigh_single (guess, cell.core, points == 1 ? POINT : COMMA);
}

KdNumberForm
kd_number_guess_end (const KdNumberGuess *guess,
                     char hint)
{
  KdNumberForm form = { .decimal = '.' };
  guint point = guess->proof[POINT], comma = guess->proof[COMMA];
  gboolean open = guess->open[POINT] + guess->open[COMMA] > 0;

  if (point != comma)
    form.decimal = point > comma ? '.' : ',';
  else if (hint == '.' || hint == ',')
    form.decimal = hint;
  else if (open)
    form.decimal = guess->open[POINT] >= guess->open[COMMA] ? ',' : '.';
  form.conflicts = MIN (point, comma);
  form.ambiguous = point == comma && (point > 0 || (open && hint == '\0'));
  if (point + comma == 0 && guess->open[POINT] > 0 && guess->open[COMMA] > 0)
    form.conflicts = MIN (guess->open[POINT], guess->open[COMMA]);
  if (guess->spaces > 0)
    form.group = ' ';
  else if (guess->apostrophes > 0)
    form.group = '\'';
  else if (open || point + comma > 0)
    form.group = form.decimal == '.' ? ',' : '.';
  return form;
}

/* Writes @cell as kd_decimal_to_scaled() reads it. */
static gboolean
write_plain (const Cell *cell,
             const KdNumberForm *form,
             char *to)
{
  char decimal = form != NULL ? form->decimal : '.';
  char other = decimal == '.' ? ',' : '.';
  const char *sign = strchr (cell->core, decimal);
  gsize whole = sign != NULL ? (gsize) (sign - cell->core) : strlen (cell->core);
  char group = '\0';

  for (gsize i = 0; i < whole && group == '\0'; i++)
    if (!g_ascii_isdigit (cell->core[i]))
      group = cell->core[i];
  if (group != '\0'
      && (form == NULL || (group != other && group != ' ' && group != '\'')
          || !is_grouped (cell->core, whole, group)))
    return FALSE;
  if (cell->negative)
    *to++ = '-';
  if (whole == 0)
    *to++ = '0';
  for (gsize i = 0; i < whole; i++)
    if (cell->core[i] != group)
      *to++ = cell->core[i];
  if (sign != NULL && sign[1] != '\0')
    {
      if (strspn (sign + 1, "0123456789") != strlen (sign + 1))
        return FALSE;
      *to++ = '.';
      for (sign++; *sign != '\0'; sign++)
        *to++ = *sign;
    }
  *to = '\0';
  return TRUE;
}

gboolean
kd_number_parse (const char *text,
                 const KdNumberForm *form,
                 int digits,
                 gint64 *ret_value,
                 char *ret_mark,
                 const char **ret_code)
{
  char plain[CORE_MAX + 4];
  Cell cell;

  if (ret_mark != NULL)
    ret_mark[0] = '\0';
  if (is_blank (text))
    {
      *ret_code = "number.empty";
      return FALSE;
    }
  if (!take_apart (&cell, text) || !write_plain (&cell, form, plain))
    {
      *ret_code = "number.syntax";
      return FALSE;
    }
  if (ret_mark != NULL)
    g_strlcpy (ret_mark, cell.mark, KD_NUMBER_MARK_MAX + 1);
  return kd_decimal_to_scaled (plain, digits, ret_value, ret_code);
}

gboolean
kd_number_parse_money (const char *cell,
                       const KdNumberForm *form,
                       int digits,
                       gint64 *ret_minor,
                       char *ret_mark,
                       const char **ret_code)
{
  if (kd_number_parse (cell, form, digits, ret_minor, ret_mark, ret_code))
    return TRUE;
  if (strcmp (*ret_code, "number.decimals") == 0)
    *ret_code = "money.decimals";
  return FALSE;
}
