/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-web-view.h"

#include <string.h>

/* The cookie names a session, and only that: 16 random bytes and a mark that we made them, so that
 * nobody chooses another's. Forms carry a token that follows from it. Storage knows its hash. */

#define RANDOM_BYTES 16
#define RANDOM_DIGITS (2 * RANDOM_BYTES)
#define MARK_DIGITS (KD_WEB_COOKIE_LENGTH - RANDOM_DIGITS)

/* 64 hex digits */
static char *
mac (const KdShop *shop,
     const char *purpose,
     const char *text)
{
  g_autofree char *what = g_strdup_printf ("%s\n%s", purpose, text);

  return g_compute_hmac_for_string (G_CHECKSUM_SHA256, shop->key, sizeof shop->key, what, -1);
}

/* Takes the same time wherever they differ. */
static gboolean
same_bytes (gconstpointer a,
            gconstpointer b,
            gsize n)
{
  const guint8 *x = a, *y = b;
  guint8 difference = 0;

  for (gsize i = 0; i < n; i++)
    difference |= x[i] ^ y[i];
  return difference == 0;
}

static void
to_hex (const guint8 *bytes,
        gsize n,
        char *text)
{
  for (gsize i = 0; i < n; i++)
    g_snprintf (text + 2 * i, 3, "%02x", bytes[i]);
}

static gboolean
from_hex (const char *text,
          guint8 *bytes,
          gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      int high = g_ascii_xdigit_value (text[2 * i]);
      int low = high >= 0 ? g_ascii_xdigit_value (text[2 * i + 1]) : -1;

      if (low < 0)
        return FALSE;
      bytes[i] = (guint8) (high << 4 | low);
    }
  return TRUE;
}

char *
kd_web_cookie_make (const KdShop *shop,
                    const guint8 random[16])
{
  char digits[RANDOM_DIGITS + 1];
  g_autofree char *mark = NULL;

  to_hex (random, RANDOM_BYTES, digits);
  mark = mac (shop, "kedai buyer", digits);
  return g_strdup_printf ("%s%.*s", digits, MARK_DIGITS, mark);
}

gboolean
kd_web_cookie_is_ours (const KdShop *shop,
                       const char *cookie)
{
  char digits[RANDOM_DIGITS + 1];
  g_autofree char *mark = NULL;

  if (cookie == NULL || strlen (cookie) != KD_WEB_COOKIE_LENGTH)
    return FALSE;
  g_strlcpy (digits, cookie, sizeof digits);
  mark = mac (shop, "kedai buyer", digits);
  return same_bytes (cookie + RANDOM_DIGITS, mark, MARK_DIGITS);
}

KdHash
kd_web_cookie_hash (const char *cookie)
{
  g_autofree char *text = g_compute_checksum_for_string (G_CHECKSUM_SHA256, cookie, -1);
  KdHash hash = { { 0 } };

  kd_hash_parse (text, &hash);
  return hash;
}

static void
expected_token (const KdShop *shop,
                const char *cookie,
                guint8 bytes[RANDOM_BYTES])
{
  g_autofree char *text = mac (shop, "kedai form", cookie);

  from_hex (text, bytes, RANDOM_BYTES);
}

char *
kd_web_form_token (const KdShop *shop,
                   const char *cookie,
                   const guint8 pad[16])
{
  guint8 bytes[RANDOM_BYTES];
  char *text = g_malloc (KD_WEB_TOKEN_LENGTH + 1);

  expected_token (shop, cookie, bytes);
  for (guint i = 0; i < RANDOM_BYTES; i++)
    bytes[i] ^= pad[i];
  to_hex (pad, RANDOM_BYTES, text);
  to_hex (bytes, RANDOM_BYTES, text + RANDOM_DIGITS);
  return text;
}

gboolean
kd_web_form_token_is_right (const KdShop *shop,
                            const char *cookie,
                            const char *token)
{
  guint8 expected[RANDOM_BYTES], given[2 * RANDOM_BYTES];

  if (token == NULL || strlen (token) != KD_WEB_TOKEN_LENGTH || !from_hex (token, given, sizeof given))
    return FALSE;
  for (guint i = 0; i < RANDOM_BYTES; i++)
    given[RANDOM_BYTES + i] ^= given[i];
  expected_token (shop, cookie, expected);
  return same_bytes (expected, given + RANDOM_BYTES, RANDOM_BYTES);
}

/* ---- acting ---- */

KdActor
kd_web_view_actor (const KdWebView *view)
{
  KdActor actor = { .type = KD_ACTOR_CONTACT,
                    .id = view->session.contact,
                    .origin = KD_ORIGIN_BUYER };

  if (!kd_id_is_none (&view->session.conversation))
    actor.conversation = &view->session.conversation;
  return actor;
}

gboolean
kd_web_view_run (KdWebView *view,
                 const KdCall *call,
                 gboolean (*also) (KdShopTx *tx, gpointer data, GError **error),
                 gpointer data,
                 KdShopRun *ret_run,
                 GError **error)
{
  KdActor actor = kd_web_view_actor (view);
  char credential[KD_HASH_TEXT_LENGTH + 1];
  const char *uid = kd_web_form (view, "uid");

  kd_hash_to_text (&view->session.token, credential);
  return kd_shop_run (view->connection, view->shop, &actor, credential, *uid != '\0' ? uid : NULL, 0,
                      TRUE, call, also, data, ret_run, error)
         && kd_web_view_begin (view, view->connection, view->shop, error);
}
