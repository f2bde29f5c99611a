/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "kd-accept.h"
#include "kd-http.h"
#include "kd-sweeper.h"
#include "kd-wire-sync.h"

G_BEGIN_DECLS

/* ---- routes ---- */

typedef struct _KdRequest KdRequest;
typedef struct _KdRoute KdRoute;

typedef enum
{
  KD_AUTH_NONE = 0,
  KD_AUTH_SESSION,    /* an access token */
  KD_AUTH_SHOP,       /* and {shop} is a shop of ours; its member is looked up where the rows are */
} KdAuthKind;

typedef enum
{
  KD_BODY_NONE = 0,
  KD_BODY_JSON,
  KD_BODY_BYTES,
  KD_BODY_ANY,        /* a buyer's form, JSON or picture */
} KdBodyKind;

/* Budgets of requests, each for an address prefix, for a session too where there is one. */
typedef enum
{
  KD_RATE_FREE = 0,   /* probes */
  KD_RATE_NORMAL,
  KD_RATE_COSTLY,     /* pictures, exports */
  KD_RATE_AUTH,       /* guesses of passwords, tokens, pairings */
  KD_RATE_PAGE,       /* anonymous buyers */
} KdRate;
#define KD_N_RATES 5

#define KD_PARAMS_MAX 4
#define KD_TIME_SHORT 10000
#define KD_TIME_LONG 60000

struct _KdRoute
{
  const char *method;
  const char *path;         /* "/v1/shops/{shop}/push" */
  KdAuthKind auth;
  KdBodyKind body;
  gsize body_max;
  guint time_ms;
  KdRate rate;
  void (*handle) (KdRequest *request);
  const char *summary;      /* for the API's description */
  gboolean socket;          /* a WebSocket */
  const KdKind *kind;       /* (nullable): of a generated one */
  const KdMutation *mutation; /* (nullable) */
};

/* The whole table; generated routes of kinds included. */
const KdRoute *kd_http_routes (guint *ret_n);
extern const KdRoute kd_routes_server[], kd_routes_auth[], kd_routes_shop[], kd_routes_sync[],
  kd_routes_blob[], kd_routes_pairing[], kd_routes_member[],
  kd_routes_rest[];

/**
 * kd_http_match:
 * @ret_params: (out): the values of the path's parameters, in order; owned by the caller
 * @ret_allowed: (out): where the path is known with other methods, those
 */
const KdRoute *kd_http_match (const char *method, const char *path, char *ret_params[KD_PARAMS_MAX], char **ret_allowed);

/* ---- the request ---- */

struct _KdRequest
{
  int ref;
  KdHttp *http;
  SoupServerMessage *msg;   /* until it has finished */
  const KdRoute *route;
  char *params[KD_PARAMS_MAX];
  GHashTable *query;        /* (nullable) */
  char *prefix;             /* the caller's network */
  char *address;            /* the caller's address */
  gsize received;           /* of the body */
  gint64 started;           /* monotonic, us */
  KdControlSession session; /* with KD_AUTH_SESSION */
  const KdShop *shop;       /* with KD_AUTH_SHOP */
  GBytes *body;
  gboolean answered;
  gboolean counted;         /* among those under way */
  gboolean late;            /* it came when the server was stopping already */
  guint status;
  guint timeout;
  gpointer extra;           /* the buyers' side of it */
  GDestroyNotify extra_free;
};

KdRequest *kd_request_new (KdHttp *http, SoupServerMessage *msg);
KdRequest *kd_request_ref (KdRequest *request);
void kd_request_unref (KdRequest *request);
KdRequest *kd_request_of (SoupServerMessage *msg);
/* Its message has ended, or its connection was taken: the last that is heard of it. */
void kd_request_ended (KdRequest *request);

const char *kd_request_param (KdRequest *request, const char *name);
/* FALSE: it has been answered with 404. */
gboolean kd_request_param_id (KdRequest *request, const char *name, KdId *ret_id);
const char *kd_request_query (KdRequest *request, const char *name);
const char *kd_request_in_header (KdRequest *request, const char *name);
/* (nullable) (transfer full): the body as JSON; NULL: it has been answered */
const char *kd_request_text (KdRequest *request, gssize *ret_len);

/* Answers: the first one counts, what comes after is dropped. */
void kd_request_header (KdRequest *request, const char *name, const char *value);
void kd_request_answer (KdRequest *request, guint status, const char *type, GBytes *body);
void kd_request_answer_json (KdRequest *request, guint status, char *json_take);
void kd_request_answer_empty (KdRequest *request, guint status);
void kd_request_problem (KdRequest *request, KdProblem *problem_take);
void kd_request_refuse (KdRequest *request, guint status, const char *code);
void kd_request_refuse_field (KdRequest *request, const char *field, const char *reason);
void kd_request_fail (KdRequest *request, const GError *error);

