/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-decode.h"

#include "kd-decode-private.h"

#include <string.h>
#include <unicode/ucnv.h>

#define REPLACEMENT "\xef\xbf\xbd"
#define PIVOT_SIZE 1024
#define SLICE (64 * 1024)

G_DEFINE_QUARK (kd-decode-error-quark, kd_decode_error)

typedef enum
{
  STATE_HEAD,    /* too little for a decision */
  STATE_ASCII,   /* nothing but ASCII yet */
  STATE_WINDOW,  /* collecting what the guess looks at */
  STATE_UTF8,
  STATE_CONVERT, /* everything else, by ICU */
} State;

struct _KdDecoder
{
  State state;
  char *encoding;
  gboolean told;       /* the caller named the encoding */
  gboolean bom;
  gboolean ended;      /* ICU doesn't bear being told so twice */
  guint64 n_bad;
  GByteArray *held;    /* bytes that wait: head, window, or an unfinished sequence */
  UConverter *from, *to;
  UChar pivot[PIVOT_SIZE];
  UChar *pivot_source, *pivot_target;
};

/* ICU: counts, then does what it does by default. */
static void U_CALLCONV
count_bad_cb (const void *context,
              UConverterToUnicodeArgs *args,
              const char *units,
              int32_t length,
              UConverterCallbackReason reason,
              UErrorCode *status)
{
  KdDecoder *decoder = (KdDecoder *) context;

  if (reason <= UCNV_IRREGULAR)
    decoder->n_bad++;
  UCNV_TO_U_CALLBACK_SUBSTITUTE (NULL, args, units, length, reason, status);
}

static gboolean
open_converter (KdDecoder *decoder,
                const char *encoding)
{
  UErrorCode status = U_ZERO_ERROR;
  UConverterToUCallback old_func;
  const void *old_context;

  decoder->from = ucnv_open (encoding, &status);
  decoder->to = ucnv_open ("UTF-8", &status);
  if (U_FAILURE (status))
    return FALSE;
  ucnv_setToUCallBack (decoder->from, count_bad_cb, decoder, &old_func, &old_context, &status);
  decoder->pivot_source = decoder->pivot_target = decoder->pivot;
  return U_SUCCESS (status);
}

/* Takes the name the world uses: IANA's for what it knows, else ICU's. */
static gboolean
use_encoding (KdDecoder *decoder,
              const char *encoding)
{
  UErrorCode status = U_ZERO_ERROR;
  const char *name = ucnv_getStandardName (encoding, "MIME", &status);

  if (name == NULL)
    name = ucnv_getStandardName (encoding, "IANA", &status);
  g_free (decoder->encoding);
  decoder->encoding = g_strdup (name != NULL ? name : encoding);
  if (strcmp (decoder->encoding, "UTF-8") == 0)
    {
      decoder->state = STATE_UTF8;
      return TRUE;
    }
  decoder->state = STATE_CONVERT;
  return open_converter (decoder, encoding);
}

KdDecoder *
kd_decoder_new (const char *encoding,
                GError **error)
{
  g_autoptr (KdDecoder) decoder = g_new0 (KdDecoder, 1);

  decoder->held = g_byte_array_new ();
  if (encoding != NULL)
    {
      decoder->told = TRUE;
      if (!use_encoding (decoder, encoding))
        {
          g_set_error (error, KD_DECODE_ERROR, KD_DECODE_ERROR_UNKNOWN, "no encoding is called %s",
                       encoding);
          return NULL;
        }
      decoder->state = STATE_HEAD;
    }
  return g_steal_pointer (&decoder);
}

void
kd_decoder_free (KdDecoder *decoder)
{
  if (decoder == NULL)
    return;
  g_free (decoder->encoding);
  g_byte_array_unref (decoder->held);
  if (decoder->from != NULL)
    ucnv_close (decoder->from);
  if (decoder->to != NULL)
    ucnv_close (decoder->to);
  g_free (decoder);
}

