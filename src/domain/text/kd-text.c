/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-text.h"

#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/utext.h>

#define ELLIPSIS "\xe2\x80\xa6"

/* What the server's own routes are called; a shop can't have these. */
static const char *const reserved_slugs[]
    = { "v1", "hooks", "docs", "healthz", "readyz", "metrics", NULL };

static void
close_breaker (gpointer breaker)
{
  ubrk_close (breaker);
}

/* Opening a break iterator loads its rules; one per thread is kept. */
static GPrivate breaker_of_thread = G_PRIVATE_INIT (close_breaker);

static UBreakIterator *
get_breaker (void)
{
  UBreakIterator *breaker = g_private_get (&breaker_of_thread);
  UErrorCode status = U_ZERO_ERROR;

  if (breaker != NULL)
    return breaker;
  breaker = ubrk_open (UBRK_CHARACTER, "en", NULL, 0, &status);
  if (U_FAILURE (status))
    return NULL;
  g_private_set (&breaker_of_thread, breaker);
  return breaker;
}

/* Every byte of plain ASCII is a cluster of its own; only CR LF would not be. */
static gboolean
is_simple (const char *text,
           gsize n)
{
  for (gsize i = 0; i < n; i++)
    if ((guchar) text[i] >= 0x80 || text[i] == '\r')
      return FALSE;
  return TRUE;
}

/* Calls @each with the end of every cluster until it says FALSE. */
static void
walk_graphemes (const char *text,
                gsize n,
                gboolean (*each) (gsize start, gsize end, gpointer data),
                gpointer data)
{
  UErrorCode status = U_ZERO_ERROR;
  UText source = UTEXT_INITIALIZER;
  UBreakIterator *breaker;
  int32_t start = 0, end;

  /* Without ICU's rules (its data is missing) a code point has to do. */
  breaker = is_simple (text, n) ? NULL : get_breaker ();
  if (breaker == NULL)
    {
      const char *next;

      for (const char *at = text; at < text + n; at = next)
        {
          next = g_utf8_next_char (at);
          if (!each ((gsize) (at - text), MIN ((gsize) (next - text), n), data))
            return;
        }
      return;
    }
  utext_openUTF8 (&source, text, (int64_t) n, &status);
  ubrk_setUText (breaker, &source, &status);
  if (U_FAILURE (status))
    {
      utext_close (&source);
      return;
    }
  start = ubrk_first (breaker);
  while ((end = ubrk_next (breaker)) != UBRK_DONE)
    {
      if (!each ((gsize) start, (gsize) end, data))
        break;
      start = end;
    }
  utext_close (&source);
}

static gboolean
count_one (gsize start,
           gsize end,
           gpointer data)
{
  gsize *count = data;
  (*count)++;
  return TRUE;
}

gsize
kd_text_count_graphemes (const char *text)
{
  gsize count = 0;

  walk_graphemes (text, strlen (text), count_one, &count);
  return count;
}

typedef struct
{
  const char *text;
  GPtrArray *clusters;
} Split;

static gboolean
split_one (gsize start,
           gsize end,
           gpointer data)
{
  Split *split = data;
  g_ptr_array_add (split->clusters, g_strndup (split->text + start, end - start));
  return TRUE;
}

char **
kd_text_split_graphemes (const char *text)
{
  Split split = { text, g_ptr_array_new () };

  walk_graphemes (text, strlen (text), split_one, &split);
  g_ptr_array_add (split.clusters, NULL);
  return (char **) g_ptr_array_free (split.clusters, FALSE);
}

typedef struct
{
  gsize limit;     /* clusters, or bytes */
  gsize count;     /* clusters seen */
  gsize cut;       /* byte before which an ellipsis would stand, or where the text is cut */
  gboolean over;
} Cut;

static gboolean
cut_at_count (gsize start,
              gsize end,
              gpointer data)
{
  Cut *cut = data;

  cut->count++;
  if (cut->count + 1 == cut->limit)
    cut->cut = end;
  cut->over = cut->count > cut->limit;
  return !cut->over;
}

static gboolean
cut_at_byte (gsize start,
             gsize end,
             gpointer data)
{
  Cut *cut = data;

  if (end > cut->limit)
    return FALSE;
  cut->cut = end;
  return TRUE;
}

char *
kd_text_truncate (const char *text,
                  gsize limit)
{
  Cut cut = { .limit = limit };
  gsize n = strlen (text);

  if (limit == 0)
    return g_strdup ("");
  if (n <= limit)
    return g_strdup (text);
  walk_graphemes (text, n, cut_at_count, &cut);
  if (!cut.over)
    return g_strdup (text);
  return g_strdup_printf ("%.*s" ELLIPSIS, (int) cut.cut, text);
}

char *
kd_text_truncate_bytes (const char *text,
                        gsize limit)
{
  Cut cut = { .limit = limit };
  gsize n = strlen (text);

  if (n <= limit)
    return g_strdup (text);
  walk_graphemes (text, n, cut_at_byte, &cut);
  return g_strndup (text, cut.cut);
}

