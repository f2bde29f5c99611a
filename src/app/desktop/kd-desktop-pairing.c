/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-desktop-pairing.h"

#include "kd-call.h"
#include "kd-random.h"
#include "kd-wire-auth.h"

#include <string.h>

#define LOOK_MS 1000    /* between two looks whether somebody has answered */

char *
kd_desktop_pairing_tidy_name (const char *typed)
{
  GString *name = g_string_new (NULL);

  for (const char *p = typed; *p != '\0'; p++)
    if (!g_ascii_isspace (*p) && *p != '-')
      g_string_append_c (name, *p);
  for (gsize i = 0; i < name->len; i++)
    if (!g_ascii_isdigit (name->str[i]))
      g_string_truncate (name, 0);
  return g_string_free (name, name->len != KD_PAIR_DIGITS);
}

/* ---- one request ---- */

typedef struct
{
  SoupSession *session;
  const char *address, *token;
  KdDesktopWait *wait;
  GCancellable *cancellable;
} Line;

static SoupSession *
new_session (const char *address,
             const guint8 *pin)
{
  KdHttpOptions options = { .user_agent = "Kedai/" KD_VERSION, .pin = pin };

  options.direct = g_str_has_prefix (address, "http://");
  return kd_http_session_new (&options);
}

static KdHttpResult *
send_message (const Line *line,
              const char *method,
              const char *path,
              const KdPairMessage *message,
              GError **error)
{
  g_autofree char *url = g_strconcat (line->address, path, NULL);
  g_autofree char *text = message != NULL ? kd_pair_message_to_json (message) : NULL;
  g_autoptr (GBytes) body = text != NULL ? g_bytes_new (text, strlen (text)) : NULL;
  KdHttpCall call = { .method = method, .url = url, .token = line->token, .body = body, .max_bytes = KD_AUTH_ANSWER_MAX_BYTES };
  g_autoptr (GAsyncResult) result = NULL;

  kd_http_send_async (line->session, &call, line->cancellable, kd_desktop_wait_cb, line->wait);
  result = kd_desktop_wait_take (line->wait);
  return kd_http_send_finish (line->session, result, error);
}

/* TRUE: it is a 2xx. */
static gboolean
check (const KdHttpResult *result,
       GError **error)
{
  if (result->outcome == KD_HTTP_OK)
    return TRUE;
  g_set_error_literal (error, KD_ACCOUNT_ERROR,
                       result->status == 429                     ? KD_ACCOUNT_ERROR_BUSY
                       : result->outcome == KD_HTTP_REFUSED      ? KD_ACCOUNT_ERROR_REFUSED
                       : result->outcome == KD_HTTP_NETWORK      ? KD_ACCOUNT_ERROR_UNREACHABLE
                                                                 : KD_ACCOUNT_ERROR_NOT_KEDAI,
                       result->code != NULL ? result->code : result->reason != NULL ? result->reason : "no answer");
  return FALSE;
}

static KdPairMessage *
read_message (const KdHttpResult *result,
              GError **error)
{
  gsize n;
  const char *text = g_bytes_get_data (result->body, &n);
  KdPairMessage *message = kd_pair_message_parse (text, (gssize) n, NULL);

  if (message == NULL)
    g_set_error_literal (error, KD_ACCOUNT_ERROR, KD_ACCOUNT_ERROR_NOT_KEDAI, "this is no Kedai server");
  return message;
}

/* ---- the computer that is in the shop ---- */

typedef struct
{
  KdAccount *account;   /* (owned) */
  char *address, *method, *path;
  gboolean answers, allow;
} Ask;

static void
ask_free (gpointer data)
{
  Ask *ask = data;

  g_object_unref (ask->account);
  g_free (ask->address);
  g_free (ask->method);
  g_free (ask->path);
  g_free (ask);
}

static gboolean
renew (KdAccount *account,
       const char *stale,
       KdDesktopWait *wait,
       GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  kd_account_refresh_async (account, stale, NULL, kd_desktop_wait_cb, wait);
  result = kd_desktop_wait_take (wait);
  return kd_account_refresh_finish (account, result, error);
}

