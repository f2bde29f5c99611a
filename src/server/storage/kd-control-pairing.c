/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-control-private.h"
#include "kd-wire-auth.h"

#include <sodium.h>

/* Pairing: what the two computers and their person agree on before tokens are given. */

#define NAME_TRIES 20
#define COLUMNS "pairing_id, user_id, name, device_name, state, commitment, server_nonce, nonce, until, session_id"

void
kd_pairing_clear (KdPairing *pairing)
{
  g_clear_pointer (&pairing->name, g_free);
  g_clear_pointer (&pairing->device_name, g_free);
}

static gboolean
refuse (GError **error)
{
  g_set_error_literal (error, KD_CONTROL_ERROR, KD_CONTROL_ERROR_REFUSED, "no such pairing");
  return FALSE;
}

/* FALSE without @error: there is none that is still open. */
static gboolean
read_pairing (KdSqlStatement *read,
              const KdControl *control,
              KdPairing *ret_pairing,
              KdId *ret_session,
              GError **error)
{
  *ret_pairing = (KdPairing){ 0 };
  if (kd_sql_step (read, error) != KD_SQL_ROW)
    return FALSE;
  if (kd_sql_column_int64 (read, 8) <= control->clock (control->clock_data))
    return FALSE;
  kd_sql_column_id (read, 0, &ret_pairing->id);
  kd_sql_column_id (read, 1, &ret_pairing->user);
  ret_pairing->name = kd_sql_column_dup_text (read, 2);
  ret_pairing->device_name = kd_sql_column_dup_text (read, 3);
  ret_pairing->state = (KdPairingState) kd_sql_column_int64 (read, 4);
  kd_sql_column_hash (read, 5, &ret_pairing->commitment);
  kd_sql_column_hash (read, 6, &ret_pairing->server_nonce);
  kd_sql_column_hash (read, 7, &ret_pairing->nonce);
  ret_pairing->until = kd_sql_column_int64 (read, 8);
  if (ret_session != NULL)
    kd_sql_column_id (read, 9, ret_session);
  return TRUE;
}

static gboolean
find_by_id (KdSqlConnection *connection,
            const KdControl *control,
            const KdId *id,
            KdPairing *ret_pairing,
            KdId *ret_session,
            GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (
    connection, "SELECT " COLUMNS " FROM pairing WHERE pairing_id=?1", error);
  GError *failed = NULL;

  if (read == NULL)
    return FALSE;
  kd_sql_bind_id (read, 1, id);
  if (read_pairing (read, control, ret_pairing, ret_session, &failed))
    return TRUE;
  if (failed == NULL)
    return refuse (error);
  g_propagate_error (error, failed);
  return FALSE;
}

/* A name that no open pairing has; what has expired is tidied away first. */
static gboolean
insert_open (KdSqlConnection *connection,
             const KdControl *control,
             KdPairing *pairing,
             GError **error)
{
  g_autoptr (KdSqlStatement) add = kd_sql_prepare (
    connection, "INSERT INTO pairing(pairing_id, user_id, name, state, until) VALUES(?1, ?2, ?3, ?4, ?5)"
    " ON CONFLICT(name) DO NOTHING", error);

  if (add == NULL)
    return FALSE;
  for (guint i = 0; i < NAME_TRIES; i++)
    {
      guint8 random[4];
      guint32 n = 0;

      control->random (control->random_data, random, sizeof random);
      for (guint j = 0; j < sizeof random; j++)
        n = n << 8 | random[j];
      g_free (pairing->name);
      pairing->name = g_strdup_printf ("%06u", n % 1000000);
      kd_sql_bind_id (add, 1, &pairing->id);
      kd_sql_bind_id (add, 2, &pairing->user);
      kd_sql_bind_text (add, 3, pairing->name);
      kd_sql_bind_int64 (add, 4, KD_PAIRING_OPEN);
      kd_sql_bind_int64 (add, 5, pairing->until);
      if (!kd_sql_run (add, error))
        return FALSE;
      if (kd_sql_changes (connection) == 1)
        return TRUE;
    }
  g_set_error_literal (error, KD_CONTROL_ERROR, KD_CONTROL_ERROR_BUSY, "too many pairings are open");
  return FALSE;
}

gboolean
kd_control_pair_open (KdSqlConnection *connection,
                      const KdControl *control,
                      const KdId *user,
                      KdPairing *ret_pairing,
                      GError **error)
{
  g_auto (KdSqlTransaction) tx = KD_SQL_TRANSACTION_INIT;
  g_autoptr (KdSqlStatement) tidy = NULL;
  gint64 now = control->clock (control->clock_data);

  *ret_pairing = (KdPairing){ .id = kd_control_new_id (control), .user = *user, .until = now + KD_PAIRING_MS };
  if (!kd_sql_begin (&tx, connection, KD_SQL_WRITE, error))
    return FALSE;
  tidy = kd_sql_prepare (connection, "DELETE FROM pairing WHERE until<=?1 OR user_id=?2", error);
  if (tidy == NULL)
    return FALSE;
  kd_sql_bind_int64 (tidy, 1, now);
  kd_sql_bind_id (tidy, 2, user);
  return kd_sql_run (tidy, error) && insert_open (connection, control, ret_pairing, error) && kd_sql_commit (&tx, error);
}

