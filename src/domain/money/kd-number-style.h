/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  KD_SIGN_BEFORE,       /* Rp15.000 */
  KD_SIGN_BEFORE_SPACE, /* RM 15.00, with a space that doesn't break */
  KD_SIGN_AFTER,        /* 15,00 €, likewise */
} KdSignPlace;

/**
 * KdNumberStyle:
 *
 * How a language writes numbers. A small table of ours, so that the same amount looks the same
 * with every version of every library, and on both sides of the wire.
 */
typedef struct
{
  const char *decimal;  /* "," */
  const char *group;    /* "."; may be a space that doesn't break */
  gboolean indian;      /* groups of two above the thousands */
  KdSignPlace sign;     /* where the currency stands */
} KdNumberStyle;

#define KD_LANGUAGE_MAX 8

/**
 * kd_number_style:
 * @locale: (nullable): "id", "pt_BR.UTF-8", "de-CH"; %NULL and unknown ones read as English
 */
const KdNumberStyle *kd_number_style (const char *locale);

/**
 * kd_locale_language:
 * @language: (out): the language of @locale in small letters, "" if it has none
 */
const char *kd_locale_language (const char *locale,
                                char language[KD_LANGUAGE_MAX + 1]);

/**
 * kd_number_default_locale:
 *
 * Returns: (transfer none): the locale in which amounts of @currency are read where nothing else
 *   is known
 */
const char *kd_number_default_locale (const char *currency);

G_END_DECLS