static KdHttpResult *
ask_server (const Ask *ask,
            KdDesktopWait *wait,
            GCancellable *cancellable,
            GError **error)
{
  g_autofree char *address = kd_account_dup_address (ask->account), *fingerprint = kd_account_dup_fingerprint (ask->account);
  g_autoptr (KdPairMessage) message = g_str_equal (ask->method, "GET") ? NULL : kd_pair_message_new ();
  g_autoptr (SoupSession) session = NULL;
  KdHttpResult *result = NULL;
  KdHash pin;

  session = new_session (address, fingerprint != NULL && kd_hash_parse (fingerprint, &pin) ? pin.b : NULL);
  if (ask->answers)
    message->allow = ask->allow;
  for (guint tries = 0; tries < 2; tries++)
    {
      g_autofree char *token = kd_account_dup_access_token (ask->account);
      Line line = { session, address, NULL, wait, cancellable };

      if ((token == NULL || tries > 0) && !renew (ask->account, token, wait, error))
        break;
      if (token == NULL || tries > 0)
        {
          g_free (token);
          token = kd_account_dup_access_token (ask->account);
        }
      line.token = token;
      g_clear_pointer (&result, kd_http_result_free);
      result = send_message (&line, ask->method, ask->path, message, error);
      if (result == NULL || result->status != 401)
        break;
    }
  soup_session_abort (session);
  return result;
}

static KdPairingNews *
news_of (const Ask *ask,
         const KdPairMessage *message)
{
  static const struct
  {
    const char *state;
    KdPairingStep step;
  } steps[] = {
    { "open", KD_PAIRING_WAITS }, { "taken", KD_PAIRING_WAITS }, { "asked", KD_PAIRING_ASKS }, { "allowed", KD_PAIRING_LET_IN },
  };
  KdPairingNews *news = g_new0 (KdPairingNews, 1);

  news->step = ask->answers && ask->allow ? KD_PAIRING_LET_IN : KD_PAIRING_OVER;
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if (g_strcmp0 (message->state, steps[i].state) == 0)
      news->step = steps[i].step;
  news->address = g_strdup (ask->address);
  news->name = g_strdup (message->name);
  news->device_name = g_strdup (message->device_name);
  news->digits = g_strdup (message->code);
  news->until = message->until;
  return news;
}

static void
ask_thread (GTask *task,
            gpointer source,
            gpointer data,
            GCancellable *cancellable)
{
  const Ask *ask = data;
  KdDesktopWait wait;
  g_autoptr (KdHttpResult) result = NULL;
  g_autoptr (KdPairMessage) message = NULL;
  GError *error = NULL;

  kd_desktop_wait_begin (&wait);
  result = ask_server (ask, &wait, cancellable, &error);
  kd_desktop_wait_end (&wait);
  if (result != NULL && check (result, &error))
    message = read_message (result, &error);
  if (message != NULL)
    g_task_return_pointer (task, news_of (ask, message), (GDestroyNotify) kd_pairing_news_free);
  else
    g_task_return_error (task, error);
}

void
kd_desktop_pairing_ask_async (gpointer source,
                              KdAccount *account,
                              const char *address,
                              const char *method,
                              const char *path,
                              const gboolean *answer,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer data)
{
  g_autoptr (GTask) task = g_task_new (source, cancellable, callback, data);
  Ask *ask = g_new0 (Ask, 1);

  ask->account = g_object_ref (account);
  ask->address = g_strdup (address);
  ask->method = g_strdup (method);
  ask->path = g_strdup (path);
  ask->answers = answer != NULL;
  ask->allow = answer != NULL && *answer;
  g_task_set_source_tag (task, kd_desktop_pairing_ask_async);
  g_task_set_task_data (task, ask, ask_free);
  g_task_run_in_thread (task, ask_thread);
}

