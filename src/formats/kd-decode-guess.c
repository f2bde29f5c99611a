/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-decode-private.h"

#include <string.h>
#include <unicode/ucsdet.h>

/* Text whose bytes say nothing else was written by a Western Windows. */
#define FALLBACK "windows-1252"

/* A broken file in UTF-8 has far more good sequences than bad ones; any other encoding has hardly
 * a good one. */
#define GOOD_PER_BAD 8

/* How sure ICU must be (0 to 100) before anything but the fallback is believed. */
#define SURE_MULTI_BYTE 60

/* Figures of ICU for short texts in Latin letters differ by little more than chance: another
 * encoding than the Western one must lead by this much. */
#define WESTERN_MARGIN 10

/* In a text that isn't Latin whole words lie beyond ASCII, in runs of at least this on average. */
#define FOREIGN_RUN 3

typedef enum
{
  LATIN,      /* accents among ASCII letters */
  FOREIGN,    /* Cyrillic, Greek, Hebrew, Arabic */
  MULTI_BYTE,
} Script;

typedef struct
{
  const char *detected; /* as ICU calls it */
  const char *name;     /* what is used: the Windows page that holds all of it */
  Script script;
} Candidate;

static const Candidate candidates[] = {
  { "ISO-8859-1", "windows-1252", LATIN },     { "windows-1252", "windows-1252", LATIN },
  { "ISO-8859-2", "ISO-8859-2", LATIN },       { "windows-1250", "windows-1250", LATIN },
  { "ISO-8859-9", "windows-1254", LATIN },     { "windows-1254", "windows-1254", LATIN },
  { "ISO-8859-5", "ISO-8859-5", FOREIGN },     { "windows-1251", "windows-1251", FOREIGN },
  { "KOI8-R", "KOI8-R", FOREIGN },             { "ISO-8859-6", "ISO-8859-6", FOREIGN },
  { "windows-1256", "windows-1256", FOREIGN }, { "ISO-8859-7", "windows-1253", FOREIGN },
  { "windows-1253", "windows-1253", FOREIGN }, { "ISO-8859-8", "windows-1255", FOREIGN },
  { "ISO-8859-8-I", "windows-1255", FOREIGN }, { "windows-1255", "windows-1255", FOREIGN },
  { "Shift_JIS", "windows-932", MULTI_BYTE },  { "EUC-JP", "EUC-JP", MULTI_BYTE },
  { "EUC-KR", "windows-949", MULTI_BYTE },     { "GB18030", "GB18030", MULTI_BYTE },
  { "Big5", "Big5", MULTI_BYTE },
};

