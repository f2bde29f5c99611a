/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-web-text.h"

#include <stdlib.h>
#include <string.h>

#define ACCEPT_MAX 16 /* languages of a browser that are looked at */

static int
compare_msgid (const void *key,
               const void *entry)
{
  return strcmp (key, ((const KdWebTranslation *) entry)->msgid);
}

const char *
kd_web_text (KdWebLanguage language,
             const char *msgid)
{
  const KdWebTranslation *found = NULL;

  if (language == KD_WEB_INDONESIAN)
    found = bsearch (msgid, kd_web_indonesian, kd_web_n_indonesian, sizeof *kd_web_indonesian,
                     compare_msgid);
  return found != NULL ? found->text : msgid;
}

const char *
kd_web_ntext (KdWebLanguage language,
              const char *one,
              const char *other,
              gint64 n)
{
  /* Indonesian has one form, which stands beside the singular. */
  if (language == KD_WEB_INDONESIAN)
    {
      const char *text = kd_web_text (language, one);

      if (text != one)
        return text;
    }
  return n == 1 ? one : other;
}

const char *
kd_web_language_tag (KdWebLanguage language)
{
  return language == KD_WEB_INDONESIAN ? "id" : "en";
}

/* -1: none of ours. "in" is what old phones call Indonesian. */
static int
known_language (const char *tag)
{
  gsize n = strcspn (tag, "-_; ");

  if (n == 2 && (g_ascii_strncasecmp (tag, "id", 2) == 0 || g_ascii_strncasecmp (tag, "in", 2) == 0))
    return KD_WEB_INDONESIAN;
  return n == 2 && g_ascii_strncasecmp (tag, "en", 2) == 0 ? KD_WEB_ENGLISH : -1;
}

KdWebLanguage
kd_web_language_choose (const char *accept,
                        const char *fallback)
{
  g_auto (GStrv) asked = g_strsplit (accept != NULL ? accept : "", ",", ACCEPT_MAX + 1);
  double best = 0;
  int chosen = -1;

  for (guint i = 0; asked[i] != NULL && i < ACCEPT_MAX; i++)
    {
      const char *tag = g_strstrip (asked[i]);
      const char *quality = strstr (tag, "q=");
      double q = quality != NULL ? g_ascii_strtod (quality + 2, NULL) : 1;
      int language = known_language (tag);

      if (language >= 0 && q > best)
        {
          best = q;
          chosen = language;
        }
    }
  if (chosen < 0 && fallback != NULL)
    chosen = known_language (fallback);
  return chosen >= 0 ? (KdWebLanguage) chosen : KD_WEB_ENGLISH;
}
