/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-shop.h"

G_BEGIN_DECLS

/* What the buyers' page plugs into. The HTTP side owns sockets, limits, hosts, parsing and threads;
 * the page (web/) decides what a buyer sees and may do. Everything here but the work functions runs
 * on the server's main context. */

typedef struct _KdBuyersRequest KdBuyersRequest;
typedef struct _KdBuyersLive KdBuyersLive;

/* ---- the request ---- */

#define KD_BUYERS_BODY_MAX (64 * 1024)   /* a form, a message, a cart */
#define KD_BUYERS_PARTS_MAX 8

/* What anonymous buyers do, each with budgets of its own (SECURITY 4). */
typedef enum
{
  KD_BUDGET_SEARCH,     /* reading that costs: searches */
  KD_BUDGET_MESSAGE,    /* a chat message */
  KD_BUDGET_FIRST,      /* the first message of a session: makes a contact */
  KD_BUDGET_CART,
  KD_BUDGET_ORDER,      /* placing or confirming */
} KdBudget;

/* "GET", "HEAD" or "POST"; a HEAD is answered as a GET, its body is dropped by us. */
const char *kd_buyers_request_get_method (KdBuyersRequest *request);

/* The first part of the path, decoded; "_" for what belongs to no shop (style sheets, scripts). An
 * unknown one never comes: that is a 404 of ours, in the page's words. */
const char *kd_buyers_request_get_slug (KdBuyersRequest *request);

/* The parts after it, decoded, NULL-terminated: {"p", "019..."}; a trailing slash is no part. */
const char *const *kd_buyers_request_get_parts (KdBuyersRequest *request);

/* (nullable): the shop of that slug; NULL where that is "_". */
const KdShop *kd_buyers_request_get_shop (KdBuyersRequest *request);

/* (nullable): values of the query, of a form (application/x-www-form-urlencoded) and of cookies;
 * valid UTF-8 without NUL. Of a name given twice the last. */
const char *kd_buyers_request_get_query (KdBuyersRequest *request, const char *name);
const char *kd_buyers_request_get_form (KdBuyersRequest *request, const char *name);
const char *kd_buyers_request_get_cookie (KdBuyersRequest *request, const char *name);

/* (nullable): a header as it came: "Accept-Language", "If-None-Match". */
const char *kd_buyers_request_get_header (KdBuyersRequest *request, const char *name);

/* The body of a POST that is no form: JSON of a script of ours. */
GBytes *kd_buyers_request_get_body (KdBuyersRequest *request);

/* "https://host:port" as the buyer sees the server: for links and for the check of Origin. */
const char *kd_buyers_request_get_origin (KdBuyersRequest *request);

/* Whether the connection is TLS: then cookies are Secure. */
gboolean kd_buyers_request_is_secure (KdBuyersRequest *request);

/**
 * kd_buyers_request_is_foreign:
 *
 * The browser says that another site's page sent this (Origin, Sec-Fetch-Site). A POST and a
 * socket of that kind are refused before the page hears of them.
 */
gboolean kd_buyers_request_is_foreign (KdBuyersRequest *request);

/* The address cut to its network ("203.0.113.0/24"); forwarded ones from configured proxies only. */
const char *kd_buyers_request_get_prefix (KdBuyersRequest *request);

/**
 * kd_buyers_request_spend:
 * @session: (nullable): the buyer session's hash, or whatever names it
 *
 * Takes one from the budgets of the session, of the address prefix and of the shop.
 *
 * Returns: %FALSE where one of them is spent: answer 429
 */
gboolean kd_buyers_request_spend (KdBuyersRequest *request,
                                  KdBudget budget,
                                  const char *session);

/* The server's clock and randomness, as the shop's own. */
gint64 kd_buyers_request_get_now (KdBuyersRequest *request);
void kd_buyers_request_random (KdBuyersRequest *request, guint8 *bytes, gsize n);

/* ---- work on the shop's rows ---- */

typedef enum
{
  KD_BUYERS_READ,   /* a reader: kd_shop_get(), kd_shop_scan() in a transaction of its own */
  KD_BUYERS_WRITE,  /* the shop's writer: kd_shop_run() */
} KdBuyersLane;

/* On the lane's thread; nobody else touches @data meanwhile. */
typedef gboolean (*KdBuyersWorkFunc) (KdSqlConnection *connection,
                                      const KdShop *shop,
                                      gpointer data,
                                      GError **error);

/* On the main context. A failure may also be answered with kd_buyers_fail(). */
typedef void (*KdBuyersDoneFunc) (KdBuyersRequest *request,
                                  gpointer data,
                                  const GError *error);

/**
 * kd_buyers_run:
 * @destroy: (nullable): frees @data after @done
 *
 * Queues @work; the request waits meanwhile. @done isn't called if the buyer went away, @destroy is.
 * The writer serves devices before buyers.
 */
