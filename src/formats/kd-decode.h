/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How much of a file is looked at before its encoding is decided. */
#define KD_DECODE_HEAD 512             /* for a byte order mark and UTF-16 without one */
#define KD_DECODE_WINDOW (64 * 1024)   /* from the first byte that isn't ASCII */

typedef enum
{
  KD_DECODE_ERROR_UNKNOWN, /* no encoding of that name */
} KdDecodeError;

#define KD_DECODE_ERROR (kd_decode_error_quark ())
GQuark kd_decode_error_quark (void);

/**
 * KdDecoder:
 *
 * Turns the bytes of a file into UTF-8, piece by piece, holding no more than %KD_DECODE_WINDOW of
 * them. Unless it is told, it finds the encoding: a byte order mark, valid UTF-8, UTF-16 by the
 * place of its zero bytes, else a guess among the encodings that office programs write. ASCII
 * passes through before the decision, which is made where it first matters.
 */
typedef struct _KdDecoder KdDecoder;

/**
 * kd_decoder_new:
 * @encoding: (nullable): a name that IANA or ICU knows; %NULL: find out
 *
 * Returns: (nullable): %NULL with %KD_DECODE_ERROR_UNKNOWN
 */
KdDecoder *kd_decoder_new (const char *encoding,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
void kd_decoder_free (KdDecoder *decoder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdDecoder, kd_decoder_free)

/**
 * kd_decoder_feed:
 * @out: what is certain by now is appended, always whole characters; a NUL of the file stays one
 *
 * Bytes that mean nothing in the encoding become U+FFFD and are counted.
 */
void kd_decoder_feed (KdDecoder *decoder,
                      gconstpointer bytes,
                      gsize n,
                      GString *out);

/* Says that no more comes; appends the rest. */
void kd_decoder_finish (KdDecoder *decoder,
                        GString *out);

/**
 * kd_decoder_get_encoding:
 *
 * Returns: (nullable): "UTF-8", "UTF-16LE", "windows-1252"...; %NULL until it is decided, which is
 *   at the latest when it is finished
 */
const char *kd_decoder_get_encoding (KdDecoder *decoder);

/* Whether a byte order mark stood at the beginning; it isn't part of the text. */
gboolean kd_decoder_had_bom (KdDecoder *decoder);

/* How many bytes or sequences became U+FFFD so far. */
guint64 kd_decoder_get_n_bad (KdDecoder *decoder);

/**
 * kd_decode:
 * @encoding: (nullable): as for kd_decoder_new()
 * @ret_encoding: (out) (optional) (transfer full)
 *
 * All at once, for what is small.
 *
 * Returns: (transfer full) (nullable): the text, which may hold NUL; free with g_string_free()
 */
GString *kd_decode (gconstpointer bytes,
                    gsize n,
                    const char *encoding,
                    char **ret_encoding,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
