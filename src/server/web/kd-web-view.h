/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-buyer.h"
#include "kd-kinds.h"
#include "kd-web-text.h"
#include "kd-web.h"

G_BEGIN_DECLS

/* One request being answered: made on the main context, filled in on a lane's thread, sent from the
 * main context again. */

#define KD_WEB_COOKIE "kedai"
#define KD_WEB_COOKIE_DAYS 180
#define KD_WEB_COOKIE_LENGTH 48  /* 32 hex digits of randomness, 16 that say it is ours */
#define KD_WEB_TOKEN_LENGTH 64   /* 32 hex digits of padding, 32 of the padded token */
#define KD_WEB_MESSAGE_MAX 8000  /* bytes of a buyer's message */
#define KD_WEB_PAGE_PRODUCTS 24
#define KD_WEB_CARDS_LIVE 30     /* newest cards of a conversation that are kept up to date */
#define KD_WEB_MESSAGES_PAGE 50
#define KD_WEB_ORDER_DEAD_DAYS 90

/* A file of ours, named by its content. */
typedef struct
{
  char *path;              /* "/_/kedai-0123456789abcdef.css" */
  const char *type;
  GBytes *plain, *packed;
} KdWebAsset;

typedef enum
{
  KD_WEB_CSS,
  KD_WEB_JS,
  KD_WEB_ICON,
  KD_WEB_N_ASSETS,
} KdWebAssetName;

struct _KdWeb
{
  KdBuyers buyers;
  KdWebAsset assets[KD_WEB_N_ASSETS];
};

typedef enum
{
  KD_WEB_PERSONAL,  /* may be shown again after asking */
  KD_WEB_NO_STORE,  /* orders, carts, conversations: leaves no trace, no search engine */
} KdWebKeep;

typedef struct _KdWebCart KdWebCart;

typedef struct
{
  const KdWeb *web;
  KdWebLanguage language;
  gboolean language_asked;  /* by the browser */
  char *slug;
  char **parts;
  GHashTable *values;       /* "?name" of the query, "name" of the form */
  gboolean post, gzip, secure;
  gint64 now;
  KdId seed;                /* random: ids of this page are derived from it */
  char *origin;
  char *cookie;             /* what the browser holds, or would get */
  gboolean cookie_new;      /* it doesn't hold it yet */

  /* on a lane's thread */
  KdSqlConnection *connection;
  const KdShop *shop;
  KdRows *rows;             /* (owned) */
  const KdShopProfile *profile;
  KdBuyerSession session;
  KdWebCart *cart;          /* (owned) (nullable): once it was looked at */
  guint made;               /* ids made */

  /* the answer */
  guint status;
  GString *html;
  GBytes *body;             /* @html, packed where the browser takes that */
  gboolean packed;
  char *redirect;           /* (owned) (nullable) */
  gboolean set_cookie;
  KdWebKeep keep;
  char *notice;             /* (owned) (nullable): said at the top of the page */
  gboolean notice_good;
} KdWebView;

/* The texts of a page in its reader's language; every function that words something has `view`. */
#define _(text) kd_web_text (view->language, text)
#define ngettext(one, other, n) kd_web_ntext (view->language, one, other, n)

KdWebView *kd_web_view_new (const KdWeb *web,
                            KdBuyersRequest *request);
/* For a socket: what a page needs to word and draw parts of itself. */
KdWebView *kd_web_view_new_part (const KdWeb *web,
                                 const char *slug,
                                 const char *cookie,
                                 KdWebLanguage language);
void kd_web_view_free (KdWebView *view);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdWebView, kd_web_view_free)

/* A text as somebody typed it, trimmed: lines end with a line feed, other control characters go.
 * (transfer full) */
char *kd_web_plain_text (const char *text);

/* Values of query and form, "" where there is none. */
const char *kd_web_query (const KdWebView *view,
                          const char *name);
const char *kd_web_form (const KdWebView *view,
                         const char *name);

/**
 * kd_web_view_begin:
 *
 * On the lane's thread, before anything is read. Reads profile and session anew when called again.
 *
 * Returns: %FALSE with @error, or without one where the shop is closed or gone
 */
gboolean kd_web_view_begin (KdWebView *view,
                            KdSqlConnection *connection,
                            const KdShop *shop,
                            GError **error);

/* Makes the bytes of the answer. */
void kd_web_view_finish (KdWebView *view);

/* Sends the answer. */
void kd_web_view_send (KdWebView *view,
                       KdBuyersRequest *request);

/* A new id that nobody can guess: of a form, a cart, a message. */
KdId kd_web_view_make_id (KdWebView *view);
/* 32 hex digits, likewise. (transfer full) */
char *kd_web_view_make_token (KdWebView *view);

/* Goes to a path of the shop: "/cart". */
void kd_web_view_go (KdWebView *view,
                     const char *path);

/* (transfer none): the rows a page reads; free of the transaction's end */
KdRows *kd_web_rows_new (KdSqlConnection *connection,
                         const KdShop *shop);
void kd_web_rows_free (KdRows *rows);
gboolean kd_web_rows_get_error (KdRows *rows,
                                GError **error);

/* ---- session and forms ---- */

/* A cookie's value for 16 random bytes. */
char *kd_web_cookie_make (const KdShop *shop,
                          const guint8 random[16]);
gboolean kd_web_cookie_is_ours (const KdShop *shop,
                                const char *cookie);
KdHash kd_web_cookie_hash (const char *cookie);

/* What a form carries; differs on every page, so that a packed page tells nothing about it. */
char *kd_web_form_token (const KdShop *shop,
                         const char *cookie,
                         const guint8 pad[16]);
gboolean kd_web_form_token_is_right (const KdShop *shop,
                                     const char *cookie,
                                     const char *token);

/* Who acts: this session's contact. */
KdActor kd_web_view_actor (const KdWebView *view);

/**
 * kd_web_view_run:
 * @also: (nullable): as of kd_shop_run()
 *
 * Runs a call as this session, once for each value of the form's uid; reads the page's rows anew.
 */
gboolean kd_web_view_run (KdWebView *view,
                          const KdCall *call,
                          gboolean (*also) (KdShopTx *tx, gpointer data, GError **error),
                          gpointer data,
                          KdShopRun *ret_run,
                          GError **error);

/* What a refusal means, in words. (transfer full) */
char *kd_web_refusal (KdWebView *view,
                      const KdShopRun *run);

G_END_DECLS
