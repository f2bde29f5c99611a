/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sync-transport.h"

G_DEFINE_INTERFACE (KdSyncTransport, kd_sync_transport, G_TYPE_OBJECT)

static void
kd_sync_transport_default_init (KdSyncTransportInterface *iface)
{
}

KdSyncReply *
kd_sync_reply_new (guint status,
                   const char *content_type,
                   GBytes *body)
{
  KdSyncReply *reply = g_new0 (KdSyncReply, 1);

  reply->status = status;
  reply->content_type = g_strdup (content_type);
  reply->body = body != NULL ? g_bytes_ref (body) : g_bytes_new (NULL, 0);
  reply->upload_offset = -1;
  return reply;
}

void
kd_sync_reply_free (KdSyncReply *reply)
{
  if (reply == NULL)
    return;
  g_free (reply->content_type);
  g_bytes_unref (reply->body);
  g_free (reply);
}

void
kd_sync_transport_send_async (KdSyncTransport *self,
                              const KdSyncRequest *request,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer data)
{
  KD_SYNC_TRANSPORT_GET_IFACE (self)->send_async (self, request, cancellable, callback, data);
}

KdSyncReply *
kd_sync_transport_send_finish (KdSyncTransport *self,
                               GAsyncResult *result,
                               GError **error)
{
  return KD_SYNC_TRANSPORT_GET_IFACE (self)->send_finish (self, result, error);
}

void
kd_sync_transport_open_live (KdSyncTransport *self,
                             KdSyncLiveFunc func,
                             gpointer data)
{
  KD_SYNC_TRANSPORT_GET_IFACE (self)->open_live (self, func, data);
}

void
kd_sync_transport_close_live (KdSyncTransport *self)
{
  KD_SYNC_TRANSPORT_GET_IFACE (self)->close_live (self);
}

void
kd_sync_transport_drop (KdSyncTransport *self)
{
  KdSyncTransportInterface *iface = KD_SYNC_TRANSPORT_GET_IFACE (self);

  if (iface->drop != NULL)
    iface->drop (self);
}