void kd_buyers_run (KdBuyersRequest *request,
                    KdBuyersLane lane,
                    KdBuyersWorkFunc work,
                    gpointer data,
                    GDestroyNotify destroy,
                    KdBuyersDoneFunc done);

/* ---- the answer: exactly one of these for each request ---- */

/* A header of the answer; set before answering. Appends where the name was set before. */
void kd_buyers_header (KdBuyersRequest *request,
                       const char *name,
                       const char *value);

/**
 * kd_buyers_cookie:
 * @value: (nullable): NULL takes the cookie away
 * @max_age: seconds
 *
 * HttpOnly, SameSite=Lax, Path of the shop, Secure where the connection is.
 */
void kd_buyers_cookie (KdBuyersRequest *request,
                       const char *name,
                       const char *value,
                       gint64 max_age);

/**
 * kd_buyers_answer:
 * @type: static, with its charset
 *
 * nosniff and a Referrer-Policy are set by us unless they were set already.
 */
void kd_buyers_answer (KdBuyersRequest *request,
                       guint status,
                       const char *type,
                       GBytes *body);

/* 303 to a path of this server. */
void kd_buyers_redirect (KdBuyersRequest *request,
                         const char *path);

/* What a failure of storage becomes: 503 with Retry-After, or 500; logged. The page's own words for
 * it come from KdBuyers.failed. */
void kd_buyers_fail (KdBuyersRequest *request,
                     const GError *error);

/**
 * kd_buyers_answer_blob:
 * @width: 0: as uploaded; else a thumbnail that fits, <= 30 kB
 * @open: public and immutable; else private, no-store
 *
 * Sends a picture that the page found the buyer may see; the same 404 where it isn't there.
 */
void kd_buyers_answer_blob (KdBuyersRequest *request,
                            const KdHash *sha256,
                            guint width,
                            gboolean open);

/* ---- the live socket: /{slug}/live ---- */

typedef struct
{
  void (*message) (KdBuyersLive *live, const char *text, gsize len, gpointer data);
  /* the shop's head moved: at most once in 100 ms; once right after the socket opened */
  void (*moved) (KdBuyersLive *live, gint64 seq, gpointer data);
  void (*closed) (KdBuyersLive *live, gpointer data); /* the last call; frees @data */
} KdBuyersLiveFuncs;

#define KD_BUYERS_LIVE_MAX_BYTES (16 * 1024) /* one frame from a buyer */

/* Whether this request asks for a socket; it is answered like any other (401, 404, 429), or with: */
gboolean kd_buyers_request_is_live (KdBuyersRequest *request);

/* Sockets open at once: of one session (a tab has one, and a phone that sleeps leaves some), of one network (a whole operator may stand
 * behind an address), of all buyers. */
#define KD_BUYERS_LIVE_MAX_SESSION 16
#define KD_BUYERS_LIVE_MAX_NETWORK 300
#define KD_BUYERS_LIVE_MAX 2000

/**
 * kd_buyers_accept:
 * @session: who asks, for the limits
 *
 * Opens the socket. The request is answered by that and is gone.
 *
 * Returns: (nullable) (transfer none): until `closed`; NULL: it was answered: too many of them are
 *   open, or the handshake was none
 */
KdBuyersLive *kd_buyers_accept (KdBuyersRequest *request,
                                const char *session,
                                const KdBuyersLiveFuncs *funcs,
                                gpointer data);

void kd_buyers_live_send (KdBuyersLive *live,
                          const char *text);
void kd_buyers_live_close (KdBuyersLive *live,
                           gushort code,
                           const char *reason);
const KdShop *kd_buyers_live_get_shop (KdBuyersLive *live);
gboolean kd_buyers_live_spend (KdBuyersLive *live,
                               KdBudget budget,
                               const char *session);

/* As kd_buyers_run(); @done isn't called once the socket has closed. */
typedef void (*KdBuyersLiveDoneFunc) (KdBuyersLive *live,
                                      gpointer data,
                                      const GError *error);
void kd_buyers_live_run (KdBuyersLive *live,
                         KdBuyersLane lane,
                         KdBuyersWorkFunc work,
                         gpointer data,
                         GDestroyNotify destroy,
                         KdBuyersLiveDoneFunc done);

/* ---- what the page gives ---- */

typedef struct
{
  /* GET, HEAD, POST of /{slug}, /{slug}/..., /_/... and the sockets. It answers at once or later. */
  void (*handle) (KdBuyersRequest *request, gpointer data);
  /* Words for what we refuse ourselves (404 of an unknown slug, 413, 421, 429, 5xx): an HTML page.
   * (nullable): plain words of ours then. Also for requests without a shop. */
  GBytes *(*failed) (guint status, const char *accept_language, gpointer data);
  gpointer data;
} KdBuyers;

G_END_DECLS