KdPairingNews *
kd_desktop_pairing_ask_finish (GAsyncResult *result,
                               GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- the newcomer ---- */

/* Commits to a nonce of its own, gets the server's, reveals: only then can the digits be known. */
static KdPairMessage *
take (const Line *line,
      const char *name,
      const KdHash *nonce,
      GError **error)
{
  g_autoptr (KdPairMessage) begin = kd_pair_message_new (), second = kd_pair_message_new (), taken = NULL;
  g_autoptr (KdHttpResult) first = NULL, revealed = NULL;
  g_autofree char *path = NULL;
  char id[KD_ID_TEXT_LENGTH + 1];

  begin->name = g_strdup (name);
  begin->commitment = kd_pair_commitment (nonce);
  begin->device_name = g_strdup (g_get_host_name ());
  first = send_message (line, "POST", "/v1/auth/pair", begin, error);
  if (first == NULL || !check (first, error))
    return NULL;
  taken = read_message (first, error);
  if (taken == NULL)
    return NULL;
  second->nonce = *nonce;
  path = g_strdup_printf ("/v1/auth/pair/%s/reveal", kd_id_to_text (&taken->pairing, id));
  revealed = send_message (line, "POST", path, second, error);
  return revealed != NULL && check (revealed, error) ? g_steal_pointer (&taken) : NULL;
}

static gboolean
sleep_over_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
sleep_ms (KdDesktopWait *wait,
          guint ms)
{
  g_autoptr (GSource) source = g_timeout_source_new (ms);
  gboolean over = FALSE;

  g_source_set_callback (source, sleep_over_cb, &over, NULL);
  g_source_attach (source, wait->context);
  while (!over)
    g_main_context_iteration (wait->context, TRUE);
}

/* Until somebody over there has compared the digits, or the server says that the time is over. */
static KdAuthAnswer *
await_answer (const Line *line,
              const KdPairMessage *taken,
              const KdHash *nonce,
              GError **error)
{
  g_autoptr (KdPairMessage) message = kd_pair_message_new ();
  g_autofree char *path = NULL;
  char id[KD_ID_TEXT_LENGTH + 1];

  message->nonce = *nonce;
  message->device_name = g_strdup (g_get_host_name ());
  path = g_strdup_printf ("/v1/auth/pair/%s/finish", kd_id_to_text (&taken->pairing, id));
  while (!g_cancellable_set_error_if_cancelled (line->cancellable, error))
    {
      g_autoptr (KdHttpResult) result = send_message (line, "POST", path, message, error);
      KdAuthAnswer *answer;
      const char *text;
      gsize n;

      if (result == NULL || (result->outcome != KD_HTTP_NETWORK && !check (result, error)))
        return NULL;
      if (result->status == 200)
        {
          text = g_bytes_get_data (result->body, &n);
          answer = kd_auth_answer_parse (text, (gssize) n, NULL);
          if (answer == NULL || answer->access == NULL || answer->refresh == NULL)
            {
              g_clear_pointer (&answer, kd_auth_answer_free);
              g_set_error_literal (error, KD_ACCOUNT_ERROR, KD_ACCOUNT_ERROR_NOT_KEDAI, "this is no Kedai server");
            }
          return answer;
        }
      sleep_ms (line->wait, LOOK_MS);
    }
  return NULL;
}

KdAccount *
kd_desktop_pairing_join (KdSecrets *secrets,
                         const char *address,
                         const char *name,
                         KdDesktopWait *wait,
                         KdDesktopDigitsFunc digits,
                         gpointer data,
                         GCancellable *cancellable,
                         GError **error)
{
  gboolean secure = g_str_has_prefix (address, "https://");
  KdHash certificate = { { 0 } }, nonce;
  g_autoptr (SoupSession) session = NULL;
  g_autoptr (KdPairMessage) taken = NULL;
  g_autoptr (KdAuthAnswer) answer = NULL;
  g_autoptr (KdAccount) account = NULL;
  g_autoptr (GError) problem = NULL;
  char hex[KD_HASH_TEXT_LENGTH + 1], code[KD_PAIR_DIGITS + 1];
  Line line = { .address = address, .wait = wait, .cancellable = cancellable };

  if (secure && !kd_pin_look (address, certificate.b, cancellable, &problem))
    {
      if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_propagate_error (error, g_steal_pointer (&problem));
      else
        g_set_error_literal (error, KD_ACCOUNT_ERROR, KD_ACCOUNT_ERROR_UNREACHABLE, problem->message);
      return NULL;
    }
  account = kd_account_new (secrets, address, secure ? kd_hash_to_text (&certificate, hex) : NULL);
  session = line.session = new_session (address, secure ? certificate.b : NULL);
  kd_random (NULL, nonce.b, sizeof nonce.b);
  taken = take (&line, name, &nonce, error);
  if (taken != NULL)
    {
      kd_pair_code (&certificate, name, &nonce, &taken->server_nonce, code);
      digits (code, data);
      answer = await_answer (&line, taken, &nonce, error);
    }
  soup_session_abort (session);
  return answer != NULL && kd_account_take_answer (account, answer, error) ? g_steal_pointer (&account) : NULL;
}
