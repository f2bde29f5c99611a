/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-receive.h"

#define BLOCK_BYTES (64 * 1024)

typedef struct
{
  SoupMessage *message;
  GInputStream *stream;
  GByteArray *body;
  gsize max_bytes;
  GCancellable *own;       /* cancelled by the caller's, and by the deadline */
  GCancellable *callers;
  gulong chained;
  GSource *deadline;
  gboolean late;
} Receive;

void
kd_received_free (KdReceived *received)
{
  g_clear_pointer (&received->body, g_bytes_unref);
  g_clear_error (&received->error);
  g_free (received);
}

static void
receive_free (gpointer data)
{
  Receive *self = data;

  g_object_unref (self->message);
  g_clear_object (&self->stream);
  g_byte_array_unref (self->body);
  g_object_unref (self->own);
  g_clear_object (&self->callers);
  g_free (self);
}

/* Before the task's end, so that neither timer nor caller reaches what is about to go. */
static void
detach (Receive *self)
{
  if (self->callers)
    g_cancellable_disconnect (self->callers, self->chained);
  self->chained = 0;
  g_source_destroy (self->deadline);
  g_clear_pointer (&self->deadline, g_source_unref);
}

static void
finish (GTask *task,
        KdReceiveOutcome outcome,
        GError *error)
{
  Receive *self = g_task_get_task_data (task);
  KdReceived *received;

  detach (self);
  if (g_cancellable_is_cancelled (self->callers))
    {
      g_clear_error (&error);
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled");
      g_object_unref (task);
      return;
    }
  received = g_new0 (KdReceived, 1);
  received->outcome = outcome;
  received->error = error;
  if (outcome == KD_RECEIVED)
    received->body = g_byte_array_free_to_bytes (g_byte_array_ref (self->body));
  g_task_return_pointer (task, received, (GDestroyNotify) kd_received_free);
  g_object_unref (task);
}

static void
fail (GTask *task,
      GError *error)
{
  Receive *self = g_task_get_task_data (task);

  finish (task, self->late ? KD_RECEIVE_LATE : KD_RECEIVE_NETWORK, error);
}

static void
too_large (GTask *task)
{
  Receive *self = g_task_get_task_data (task);
  GError *error = g_error_new (G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                               "The answer has more than %" G_GSIZE_FORMAT " bytes",
                               self->max_bytes);

  /* Ends the connection with what is still to come on it. */
  if (self->stream)
    g_input_stream_close_async (self->stream, G_PRIORITY_DEFAULT, self->own, NULL, NULL);
  g_cancellable_cancel (self->own);
  finish (task, KD_RECEIVE_TOO_LARGE, error);
}

/* libsoup takes the end of a connection for the end of a body that was to be longer. */
static gboolean
is_whole (Receive *self)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (self->message);

  if (soup_message_get_method (self->message) == SOUP_METHOD_HEAD
      || soup_message_get_status (self->message) == SOUP_STATUS_NOT_MODIFIED
      || soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CONTENT_LENGTH
      || soup_message_headers_get_one (headers, "Content-Encoding"))
    return TRUE;
  return soup_message_headers_get_content_length (headers) == (goffset) self->body->len;
}

static void
read_cb (GObject *source,
         GAsyncResult *result,
         gpointer data)
{
  GTask *task = data;
  Receive *self = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GBytes) block
      = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  gsize n = block ? g_bytes_get_size (block) : 0;

  if (!block)
    fail (task, error);
  else if (n == 0 && is_whole (self))
    finish (task, KD_RECEIVED, NULL);
  else if (n == 0)
    fail (task, g_error_new (G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "The answer was cut off"));
  else if (n > self->max_bytes - self->body->len)
    too_large (task);
  else
    {
      g_byte_array_append (self->body, g_bytes_get_data (block, NULL), (guint) n);
      g_input_stream_read_bytes_async (self->stream, BLOCK_BYTES, G_PRIORITY_DEFAULT, self->own,
                                       read_cb, task);
    }
}

static void
sent_cb (GObject *source,
         GAsyncResult *result,
         gpointer data)
{
  GTask *task = data;
  Receive *self = g_task_get_task_data (task);
  SoupMessageHeaders *headers = soup_message_get_response_headers (self->message);
  GError *error = NULL;

  self->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (!self->stream)
    fail (task, error);
  else if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH
           && soup_message_headers_get_content_length (headers) > (goffset) self->max_bytes)
    too_large (task);
  else
    g_input_stream_read_bytes_async (self->stream, BLOCK_BYTES, G_PRIORITY_DEFAULT, self->own,
                                     read_cb, task);
}

static gboolean
deadline_cb (gpointer data)
{
  Receive *self = data;

  self->late = TRUE;
  g_cancellable_cancel (self->own);
  return G_SOURCE_REMOVE;
}

static void
callers_cancelled_cb (GCancellable *callers,
                      gpointer own)
{
  g_cancellable_cancel (own);
}

void
kd_receive_async (SoupSession *session,
                  SoupMessage *message,
                  gsize max_bytes,
                  guint deadline_ms,
                  GCancellable *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer data)
{
  GTask *task = g_task_new (session, NULL, callback, data);
  Receive *self = g_new0 (Receive, 1);

  g_task_set_source_tag (task, kd_receive_async);
  g_task_set_task_data (task, self, receive_free);
  self->message = g_object_ref (message);
  self->body = g_byte_array_new ();
  self->max_bytes = max_bytes;
  self->own = g_cancellable_new ();
  self->deadline = g_timeout_source_new (deadline_ms);
  g_source_set_callback (self->deadline, deadline_cb, self, NULL);
  g_source_attach (self->deadline, g_main_context_get_thread_default ());
  if (cancellable)
    {
      self->callers = g_object_ref (cancellable);
      self->chained = g_cancellable_connect (cancellable, G_CALLBACK (callers_cancelled_cb),
                                             g_object_ref (self->own), g_object_unref);
    }
  soup_session_send_async (session, message, G_PRIORITY_DEFAULT, self->own, sent_cb, task);
}

KdReceived *
kd_receive_finish (GAsyncResult *result,
                   GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
