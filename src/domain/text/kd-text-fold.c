/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-text.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

/* Canonical combining class of the marks that voice a kana: か and が are different letters. */
#define CLASS_KANA_VOICING 8

/* Of the Hebrew points, which are read but seldom typed. */
#define CLASS_HEBREW_FIRST 10
#define CLASS_HEBREW_LAST 26

/* Letters that Unicode doesn't take apart but people do when they search. */
static const struct
{
  UChar32 letter;
  const char *plain;
} plain_letters[] = {
  { 0x00e6, "ae" }, { 0x00f0, "d" },  { 0x00f8, "o" }, { 0x00fe, "th" }, { 0x0111, "d" },
  { 0x0127, "h" },  { 0x0131, "i" },  { 0x0138, "k" }, { 0x0142, "l" },  { 0x014b, "n" },
  { 0x0153, "oe" }, { 0x0167, "t" },  { 0x0180, "b" }, { 0x0199, "k" },  { 0x019a, "l" },
  { 0x01b6, "z" },  { 0x0247, "e" },  { 0x0249, "j" }, { 0x0253, "b" },  { 0x0257, "d" },
  { 0x0268, "i" },  { 0x0289, "u" },
};

static const UNormalizer2 *
get_normalizer (gsize which)
{
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2 *normalizer;

  switch (which)
    {
    case 0:
      normalizer = unorm2_getNFKCCasefoldInstance (&status);
      break;
    case 1:
      normalizer = unorm2_getNFDInstance (&status);
      break;
    default:
      normalizer = unorm2_getNFCInstance (&status);
      break;
    }
  return U_SUCCESS (status) ? normalizer : NULL;
}

static UChar *
to_utf16 (const char *text,
          int32_t *ret_n)
{
  gsize n = strlen (text);
  UErrorCode status = U_ZERO_ERROR;
  UChar *wide = g_new (UChar, n + 1);

  u_strFromUTF8WithSub (wide, (int32_t) n + 1, ret_n, text, (int32_t) n, 0xfffd, NULL, &status);
  return wide;
}

static char *
to_utf8 (const UChar *wide,
         int32_t n)
{
  UErrorCode status = U_ZERO_ERROR;
  gsize room = (gsize) n * 3 + 1;
  char *text = g_malloc (room);

  u_strToUTF8WithSub (text, (int32_t) room, NULL, wide, n, 0xfffd, NULL, &status);
  return text;
}

/* Takes @wide and gives its normalised form. */
static UChar *
normalize (gsize which,
           UChar *wide,
           int32_t *n)
{
  const UNormalizer2 *normalizer = get_normalizer (which);
  int32_t room = *n * 2 + 16;
  UChar *result = g_new (UChar, (gsize) room);
  UErrorCode status = U_ZERO_ERROR;
  int32_t length;

  /* Without ICU's data the text stays as it is. */
  if (normalizer == NULL)
    {
      g_free (result);
      return wide;
    }
  length = unorm2_normalize (normalizer, wide, *n, result, room, &status);
  if (status == U_BUFFER_OVERFLOW_ERROR)
    {
      status = U_ZERO_ERROR;
      room = length + 1;
      result = g_renew (UChar, result, (gsize) room);
      length = unorm2_normalize (normalizer, wide, *n, result, room, &status);
    }
  g_free (wide);
  if (U_FAILURE (status))
    length = 0;
  *n = length;
  return result;
}

static gboolean
is_accent (UChar32 c)
{
  UErrorCode status = U_ZERO_ERROR;
  guint combining;
  UScriptCode script;

  if (c < 0x300 || u_charType (c) != U_NON_SPACING_MARK)
    return FALSE;
  combining = u_getCombiningClass (c);
  if (combining == 0 || combining == CLASS_KANA_VOICING)
    return FALSE;
  if (combining >= CLASS_HEBREW_FIRST && combining <= CLASS_HEBREW_LAST)
    return TRUE;
  script = uscript_getScript (c, &status);
  return script == USCRIPT_INHERITED || script == USCRIPT_LATIN || script == USCRIPT_CYRILLIC
         || script == USCRIPT_GREEK;
}

