/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-web-page.h"

#include "kd-web-resources.h"

/* Style, script and icon: named by their content, so that browsers keep them for ever. */

#define HASH_DIGITS 16
#define FOR_EVER "public, max-age=31536000, immutable"

static const struct
{
  const char *file, *name, *type;
} files[KD_WEB_N_ASSETS] = {
  [KD_WEB_CSS] = { "kedai.css", "css", "text/css; charset=utf-8" },
  [KD_WEB_JS] = { "kedai.js", "js", "text/javascript; charset=utf-8" },
  [KD_WEB_ICON] = { "icon.svg", "svg", "image/svg+xml" },
};

void
kd_web_assets_load (KdWeb *web)
{
  for (guint i = 0; i < KD_WEB_N_ASSETS; i++)
    {
      g_autofree char *path = g_strconcat ("/id/kedai/web/", files[i].file, NULL);
      g_autofree char *hash = NULL;
      KdWebAsset *asset = &web->assets[i];

      asset->plain = g_resource_lookup_data (kd_web_get_resource (), path,
                                             G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
      g_assert (asset->plain != NULL);
      asset->packed = kd_web_pack (asset->plain);
      asset->type = files[i].type;
      hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, asset->plain);
      asset->path = g_strdup_printf ("/_/kedai-%.*s.%s", HASH_DIGITS, hash, files[i].name);
    }
}

void
kd_web_assets_clear (KdWeb *web)
{
  for (guint i = 0; i < KD_WEB_N_ASSETS; i++)
    {
      g_free (web->assets[i].path);
      g_clear_pointer (&web->assets[i].plain, g_bytes_unref);
      g_clear_pointer (&web->assets[i].packed, g_bytes_unref);
    }
}

static const KdWebAsset *
find (const KdWeb *web,
      const char *const *parts)
{
  g_autofree char *path = NULL;

  if (parts[0] == NULL || parts[1] != NULL)
    return NULL;
  path = g_strconcat ("/_/", parts[0], NULL);
  for (guint i = 0; i < KD_WEB_N_ASSETS; i++)
    if (g_str_equal (web->assets[i].path, path))
      return &web->assets[i];
  return NULL;
}

void
kd_web_asset_send (const KdWeb *web,
                   KdBuyersRequest *request)
{
  const KdWebAsset *asset = find (web, kd_buyers_request_get_parts (request));
  const char *accept = kd_buyers_request_get_header (request, "Accept-Encoding");

  if (asset == NULL)
    {
      g_autoptr (GBytes) page = kd_web_failed_page (
        web, 404,
        kd_web_language_choose (kd_buyers_request_get_header (request, "Accept-Language"), NULL));

      kd_buyers_answer (request, 404, "text/html; charset=utf-8", page);
      return;
    }
  kd_buyers_header (request, "Cache-Control", FOR_EVER);
  kd_buyers_header (request, "Vary", "Accept-Encoding");
  if (asset->packed != NULL && accept != NULL && strstr (accept, "gzip") != NULL)
    {
      kd_buyers_header (request, "Content-Encoding", "gzip");
      kd_buyers_answer (request, 200, asset->type, asset->packed);
    }
  else
    kd_buyers_answer (request, 200, asset->type, asset->plain);
}