static void
convert (KdDecoder *decoder,
         const guint8 *bytes,
         gsize n,
         gboolean last,
         GString *out)
{
  const char *source = (const char *) bytes;
  const char *end = source + n;
  char room[SLICE];
  UErrorCode status;

  do
    {
      char *target = room;

      status = U_ZERO_ERROR;
      ucnv_convertEx (decoder->to, decoder->from, &target, room + sizeof room, &source, end,
                      decoder->pivot, &decoder->pivot_source, &decoder->pivot_target,
                      decoder->pivot + PIVOT_SIZE, FALSE, last, &status);
      g_string_append_len (out, room, target - room);
    }
  while (status == U_BUFFER_OVERFLOW_ERROR);
}

static gsize
skip_ascii (const guint8 *bytes,
            gsize n)
{
  gsize i = 0;

  while (i + 8 <= n)
    {
      guint64 word;

      memcpy (&word, bytes + i, sizeof word);
      if (word & G_GUINT64_CONSTANT (0x8080808080808080))
        break;
      i += 8;
    }
  while (i < n && bytes[i] < 0x80)
    i++;
  return i;
}

/* Appends what is valid, replaces what isn't. Returns how much was used: all but the beginning of
 * a sequence that may go on. */
static gsize
copy_utf8 (KdDecoder *decoder,
           const guint8 *bytes,
           gsize n,
           gboolean last,
           GString *out)
{
  gsize from = 0, i = 0;

  for (;;)
    {
      gunichar c;

      i += skip_ascii (bytes + i, n - i);
      if (i == n)
        break;
      c = g_utf8_get_char_validated ((const char *) bytes + i, (gssize) (n - i));
      if (c == (gunichar) -2 && !last)
        break;
      if (c != (gunichar) -1 && c != (gunichar) -2)
        {
          i += (gsize) g_utf8_skip[bytes[i]];
          continue;
        }
      g_string_append_len (out, (const char *) bytes + from, (gssize) (i - from));
      g_string_append (out, REPLACEMENT);
      decoder->n_bad++;
      from = ++i;
    }
  g_string_append_len (out, (const char *) bytes + from, (gssize) (i - from));
  return i;
}

static void
feed_utf8 (KdDecoder *decoder,
           const guint8 *bytes,
           gsize n,
           gboolean last,
           GString *out)
{
  gsize used;

  /* A sequence that the last piece cut: at most three of its bytes wait. */
  while (decoder->held->len > 0 && (n > 0 || last))
    {
      if (n > 0)
        {
          g_byte_array_append (decoder->held, bytes, 1);
          bytes++;
          n--;
        }
      used = copy_utf8 (decoder, decoder->held->data, decoder->held->len, last && n == 0, out);
      if (used > 0)
        g_byte_array_remove_range (decoder->held, 0, (guint) used);
    }
  used = copy_utf8 (decoder, bytes, n, last, out);
  if (used < n)
    g_byte_array_append (decoder->held, bytes + used, (guint) (n - used));
}

static void
feed_decided (KdDecoder *decoder,
              const guint8 *bytes,
              gsize n,
              gboolean last,
              GString *out)
{
  if (decoder->ended)
    return;
  decoder->ended = last;
  if (decoder->state == STATE_UTF8)
    feed_utf8 (decoder, bytes, n, last, out);
  else
    convert (decoder, bytes, n, last, out);
}

/* Gives the held bytes to whatever state follows. */
static void feed (KdDecoder *decoder,
                  const guint8 *bytes,
                  gsize n,
                  gboolean last,
                  GString *out);

static void
feed_held (KdDecoder *decoder,
           gsize skip,
           gboolean last,
           GString *out)
{
  g_autoptr (GByteArray) held = g_steal_pointer (&decoder->held);

  decoder->held = g_byte_array_new ();
  feed (decoder, held->data + skip, held->len - skip, last, out);
}

