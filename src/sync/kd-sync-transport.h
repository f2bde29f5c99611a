/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What the engine needs of a network: requests to one server, and one live socket. kd-sync-http.h
 * makes one over HTTP; tests have one that loses, doubles and cuts what goes over it. Everything
 * happens on the context of the thread that uses it. */

#define KD_TYPE_SYNC_TRANSPORT (kd_sync_transport_get_type ())
G_DECLARE_INTERFACE (KdSyncTransport, kd_sync_transport, KD, SYNC_TRANSPORT, GObject)

typedef struct
{
  const char *method;       /* "GET", "POST", "HEAD", "PATCH" */
  const char *path;         /* "/v1/shops/...", query included */
  const char *content_type; /* (nullable): of the body */
  GBytes *body;             /* (nullable) */
  gint64 upload_offset;     /* PATCH of a blob; -1: none */
  gsize max_answer;         /* longer answers are an error */
  guint timeout_ms;
  gboolean any_type;        /* the answer need not be JSON: pictures */
} KdSyncRequest;

#define KD_SYNC_REQUEST_INIT { .upload_offset = -1 }

typedef struct
{
  guint status;             /* of HTTP */
  char *content_type;       /* (nullable): without parameters */
  GBytes *body;             /* never NULL */
  gint64 retry_after_ms;    /* 0: the server said nothing */
  gint64 upload_offset;     /* -1: the server said nothing */
} KdSyncReply;

KdSyncReply *kd_sync_reply_new (guint status, const char *content_type, GBytes *body);
void kd_sync_reply_free (KdSyncReply *reply);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdSyncReply, kd_sync_reply_free)

typedef enum
{
  KD_SYNC_LIVE_OPEN,
  KD_SYNC_LIVE_TEXT,        /* a frame */
  KD_SYNC_LIVE_CLOSED,      /* also: could not be opened. No event follows. */
} KdSyncLiveEvent;

typedef void (*KdSyncLiveFunc) (KdSyncLiveEvent event,
                                const char *text,
                                gsize len,
                                gpointer data);

struct _KdSyncTransportInterface
{
  GTypeInterface parent;

  void (*send_async) (KdSyncTransport *self,
                      const KdSyncRequest *request,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer data);
  KdSyncReply *(*send_finish) (KdSyncTransport *self,
                               GAsyncResult *result,
                               GError **error);
  void (*open_live) (KdSyncTransport *self,
                     KdSyncLiveFunc func,
                     gpointer data);
  void (*close_live) (KdSyncTransport *self);
  void (*drop) (KdSyncTransport *self);     /* (nullable) */
};

/**
 * kd_sync_transport_send_async:
 *
 * @request is copied. An answer of any status is a success; an error is a network that failed:
 * nobody knows whether the request arrived.
 */
void kd_sync_transport_send_async (KdSyncTransport *self,
                                   const KdSyncRequest *request,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer data);
KdSyncReply *kd_sync_transport_send_finish (KdSyncTransport *self,
                                            GAsyncResult *result,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* One at a time; after kd_sync_transport_close_live() @func is not called again. */
void kd_sync_transport_open_live (KdSyncTransport *self,
                                  KdSyncLiveFunc func,
                                  gpointer data);
void kd_sync_transport_close_live (KdSyncTransport *self);

/* The thread that used it ends: its connections do too. */
void kd_sync_transport_drop (KdSyncTransport *self);

G_END_DECLS