static gboolean
set_state (KdSqlConnection *connection,
           const KdPairing *pairing,
           const KdId *session,
           GError **error)
{
  g_autoptr (KdSqlStatement) write = kd_sql_prepare (
    connection,
    "UPDATE pairing SET state=?2, commitment=?3, server_nonce=?4, nonce=?5, device_name=?6, session_id=?7"
    " WHERE pairing_id=?1", error);

  if (write == NULL)
    return FALSE;
  kd_sql_bind_id (write, 1, &pairing->id);
  kd_sql_bind_int64 (write, 2, pairing->state);
  kd_sql_bind_hash (write, 3, &pairing->commitment);
  kd_sql_bind_hash (write, 4, &pairing->server_nonce);
  kd_sql_bind_hash (write, 5, &pairing->nonce);
  kd_sql_bind_text (write, 6, pairing->device_name);
  if (session != NULL)
    kd_sql_bind_id (write, 7, session);
  return kd_sql_run (write, error);
}

gboolean
kd_control_pair_take (KdSqlConnection *connection,
                      const KdControl *control,
                      const char *name,
                      const KdHash *commitment,
                      const char *device_name,
                      KdPairing *ret_pairing,
                      GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (connection, "SELECT " COLUMNS " FROM pairing WHERE name=?1", error);
  GError *failed = NULL;

  *ret_pairing = (KdPairing){ 0 };
  if (read == NULL)
    return FALSE;
  kd_sql_bind_text (read, 1, name);
  if (!read_pairing (read, control, ret_pairing, NULL, &failed) || ret_pairing->state != KD_PAIRING_OPEN)
    {
      if (failed == NULL)
        return refuse (error);
      g_propagate_error (error, failed);
      return FALSE;
    }
  kd_sql_reset (read);
  ret_pairing->state = KD_PAIRING_TAKEN;
  ret_pairing->commitment = *commitment;
  control->random (control->random_data, ret_pairing->server_nonce.b, sizeof ret_pairing->server_nonce.b);
  g_free (ret_pairing->device_name);
  ret_pairing->device_name = g_strdup (device_name);
  return set_state (connection, ret_pairing, NULL, error);
}

gboolean
kd_control_pair_reveal (KdSqlConnection *connection,
                        const KdControl *control,
                        const KdId *id,
                        const KdHash *nonce,
                        GError **error)
{
  g_auto (KdPairing) pairing = { 0 };
  KdHash commitment = kd_pair_commitment (nonce);

  if (!find_by_id (connection, control, id, &pairing, NULL, error))
    return FALSE;
  if (pairing.state == KD_PAIRING_ASKED && kd_hash_equal (&pairing.nonce, nonce))
    return TRUE;
  if (pairing.state != KD_PAIRING_TAKEN)
    return refuse (error);
  /* a nonce that was chosen after the server's one was known: over */
  if (sodium_memcmp (commitment.b, pairing.commitment.b, sizeof commitment.b) != 0)
    {
      pairing.state = KD_PAIRING_DENIED;
      return set_state (connection, &pairing, NULL, error) && refuse (error);
    }
  pairing.state = KD_PAIRING_ASKED;
  pairing.nonce = *nonce;
  return set_state (connection, &pairing, NULL, error);
}

gboolean
kd_control_pair_find (KdSqlConnection *connection,
                      const KdControl *control,
                      const KdId *user,
                      KdPairing *ret_pairing,
                      GError **error)
{
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (connection, "SELECT " COLUMNS " FROM pairing WHERE user_id=?1", error);

  *ret_pairing = (KdPairing){ 0 };
  if (read == NULL)
    return FALSE;
  kd_sql_bind_id (read, 1, user);
  return read_pairing (read, control, ret_pairing, NULL, error);
}

gboolean
kd_control_pair_answer (KdSqlConnection *connection,
                        const KdControl *control,
                        const KdId *user,
                        gboolean allow,
                        GError **error)
{
  g_auto (KdPairing) pairing = { 0 };
  GError *failed = NULL;

  if (!kd_control_pair_find (connection, control, user, &pairing, &failed))
    {
      if (failed == NULL)
        return refuse (error);
      g_propagate_error (error, failed);
      return FALSE;
    }
  /* denying ends it at any time; allowing needs digits that were compared */
  if (allow && pairing.state != KD_PAIRING_ASKED)
    return refuse (error);
  pairing.state = allow ? KD_PAIRING_ALLOWED : KD_PAIRING_DENIED;
  return set_state (connection, &pairing, NULL, error);
}

gboolean
kd_control_pair_finish (KdSqlConnection *connection,
                        const KdControl *control,
                        const KdId *id,
                        const KdHash *nonce,
                        KdPairing *ret_pairing,
                        KdControlTokens *ret_tokens,
                        GError **error)
{
  KdId session = KD_ID_NONE;

  *ret_pairing = (KdPairing){ 0 };
  *ret_tokens = (KdControlTokens){ 0 };
  if (!find_by_id (connection, control, id, ret_pairing, &session, error))
    return FALSE;
  if (ret_pairing->state < KD_PAIRING_ASKED
      || sodium_memcmp (nonce->b, ret_pairing->nonce.b, sizeof nonce->b) != 0)
    return refuse (error);
  if (ret_pairing->state != KD_PAIRING_ALLOWED)
    return TRUE;
  if (!kd_id_is_none (&session) && !kd_control_end_session (connection, &session, FALSE, error))
    return FALSE;
  return kd_control_open_session (connection, control, &ret_pairing->user, ret_pairing->device_name, ret_tokens, error)
         && set_state (connection, ret_pairing, &ret_tokens->session, error);
}
