/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The page's languages. English is what stands in the source. */
typedef enum
{
  KD_WEB_ENGLISH,
  KD_WEB_INDONESIAN,
} KdWebLanguage;

/* Made from po/id.po when the program is built, sorted by msgid. */
typedef struct
{
  const char *msgid, *text;
} KdWebTranslation;

extern const KdWebTranslation kd_web_indonesian[];
extern const guint kd_web_n_indonesian;

/* The text in that language, or as it is. From any thread. */
const char *kd_web_text (KdWebLanguage language,
                         const char *msgid) G_GNUC_FORMAT (2);

/* The form that belongs to @n. */
const char *kd_web_ntext (KdWebLanguage language,
                          const char *one,
                          const char *other,
                          gint64 n) G_GNUC_FORMAT (2) G_GNUC_FORMAT (3);

/* "en" or "id": for the attribute lang and for numbers. */
const char *kd_web_language_tag (KdWebLanguage language);

/**
 * kd_web_language_choose:
 * @accept: (nullable): the header Accept-Language
 * @fallback: (nullable): of the shop
 *
 * Of ours the one that the browser likes most, else the shop's, else English.
 */
KdWebLanguage kd_web_language_choose (const char *accept,
                                      const char *fallback);

G_END_DECLS