const char *
kd_decode_find_bom (const guint8 *bytes,
                    gsize n,
                    gsize *ret_length)
{
  static const struct
  {
    const char *mark;
    gsize length;
    const char *name;
  } marks[] = {
    { "\xff\xfe\0\0", 4, "UTF-32LE" }, /* before the one that it begins with */
    { "\0\0\xfe\xff", 4, "UTF-32BE" },
    { "\xef\xbb\xbf", 3, "UTF-8" },
    { "\xff\xfe", 2, "UTF-16LE" },
    { "\xfe\xff", 2, "UTF-16BE" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    if (n >= marks[i].length && memcmp (bytes, marks[i].mark, marks[i].length) == 0)
      {
        *ret_length = marks[i].length;
        return marks[i].name;
      }
  *ret_length = 0;
  return NULL;
}

/* Valid UTF-8 (its end may be cut) but for the zeros. */
static gboolean
is_text_with_zeros (const guint8 *bytes,
                    gsize n)
{
  g_autoptr (GString) text = g_string_sized_new (n);
  const char *end;

  for (gsize i = 0; i < n; i++)
    if (bytes[i] != 0)
      g_string_append_c (text, (char) bytes[i]);
  return g_utf8_validate_len (text->str, text->len, &end) || text->str + text->len - end < 4;
}

const char *
kd_decode_find_wide (const guint8 *bytes,
                     gsize n)
{
  gsize zeros[2] = { 0, 0 };
  guint most;

  if (n % 2 != 0)
    return NULL;
  for (gsize i = 0; i < n; i++)
    zeros[i % 2] += bytes[i] == 0;
  most = zeros[1] > zeros[0] ? 1 : 0;
  /* A zero at the other place is a rare character, not none. */
  if (zeros[most] <= zeros[1 - most] * 8)
    return NULL;
  /* Delimiters, digits and line ends are enough for one in ten even where all words are Chinese;
   * there the rest is no UTF-8. A stray zero in a table is neither. */
  if (zeros[most] * 4 < n && (zeros[most] * 20 < n || is_text_with_zeros (bytes, n)))
    return NULL;
  return most == 1 ? "UTF-16LE" : "UTF-16BE";
}

static gboolean
is_utf8 (const guint8 *bytes,
         gsize n,
         gboolean whole)
{
  gsize good = 0, bad = 0;

  for (gsize i = 0; i < n;)
    {
      gunichar c;

      if (bytes[i] < 0x80)
        {
          i++;
          continue;
        }
      c = g_utf8_get_char_validated ((const char *) bytes + i, (gssize) (n - i));
      if (c == (gunichar) -2 && !whole)
        break;
      if (c == (gunichar) -1 || c == (gunichar) -2)
        {
          bad++;
          i++;
          continue;
        }
      good++;
      i += (gsize) g_unichar_to_utf8 (c, NULL);
    }
  return bad == 0 || good >= bad * GOOD_PER_BAD;
}

static const Candidate *
find_candidate (const char *detected)
{
  for (guint i = 0; i < G_N_ELEMENTS (candidates); i++)
    if (strcmp (candidates[i].detected, detected) == 0)
      return &candidates[i];
  return NULL;
}

static gboolean
is_foreign (const guint8 *bytes,
            gsize n)
{
  gsize high = 0, runs = 0, plain = 0;

  for (gsize i = 0; i < n; i++)
    {
      runs += bytes[i] >= 0x80 && (i == 0 || bytes[i - 1] < 0x80);
      high += bytes[i] >= 0x80;
      plain += g_ascii_isalpha (bytes[i]);
    }
  return high >= runs * FOREIGN_RUN && high * 2 >= plain;
}

/* ICU's matches come surest first. */
static const char *
choose (const UCharsetMatch **matches,
        int32_t n,
        gboolean foreign)
{
  const Candidate *best = NULL;
  int32_t best_sure = 0, western = 0;

  for (int32_t i = 0; i < n; i++)
    {
      UErrorCode status = U_ZERO_ERROR;
      const char *detected = ucsdet_getName (matches[i], &status);
      int32_t sure = ucsdet_getConfidence (matches[i], &status);
      const Candidate *candidate = U_SUCCESS (status) ? find_candidate (detected) : NULL;

      if (candidate == NULL)
        continue;
      if (candidate->script == MULTI_BYTE && sure >= SURE_MULTI_BYTE)
        return candidate->name;
      if (strcmp (candidate->name, FALLBACK) == 0)
        western = MAX (western, sure);
      if (best == NULL && candidate->script == (foreign ? FOREIGN : LATIN))
        {
          best = candidate;
          best_sure = sure;
        }
    }
  if (best == NULL || (!foreign && best_sure < western + WESTERN_MARGIN))
    return FALLBACK;
  return best->name;
}

const char *
kd_decode_guess (const guint8 *bytes,
                 gsize n,
                 gboolean whole)
{
  UErrorCode status = U_ZERO_ERROR;
  UCharsetDetector *detector;
  const UCharsetMatch **matches;
  const char *name = FALLBACK;
  int32_t n_matches = 0;

  if (is_utf8 (bytes, n, whole))
    return "UTF-8";
  detector = ucsdet_open (&status);
  ucsdet_setText (detector, (const char *) bytes, (int32_t) n, &status);
  matches = ucsdet_detectAll (detector, &n_matches, &status);
  if (U_SUCCESS (status))
    name = choose (matches, n_matches, is_foreign (bytes, n));
  ucsdet_close (detector);
  return name;
}
