/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-number-style.h"

#include <string.h>

#define NBSP "\u00a0"
#define NARROW_NBSP "\u202f"
#define APOSTROPHE "\u2019"

/* A locale is looked up whole first, then by its language; the last entry is for the rest. */
static const struct
{
  const char *locales;
  KdNumberStyle style;
} styles[] = {
  { " id jv su tr az es_UY es_PY ", { ",", ".", FALSE, KD_SIGN_BEFORE } },
  { " nl pt es_AR es_CL es_CO es_VE es_EC es_BO ", { ",", ".", FALSE, KD_SIGN_BEFORE_SPACE } },
  { " de es it da vi el ro hr sr sl bs mk sq ca gl eu is fo ", { ",", ".", FALSE, KD_SIGN_AFTER } },
  { " fr ", { ",", NARROW_NBSP, FALSE, KD_SIGN_AFTER } },
  { " ru uk be pl cs sk bg sv nb nn no fi hu lt lv et kk ka hy ky uz pt_PT fr_CA ",
    { ",", NBSP, FALSE, KD_SIGN_AFTER } },
  { " de_AT ", { ",", NBSP, FALSE, KD_SIGN_BEFORE_SPACE } },
  { " de_CH de_LI it_CH fr_CH ", { ".", APOSTROPHE, FALSE, KD_SIGN_BEFORE_SPACE } },
  { " hi bn gu kn ml mr pa ta te en_IN ", { ".", ",", TRUE, KD_SIGN_BEFORE } },
  { " ms ", { ".", ",", FALSE, KD_SIGN_BEFORE_SPACE } },
  { " en es_MX es_US es_GT es_PE ", { ".", ",", FALSE, KD_SIGN_BEFORE } },
};

static gsize
language_length (const char *locale)
{
  gsize n = 0;

  while (locale != NULL && n < KD_LANGUAGE_MAX && g_ascii_isalpha (locale[n]))
    n++;
  return n;
}

const char *
kd_locale_language (const char *locale,
                    char language[KD_LANGUAGE_MAX + 1])
{
  gsize n = language_length (locale);

  for (gsize i = 0; i < n; i++)
    language[i] = g_ascii_tolower (locale[i]);
  language[n] = '\0';
  /* The locale of programs that were told none. */
  if (strcmp (language, "c") == 0 || strcmp (language, "posix") == 0)
    g_strlcpy (language, "en", KD_LANGUAGE_MAX + 1);
  return language;
}

static const KdNumberStyle *
find_style (const char *name)
{
  char key[2 * KD_LANGUAGE_MAX + 4];

  g_snprintf (key, sizeof key, " %s ", name);
  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    if (strstr (styles[i].locales, key) != NULL)
      return &styles[i].style;
  return NULL;
}

const KdNumberStyle *
kd_number_style (const char *locale)
{
  char language[KD_LANGUAGE_MAX + 1];
  const KdNumberStyle *style = NULL;
  gsize n;

  kd_locale_language (locale, language);
  n = language_length (locale);
  if (n > 0 && (locale[n] == '_' || locale[n] == '-') && g_ascii_isalpha (locale[n + 1]) &&
      g_ascii_isalpha (locale[n + 2]) && !g_ascii_isalnum (locale[n + 3]))
    {
      char name[KD_LANGUAGE_MAX + 4];

      g_snprintf (name, sizeof name, "%s_%c%c", language, g_ascii_toupper (locale[n + 1]),
                  g_ascii_toupper (locale[n + 2]));
      style = find_style (name);
    }
  if (style == NULL)
    style = find_style (language);
  return style != NULL ? style : find_style ("en");
}

const char *
kd_number_default_locale (const char *currency)
{
  static const struct
  {
    const char *currency, *locale;
  } homes[] = { { "IDR", "id" }, { "VND", "vi" }, { "BRL", "pt" }, { "MYR", "ms" } };

  for (guint i = 0; i < G_N_ELEMENTS (homes); i++)
    if (strcmp (homes[i].currency, currency) == 0)
      return homes[i].locale;
  return "en";
}