gboolean
kd_text_is_clean (const char *text,
                  gssize n)
{
  if (n < 0)
    return g_utf8_validate (text, -1, NULL);
  return g_utf8_validate_len (text, (gsize) n, NULL);
}

static gboolean
is_invisible (gunichar c)
{
  if (g_unichar_isspace (c))
    return TRUE;
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_SPACE_SEPARATOR:
      return TRUE;
    default:
      /* Hangul fillers and the Braille blank draw nothing, whatever their category says. */
      return c == 0x115f || c == 0x1160 || c == 0x3164 || c == 0xffa0 || c == 0x2800;
    }
}

gboolean
kd_text_is_blank (const char *text)
{
  if (text == NULL)
    return TRUE;
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    if (!is_invisible (g_utf8_get_char (at)))
      return FALSE;
  return TRUE;
}

static gboolean
is_trimmed (gunichar c)
{
  /* The byte order mark is what a pasted or exported text begins with by accident. */
  return g_unichar_isspace (c) || c == 0xfeff || c == 0x200b;
}

char *
kd_text_trim (const char *text)
{
  const char *start = text, *end = text + strlen (text);

  while (start < end && is_trimmed (g_utf8_get_char (start)))
    start = g_utf8_next_char (start);
  while (end > start)
    {
      const char *last = g_utf8_prev_char (end);
      if (!is_trimmed (g_utf8_get_char (last)))
        break;
      end = last;
    }
  return g_strndup (start, (gsize) (end - start));
}

gboolean
kd_text_same (const char *a,
              const char *b)
{
  g_autofree char *key_a = NULL;
  g_autofree char *key_b = NULL;

  if (g_strcmp0 (a, b) == 0)
    return TRUE;
  key_a = kd_text_key (a != NULL ? a : "");
  key_b = kd_text_key (b != NULL ? b : "");
  return strcmp (key_a, key_b) == 0;
}

gboolean
kd_text_is_slug (const char *text)
{
  gsize n = strlen (text);

  if (n < KD_SLUG_MIN || n > KD_SLUG_MAX || text[0] == '-')
    return FALSE;
  for (gsize i = 0; i < n; i++)
    if (!g_ascii_islower (text[i]) && !g_ascii_isdigit (text[i]) && text[i] != '-')
      return FALSE;
  return !g_strv_contains (reserved_slugs, text);
}

/* Letters, digits, hyphens and dots; bytes above ASCII stand for an internationalised name. */
static gboolean
is_host (const char *host,
         gsize n)
{
  gsize label = 0;

  if (n == 0 || n > 253)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      guchar c = (guchar) host[i];

      if (c == '.')
        {
          if (label == 0 || host[i - 1] == '-')
            return FALSE;
          label = 0;
          continue;
        }
      if (!g_ascii_isalnum (c) && c < 0x80 && (c != '-' || label == 0))
        return FALSE;
      if (++label > 63 && c < 0x80)
        return FALSE;
    }
  return label > 0 && host[n - 1] != '-';
}

static gboolean
has_space_or_control (const char *text)
{
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    if (is_invisible (g_utf8_get_char (at)))
      return TRUE;
  return FALSE;
}

gboolean
kd_text_is_email (const char *text)
{
  const char *at = strchr (text, '@');
  gsize n = strlen (text);

  if (at == NULL || at == text || n > KD_EMAIL_MAX || at - text > 64)
    return FALSE;
  if (!kd_text_is_clean (text, -1) || has_space_or_control (text))
    return FALSE;
  if (strpbrk (text, "\"<>()[],;:\\") != NULL || strchr (at + 1, '@') != NULL)
    return FALSE;
  if (text[0] == '.' || at[-1] == '.' || strstr (text, "..") != NULL)
    return FALSE;
  return strchr (at + 1, '.') != NULL && is_host (at + 1, strlen (at + 1));
}

gboolean
kd_text_is_web_address (const char *text)
{
  const char *host, *end, *port;

  if (g_ascii_strncasecmp (text, "https://", 8) == 0)
    host = text + 8;
  else if (g_ascii_strncasecmp (text, "http://", 7) == 0)
    host = text + 7;
  else
    return FALSE;
  if (strlen (text) > KD_WEB_ADDRESS_MAX || !kd_text_is_clean (text, -1)
      || has_space_or_control (text) || strpbrk (text, "\"<>\\^`{|}") != NULL)
    return FALSE;
  end = host + strcspn (host, "/?#");
  if (memchr (host, '@', (gsize) (end - host)) != NULL)
    return FALSE;
  if (host[0] == '[')
    {
      const char *close = memchr (host, ']', (gsize) (end - host));

      if (close == NULL
          || strspn (host + 1, "0123456789abcdefABCDEF:.") != (gsize) (close - host - 1))
        return FALSE;
      port = close + 1;
    }
  else
    {
      port = memchr (host, ':', (gsize) (end - host));
      if (port == NULL)
        port = end;
      if (!is_host (host, (gsize) (port - host)))
        return FALSE;
    }
  if (port == end)
    return TRUE;
  return *port == ':' && end - port > 1 && end - port <= 6
         && strspn (port + 1, "0123456789") == (gsize) (end - port - 1);
}