/* Before the body is read: the connection ends with this answer. */
void kd_request_refuse_now (KdRequest *request, guint status, const char *code);

/* Work; @done isn't called where the request was answered meanwhile (too late, gone). */
typedef void (*KdRequestDone) (KdRequest *request, gpointer data, const GError *error);
void kd_request_run_control (KdRequest *request, KdControlFunc func, gpointer data, GDestroyNotify destroy, KdRequestDone done);
void kd_request_run_shop (KdRequest *request, const KdId *shop, KdLane lane, KdShopFunc func, gpointer data,
                          GDestroyNotify destroy, KdRequestDone done);
void kd_request_run_pool (KdRequest *request, KdPoolFunc func, gpointer data, GDestroyNotify destroy, KdRequestDone done);

/* Opens the socket that the request asks for; FALSE: it has been answered with 400. The connection
 * comes with @opened, once, when the handshake is written; (nullable): the client went away. */
typedef void (*KdSocketOpened) (KdHttp *http, SoupWebsocketConnection *connection, gpointer data);
gboolean kd_request_upgrade (KdRequest *request, KdSocketOpened opened, gpointer data);

/* ---- budgets ---- */

typedef struct _KdBudgets KdBudgets;
KdBudgets *kd_budgets_new (void);
void kd_budgets_free (KdBudgets *budgets);
/**
 * kd_budgets_take:
 * @per_second, @burst: how it fills
 * @now: monotonic, us
 */
gboolean kd_budgets_take (KdBudgets *budgets, const char *key, double per_second, double burst, gint64 now);
gboolean kd_budgets_take_rate (KdBudgets *budgets, KdRate rate, const char *prefix, const KdId *session, gint64 now);
/* The network of an address: /24 or /56. */
char *kd_address_prefix (const char *address);

/* ---- who asks ---- */

typedef struct _KdSessions KdSessions;
KdSessions *kd_sessions_new (KdServer *server);
void kd_sessions_free (KdSessions *sessions);
typedef void (*KdSessionFunc) (const KdControlSession *session, const GError *error, gpointer data);
/* @session NULL without @error: no or no good token. At once where it was asked shortly before. */
void kd_sessions_find (KdSessions *sessions, const char *authorization, KdSessionFunc func, gpointer data);
/* It has ended: forgotten at once. */
void kd_sessions_forget (KdSessions *sessions, const KdId *session);

/* ---- live sockets ---- */

typedef struct _KdLive KdLive;
KdLive *kd_live_new (KdHttp *http);
void kd_live_free (KdLive *live);
void kd_live_moved (KdLive *live, const KdId *shop, gint64 seq, const KdId *epoch);
void kd_live_open (KdRequest *request);
/* 4401 to all sockets of a session that has ended. */
void kd_live_end_session (KdLive *live, const KdId *session);
/* It joined a shop: no waiting for the next look. */
void kd_live_recheck_user (KdLive *live, const KdId *user);
void kd_live_close_all (KdLive *live);
guint kd_live_count (KdLive *live);

/* ---- the whole ---- */

struct _KdHttp
{
  KdServer *server;
  KdHttpDemoFunc make_demo;
  SoupServer *soup;
  GSocket *socket;
  char *address;
  guint16 port;
  GHashTable *hosts;        /* names we answer to, lower case */
  char **proxies;
  gboolean embedded, sign_up, secure;
  guint live_check_ms;
  KdHash run_key, certificate_hash;
  char *owner_token;        /* (nullable): until it was used */
  char *media_folder;
  KdAcceptor *acceptor;
  KdSweeper *sweeper;
  KdBudgets *budgets;
  KdSessions *sessions;
  KdLive *live;
  KdBuyers buyers;
  gboolean has_buyers;
  GHashTable *buyer_sockets; /* KdBuyersLive */
  GHashTable *uploads;      /* names of those that a piece is being added to */
  guint under_way;          /* requests */
  gboolean draining;
  void (*drained) (gpointer data);
  gpointer drained_data;
  guint drain_timeout;
};

/* Whether an Origin is a page of ours. */
gboolean kd_http_is_own_origin (KdHttp *http, const char *origin);
gint64 kd_http_now (KdHttp *http);
void kd_http_session_ended (KdHttp *http, const KdId *session);
void kd_http_check_drained (KdHttp *http);

/* The buyers' side: the route of everything that is no route of ours. */
void kd_buyers_handle (KdRequest *request);
extern const KdRoute kd_buyers_route;
void kd_buyers_moved (KdHttp *http, const KdId *shop, gint64 seq);
void kd_buyers_close_all (KdHttp *http);
/* An HTML page for a refusal of a buyer's request; FALSE: it is none, or there are no words. */
gboolean kd_buyers_refuse (KdRequest *request, guint status);

G_END_DECLS
