/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a shop's public address may be (SECURITY 4). */
#define KD_SLUG_MIN 3
#define KD_SLUG_MAX 40

/* Longest e-mail address that RFC 5321 lets through. */
#define KD_EMAIL_MAX 254

/* Longest web address that is kept. */
#define KD_WEB_ADDRESS_MAX 2048

/**
 * kd_text_is_clean:
 * @text: bytes, perhaps with NUL among them
 * @n: how many; negative: up to the final NUL
 *
 * Whether @text is valid UTF-8 without NUL: what every text of a row must be.
 */
gboolean kd_text_is_clean (const char *text,
                           gssize n);

/**
 * kd_text_is_blank:
 * @text: (nullable)
 *
 * Whether nothing of @text would be seen: empty, or white space and invisible characters alone.
 */
gboolean kd_text_is_blank (const char *text);

/**
 * kd_text_trim:
 *
 * A copy without the white space (Unicode's, no-break spaces included) at both ends.
 */
char *kd_text_trim (const char *text) G_GNUC_WARN_UNUSED_RESULT;

/**
 * kd_text_fold:
 * @text: valid UTF-8
 *
 * The form that search compares: compatibility-normalised, case-folded, without accents, and with
 * the letters that have no decomposition spelled plainly (ø o, ß ss, æ ae). Vowel signs of Indic
 * and Thai scripts and the voicing marks of kana stay, because without them it is another word.
 */
char *kd_text_fold (const char *text) G_GNUC_WARN_UNUSED_RESULT;

/**
 * kd_text_key:
 * @text: valid UTF-8
 *
 * The form that decides whether two codes (SKU, option value, tag, e-mail) are the same: trimmed,
 * NFKC, case-folded. Accents count.
 */
char *kd_text_key (const char *text) G_GNUC_WARN_UNUSED_RESULT;

/**
 * kd_text_same:
 *
 * Whether both have the same kd_text_key(). %NULL is as empty.
 */
gboolean kd_text_same (const char *a,
                       const char *b);

/**
 * kd_text_count_graphemes:
 *
 * How many characters a person counts: extended grapheme clusters (UAX 29), so that a family emoji
 * or a letter with its accents is one.
 */
gsize kd_text_count_graphemes (const char *text);

/**
 * kd_text_split_graphemes:
 *
 * Returns: (transfer full): the clusters in order, NULL-terminated
 */
char **kd_text_split_graphemes (const char *text) G_GNUC_WARN_UNUSED_RESULT;

/**
 * kd_text_truncate:
 * @limit: how many graphemes the result may have, the ellipsis included
 *
 * @text itself where it fits, else its beginning and "…". Never cuts inside a cluster.
 */
char *kd_text_truncate (const char *text,
                        gsize limit) G_GNUC_WARN_UNUSED_RESULT;

/**
 * kd_text_truncate_bytes:
 * @limit: how many bytes the result may have, without its final NUL
 *
 * For fields with a limit in bytes: @text cut before the first cluster that doesn't fit, without
 * an ellipsis.
 */
char *kd_text_truncate_bytes (const char *text,
                              gsize limit) G_GNUC_WARN_UNUSED_RESULT;

/**
 * kd_text_slug:
 * @text: a name in any script
 * @max: most bytes of the result
 *
 * A part of a web address: transliterated to Latin, [a-z0-9] with single hyphens between words,
 * cut at a word where it is too long. Empty when nothing of @text can be said in Latin letters
 * (emoji alone); the caller then uses an id.
 */
char *kd_text_slug (const char *text,
                    gsize max) G_GNUC_WARN_UNUSED_RESULT;

/**
 * kd_text_is_slug:
 *
 * Whether @text may be a shop's address: [a-z0-9][a-z0-9-]{2,39} and none of the server's own
 * routes.
 */
gboolean kd_text_is_slug (const char *text);

/**
 * kd_text_is_email:
 *
 * Whether @text looks like one e-mail address: something before a single @, a host with a dot
 * after it, nothing that mail headers would understand otherwise.
 */
gboolean kd_text_is_email (const char *text);

/**
 * kd_text_is_web_address:
 *
 * Whether @text is an absolute http or https address with a host and without user name, white
 * space or control characters.
 */
gboolean kd_text_is_web_address (const char *text);

G_END_DECLS