/* A named encoding with the byte order mark of another is what the mark says only where the name
 * leaves it open ("UTF-16"), which ICU sees for itself. */
static void
decide_head (KdDecoder *decoder,
             gboolean last,
             GString *out)
{
  const guint8 *bytes = decoder->held->data;
  gsize n = decoder->held->len, skip;
  const char *name = kd_decode_find_bom (bytes, n, &skip);

  if (decoder->told)
    {
      decoder->state = strcmp (decoder->encoding, "UTF-8") == 0 ? STATE_UTF8 : STATE_CONVERT;
      decoder->bom = name != NULL && g_str_has_prefix (name, decoder->encoding);
      if (name == NULL || strcmp (name, decoder->encoding) != 0)
        skip = 0;
    }
  else if (name != NULL || (name = kd_decode_find_wide (bytes, n)) != NULL)
    {
      decoder->bom = skip > 0;
      use_encoding (decoder, name);
    }
  else
    decoder->state = STATE_ASCII;
  feed_held (decoder, skip, last, out);
}

static void
hold (KdDecoder *decoder,
      gsize until,
      const guint8 **bytes,
      gsize *n)
{
  gsize take = MIN (*n, until - decoder->held->len);

  g_byte_array_append (decoder->held, *bytes, (guint) take);
  *bytes += take;
  *n -= take;
}

static void
feed (KdDecoder *decoder,
      const guint8 *bytes,
      gsize n,
      gboolean last,
      GString *out)
{
  if (decoder->state == STATE_HEAD)
    {
      hold (decoder, KD_DECODE_HEAD, &bytes, &n);
      if (decoder->held->len < KD_DECODE_HEAD && !last)
        return;
      decide_head (decoder, last && n == 0, out);
    }
  if (decoder->state == STATE_ASCII)
    {
      gsize plain = skip_ascii (bytes, n);

      g_string_append_len (out, (const char *) bytes, (gssize) plain);
      bytes += plain;
      n -= plain;
      if (n == 0)
        return;
      decoder->state = STATE_WINDOW;
    }
  if (decoder->state == STATE_WINDOW)
    {
      hold (decoder, KD_DECODE_WINDOW, &bytes, &n);
      if (decoder->held->len < KD_DECODE_WINDOW && !last)
        return;
      use_encoding (decoder, kd_decode_guess (decoder->held->data, decoder->held->len,
                                              last && n == 0));
      feed_held (decoder, 0, last && n == 0, out);
    }
  if (decoder->state >= STATE_UTF8 && (n > 0 || last))
    feed_decided (decoder, bytes, n, last, out);
}

void
kd_decoder_feed (KdDecoder *decoder,
                 gconstpointer bytes,
                 gsize n,
                 GString *out)
{
  feed (decoder, bytes, n, FALSE, out);
}

void
kd_decoder_finish (KdDecoder *decoder,
                   GString *out)
{
  feed (decoder, (const guint8 *) "", 0, TRUE, out);
  if (decoder->encoding == NULL)
    decoder->encoding = g_strdup ("UTF-8");
}

const char *
kd_decoder_get_encoding (KdDecoder *decoder)
{
  return decoder->encoding;
}

gboolean
kd_decoder_had_bom (KdDecoder *decoder)
{
  return decoder->bom;
}

guint64
kd_decoder_get_n_bad (KdDecoder *decoder)
{
  return decoder->n_bad;
}

GString *
kd_decode (gconstpointer bytes,
           gsize n,
           const char *encoding,
           char **ret_encoding,
           GError **error)
{
  g_autoptr (KdDecoder) decoder = kd_decoder_new (encoding, error);
  GString *out;

  if (decoder == NULL)
    return NULL;
  out = g_string_sized_new (n + 1);
  kd_decoder_feed (decoder, bytes, n, out);
  kd_decoder_finish (decoder, out);
  if (ret_encoding != NULL)
    *ret_encoding = g_strdup (decoder->encoding);
  return out;
}
