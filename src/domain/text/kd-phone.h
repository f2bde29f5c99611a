/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The region a shop's buyers live in unless its settings say otherwise. */
#define KD_PHONE_REGION "ID"

/* More than this is not a number that somebody typed. */
#define KD_PHONE_INPUT_MAX 250

/**
 * KdPhone:
 * @e164: (nullable): "+6281234567890"; %NULL when @text is no number at all
 * @valid: the numbering plan has such a number
 * @possible: its length would do, the rest unknown
 * @type: (not nullable): "MOBILE", "FIXED_LINE", "FIXED_LINE_OR_MOBILE", "TOLL_FREE",
 *   "PREMIUM_RATE", "SHARED_COST", "VOIP", "PERSONAL_NUMBER", "PAGER", "UAN", "VOICEMAIL" or
 *   "UNKNOWN"; a static text
 * @national: (nullable): as written inside its country
 * @international: (nullable): as written for abroad
 * @extension: (nullable)
 * @region: (nullable): ISO 3166 code of the country, where there is one
 *
 * A phone number as the world's numbering plans understand it.
 */
typedef struct
{
  char *e164;
  gboolean valid;
  gboolean possible;
  const char *type;
  char *national;
  char *international;
  char *extension;
  char *region;
} KdPhone;

/**
 * kd_phone_parse:
 * @text: as typed, pasted or received; any bytes
 * @region: (nullable): ISO 3166 code for numbers without a country; %NULL: %KD_PHONE_REGION
 *
 * Understands 0812..., 812..., 62812..., +62 812-... and 0062812... A text that is no number gives
 * an empty result, not an error.
 */
KdPhone *kd_phone_parse (const char *text,
                         const char *region) G_GNUC_WARN_UNUSED_RESULT;
void kd_phone_free (KdPhone *phone);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdPhone, kd_phone_free)

/**
 * kd_phone_normalize:
 *
 * Returns: (transfer full) (nullable): the E.164 form if @text is a valid number, else %NULL
 */
char *kd_phone_normalize (const char *text,
                          const char *region) G_GNUC_WARN_UNUSED_RESULT;

typedef enum
{
  KD_PHONE_MATCH_NONE,
  KD_PHONE_MATCH_SHORT_NSN, /* one is the end of the other */
  KD_PHONE_MATCH_NSN,       /* the same but for a country that one of them doesn't name */
  KD_PHONE_MATCH_EXACT,
} KdPhoneMatch;

/**
 * kd_phone_match:
 *
 * How surely two written numbers are the same. No region is assumed.
 */
KdPhoneMatch kd_phone_match (const char *a,
                             const char *b);

/* "none", "short_nsn", "nsn" or "exact". */
const char *kd_phone_match_to_text (KdPhoneMatch match);

G_END_DECLS
