/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "kd-buyers.h"
#include "kd-server.h"

G_BEGIN_DECLS

/* The server's HTTP side: one listening socket, one table of routes, limits on everything. */

typedef struct _KdHttp KdHttp;

#define KD_HEADER_MS 30000        /* a connection without a whole request head */
#define KD_BODY_MS 60000          /* from there to the end of its body */
#define KD_LIVE_CHECK_MS 60000    /* how often an open socket's session and membership are read anew */
#define KD_DRAIN_MS 10000         /* how long requests may take to end when the server stops */

/**
 * KdHttpDemoFunc:
 * @asked: owner, and where they are set name, slug and the owner's name
 *
 * Makes a demo shop: kd_server_create_shop() with content.
 */
typedef void (*KdHttpDemoFunc) (KdServer *server,
                                const KdId *id,
                                const KdShopNew *asked,
                                KdServerCreatedFunc done,
                                gpointer user_data);

typedef struct
{
  KdServer *server;
  KdHttpDemoFunc make_demo;       /* (nullable) */
  const char *host;               /* an IP address to listen on */
  guint16 port;                   /* 0: any */
  GTlsCertificate *certificate;   /* (nullable): plain HTTP, on loopback alone */
  const char *const *names;       /* (nullable): other hosts we are asked for, "shop.example[:port]" */
  const char *const *proxies;     /* (nullable): addresses whose X-Forwarded-For counts */
  gboolean embedded;              /* no sign-up; the owner comes by its token */
  gboolean sign_up;
  const char *owner_token;        /* (nullable): one-time */
  KdHash run_key;
  guint header_ms, body_ms, live_check_ms; /* 0: the constants above */
  const char *media_folder;       /* DATA/server/blobs */
} KdHttpSetup;

/**
 * kd_http_start:
 *
 * Listens. G_IO_ERROR_ADDRESS_IN_USE: another program has the port.
 */
KdHttp *kd_http_start (const KdHttpSetup *setup, GError **error);
void kd_http_free (KdHttp *http);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdHttp, kd_http_free)

/* "http://127.0.0.1:PORT" */
const char *kd_http_get_address (KdHttp *http);
guint16 kd_http_get_port (KdHttp *http);

/* The buyers' page; before that its paths are 404. */
void kd_http_set_buyers (KdHttp *http, const KdBuyers *buyers);

/**
 * kd_http_drain:
 *
 * Answers readyz and every new request with 503, closes the live sockets, and calls @done when the
 * last request has ended or %KD_DRAIN_MS have passed.
 */
void kd_http_drain (KdHttp *http, void (*done) (gpointer data), gpointer data);

/* The OpenAPI document that /v1/openapi.json serves. */
char *kd_http_openapi (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
