/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-wire-message.h"

G_BEGIN_DECLS

/* The small requests beside push and pull: a device's registration, and which mutations a server
 * knows. */

#define KD_DEVICE_MAX_BYTES 4096
#define KD_KNOWN_MAX 5000      /* uids in one question */
#define KD_KNOWN_MAX_BYTES (KD_KNOWN_MAX * 48)

/* POST /devices */
typedef struct
{
  KdId install_nonce; /* 16 random bytes kept outside the database */
  KdId device_id;     /* none: it never had one */
  char *letter;       /* (nullable): the letter it had */
  gint64 next_alias;  /* the next number of an order made offline */
  char *app_version;  /* (nullable) */
} KdDeviceRequest;

typedef struct
{
  KdId device_id, epoch;
  char *letter;
  gint64 next_alias;
  gint64 scopes;      /* KdScopes */
  gint64 proto, schema;
  gint64 now;
} KdDeviceAnswer;

KdDeviceRequest *kd_device_request_new (void);
void kd_device_request_free (KdDeviceRequest *request);
char *kd_device_request_to_json (const KdDeviceRequest *request) G_GNUC_WARN_UNUSED_RESULT;
KdDeviceRequest *kd_device_request_parse (const char *text,
                                          gssize len,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdDeviceRequest, kd_device_request_free)

KdDeviceAnswer *kd_device_answer_new (void);
void kd_device_answer_free (KdDeviceAnswer *answer);
char *kd_device_answer_to_json (const KdDeviceAnswer *answer) G_GNUC_WARN_UNUSED_RESULT;
KdDeviceAnswer *kd_device_answer_parse (const char *text,
                                        gssize len,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdDeviceAnswer, kd_device_answer_free)

/**
 * kd_uids_to_json:
 * @uids: (element-type KdId)
 *
 * {"uids": [...]}: what POST /mutations/known asks, and in its answer those that are known.
 */
char *kd_uids_to_json (GArray *uids) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full) (element-type KdId): in order, repeats and all */
GArray *kd_uids_parse (const char *text,
                       gssize len,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