static const char *
find_plain (UChar32 c)
{
  if (c < 0xe6 || c > 0x289)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (plain_letters); i++)
    if (plain_letters[i].letter == c)
      return plain_letters[i].plain;
  return NULL;
}

/* Drops accents and spells plain letters. Never longer than twice the source. */
static UChar *
strip_accents (UChar *wide,
               int32_t *n)
{
  UChar *result = g_new (UChar, (gsize) *n * 2 + 1);
  int32_t length = 0;

  for (int32_t i = 0; i < *n;)
    {
      const char *plain;
      UChar32 c;

      U16_NEXT (wide, i, *n, c);
      if (is_accent (c))
        continue;
      plain = find_plain (c);
      if (plain == NULL)
        U16_APPEND_UNSAFE (result, length, c);
      else
        for (; *plain != '\0'; plain++)
          result[length++] = (UChar) *plain;
    }
  g_free (wide);
  *n = length;
  return result;
}

static gboolean
is_ascii (const char *text)
{
  for (; *text != '\0'; text++)
    if ((guchar) *text >= 0x80)
      return FALSE;
  return TRUE;
}

char *
kd_text_fold (const char *text)
{
  g_autofree UChar *wide = NULL;
  int32_t n;

  if (is_ascii (text))
    return g_ascii_strdown (text, -1);
  wide = to_utf16 (text, &n);
  wide = normalize (0, g_steal_pointer (&wide), &n);
  wide = normalize (1, g_steal_pointer (&wide), &n);
  wide = strip_accents (g_steal_pointer (&wide), &n);
  wide = normalize (2, g_steal_pointer (&wide), &n);
  return to_utf8 (wide, n);
}

char *
kd_text_key (const char *text)
{
  g_autofree char *folded = NULL;
  g_autofree UChar *wide = NULL;
  int32_t n;

  if (is_ascii (text))
    return g_strstrip (g_ascii_strdown (text, -1));
  wide = to_utf16 (text, &n);
  wide = normalize (0, g_steal_pointer (&wide), &n);
  folded = to_utf8 (wide, n);
  /* After folding, because compatibility forms hide white space. */
  return kd_text_trim (folded);
}

/* A transliterator may not be used by two threads at once, and takes long to make. */
static GMutex latin_mutex;
static UTransliterator *latin;

static char *
to_latin (const char *text)
{
  g_autofree UChar *wide = NULL;
  UErrorCode status = U_ZERO_ERROR;
  int32_t n, room, limit;

  wide = to_utf16 (text, &n);
  room = n * 8 + 64;
  wide = g_renew (UChar, wide, (gsize) room);
  limit = n;
  g_mutex_lock (&latin_mutex);
  if (latin == NULL)
    {
      static const UChar id[] = u"Any-Latin; Latin-ASCII; Lower";
      latin = utrans_openU (id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
    }
  if (latin != NULL)
    utrans_transUChars (latin, wide, &n, room, 0, &limit, &status);
  g_mutex_unlock (&latin_mutex);
  if (U_FAILURE (status))
    return g_strdup ("");
  return to_utf8 (wide, n);
}

char *
kd_text_slug (const char *text,
              gsize max)
{
  g_autofree char *head = kd_text_truncate_bytes (text, max * 4);
  g_autofree char *plain = is_ascii (head) ? g_ascii_strdown (head, -1) : to_latin (head);
  GString *slug = g_string_sized_new (max + 1);
  gboolean gap = FALSE;

  for (const char *at = plain; *at != '\0'; at++)
    {
      if (*at == '\'')
        continue;
      if (!g_ascii_isalnum (*at))
        {
          gap = slug->len > 0;
          continue;
        }
      if (gap)
        g_string_append_c (slug, '-');
      gap = FALSE;
      g_string_append_c (slug, g_ascii_tolower (*at));
      if (slug->len > max)
        break;
    }
  if (slug->len > max)
    {
      const char *word = g_strrstr_len (slug->str, (gssize) max + 1, "-");

      g_string_truncate (slug, word != NULL && word > slug->str ? (gsize) (word - slug->str) : max);
    }
  return g_string_free (slug, FALSE);
}
