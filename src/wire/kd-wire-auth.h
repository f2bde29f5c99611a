/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-wire-message.h"

G_BEGIN_DECLS

/* The bodies of /v1/auth, /v1/me and POST /v1/shops, the file by which an embedded server is found,
 * and what both sides compute alike. Tokens are opaque texts. */

#define KD_AUTH_MAX_BYTES 8192
#define KD_AUTH_ANSWER_MAX_BYTES (256 * 1024)
#define KD_PASSWORD_MIN 8     /* characters */
#define KD_PASSWORD_MAX 1000  /* bytes */
#define KD_TOKEN_MAX 200
#define KD_SHOPS_MAX 1000     /* shops of one user in an answer */

/* POST /v1/auth/sign-in, /sign-up, /owner, /refresh, /sign-out: each takes what it needs of this. */
typedef struct
{
  char *login;          /* sign-in, sign-up: a name or an e-mail address; case doesn't count */
  char *password;       /* sign-in, sign-up */
  char *name;           /* sign-up, owner: what the person is called */
  char *token;          /* owner: the one-time token; refresh, sign-out: the refresh token */
  char *device_name;    /* (nullable): "Laptop gudang" */
} KdAuthRequest;

typedef struct
{
  KdId id;
  char *slug;           /* (nullable) */
  char *name;
  int role;             /* KdRole */
} KdAuthShop;

/* What they all answer, but sign-out. */
typedef struct
{
  char *access;         /* for Authorization: Bearer */
  gint64 access_until;  /* ms UTC */
  char *refresh;
  gint64 refresh_until;
  KdId session, user, server_id;
  char *login, *name;   /* of the user */
  gint64 proto, schema, now;
  GPtrArray *shops;     /* of KdAuthShop: where the user is a member */
} KdAuthAnswer;

KdAuthRequest *kd_auth_request_new (void);
void kd_auth_request_free (KdAuthRequest *request); /* overwrites what is secret */
char *kd_auth_request_to_json (const KdAuthRequest *request) G_GNUC_WARN_UNUSED_RESULT;
KdAuthRequest *kd_auth_request_parse (const char *text,
                                      gssize len,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdAuthRequest, kd_auth_request_free)

/* GET /v1/me answers the same without tokens. */
KdAuthAnswer *kd_auth_answer_new (void);
void kd_auth_answer_free (KdAuthAnswer *answer);
char *kd_auth_answer_to_json (const KdAuthAnswer *answer) G_GNUC_WARN_UNUSED_RESULT;
KdAuthAnswer *kd_auth_answer_parse (const char *text,
                                    gssize len,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdAuthAnswer, kd_auth_answer_free)

KdAuthShop *kd_auth_shop_new (void);
void kd_auth_shop_free (KdAuthShop *shop);

/* POST /v1/shops, answered with a KdAuthShop's members. */
typedef struct
{
  KdId id;              /* none: the server makes one. A repeat with the same id is no second shop */
  char *name;
  char *slug;           /* (nullable): made of the name */
  char *currency, *region, *timezone, *language; /* but for the currency (nullable) */
  char *owner_name;     /* (nullable): the account's */
  char *location;       /* (nullable) */
  gboolean demo;        /* with a demo's content, where the server has one */
} KdShopRequest;

KdShopRequest *kd_shop_request_new (void);
void kd_shop_request_free (KdShopRequest *request);
char *kd_shop_request_to_json (const KdShopRequest *request) G_GNUC_WARN_UNUSED_RESULT;
KdShopRequest *kd_shop_request_parse (const char *text,
                                      gssize len,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdShopRequest, kd_shop_request_free)

char *kd_auth_shop_to_json (const KdAuthShop *shop) G_GNUC_WARN_UNUSED_RESULT;
KdAuthShop *kd_auth_shop_parse (const char *text,
                                gssize len,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdAuthShop, kd_auth_shop_free)

/* ---- finding an embedded server, and its proof ---- */

/* run.json */
typedef struct
{
  char *address;        /* "http://127.0.0.1:PORT" */
  gint64 pid;
  KdHash run_key;       /* the secret of this run: made at its start, never sent */
  KdId server_id;
  char *version;
} KdRunFile;

#define KD_RUN_FILE_NAME "run.json"

KdRunFile *kd_run_file_new (void);
void kd_run_file_free (KdRunFile *run);
char *kd_run_file_to_json (const KdRunFile *run) G_GNUC_WARN_UNUSED_RESULT;
KdRunFile *kd_run_file_parse (const char *text,
                              gssize len,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdRunFile, kd_run_file_free)

/* GET /v1/hello?nonce=<64 hex digits> */
typedef struct
{
  KdId server_id;
  KdHash proof;         /* none where the server is not embedded or no nonce was sent */
  char *version;
  gboolean embedded;
  gboolean sign_up;     /* whether accounts may be made by anybody */
  gint64 proto, schema, now;
} KdHello;

KdHello *kd_hello_new (void);
void kd_hello_free (KdHello *hello);
char *kd_hello_to_json (const KdHello *hello) G_GNUC_WARN_UNUSED_RESULT;
KdHello *kd_hello_parse (const char *text,
                         gssize len,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdHello, kd_hello_free)

/**
 * kd_hello_proof:
 * @address: as in the run file; the server takes the one it listens on
 *
 * What only who knows the run key can answer to this nonce, at this address.
 */
KdHash kd_hello_proof (const KdHash *run_key,
                       const KdHash *nonce,
                       const char *address);
/* In constant time. */
gboolean kd_hello_check (const KdHello *hello,
                         const KdHash *run_key,
                         const KdHash *nonce,
                         const char *address);

/* ---- pairing (SECURITY 3) ---- */

#define KD_PAIR_DIGITS 6

/* What the newcomer sends first: a hash of its nonce. */
KdHash kd_pair_commitment (const KdHash *nonce);

/**
 * kd_pair_code:
 * @certificate: SHA-256 of the server's certificate as this side sees it; none where there is none
 * @name: the pairing's name that the first computer shows
 *
 * The digits that both screens show.
 */
void kd_pair_code (const KdHash *certificate,
                   const char *name,
                   const KdHash *newcomer,
                   const KdHash *server,
                   char ret_code[KD_PAIR_DIGITS + 1]);

/* The bodies of the pairing's steps; each takes or gives what it needs of this:
 * POST /v1/pairings {} -> {name, until}
 * POST /v1/auth/pair {name, commitment, device_name} -> {pairing, server_nonce}
 * POST /v1/auth/pair/{pairing}/reveal {nonce} -> {}
 * GET  /v1/pairings -> {state, device_name, code, name, until}
 * POST /v1/pairings/answer {allow} -> {}
 * POST /v1/auth/pair/{pairing}/finish {nonce, device_name} -> 202 {state} or 200 KdAuthAnswer */
typedef struct
{
  char *name;           /* 6 digits, no secret */
  KdId pairing;
  KdHash commitment, nonce, server_nonce;
  char *device_name;
  char *code;
  char *state;          /* "open", "taken", "asked", "allowed", "denied", "none" */
  gint64 until;
  gboolean allow;
} KdPairMessage;

KdPairMessage *kd_pair_message_new (void);
void kd_pair_message_free (KdPairMessage *message);
char *kd_pair_message_to_json (const KdPairMessage *message) G_GNUC_WARN_UNUSED_RESULT;
KdPairMessage *kd_pair_message_parse (const char *text,
                                      gssize len,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdPairMessage, kd_pair_message_free)

G_END_DECLS
