/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-child.h"

#include "kd-child-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

struct _KdParent
{
  int fd;
  char *secret;
  gboolean stay;
  GSource *watch;
  KdParentGoneFunc gone;
  gpointer data;
};

/* Byte by byte, so that nothing behind the line is taken; it is short and read once. */
static gboolean
read_line (int fd,
           GString *line,
           GError **error)
{
  gint64 until = g_get_monotonic_time () + KD_PARENT_WAIT_MS * 1000;

  while (line->len <= KD_CHILD_SECRET_MAX)
    {
      struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
      gint64 left = (until - g_get_monotonic_time ()) / 1000;
      char c;
      int rc = left > 0 ? poll (&poll_fd, 1, (int) left) : 0;
      ssize_t n;

      if (rc < 0 && errno == EINTR)
        continue;
      if (rc <= 0)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "The parent gives no first line");
          return FALSE;
        }
      n = read (fd, &c, 1);
      if (n < 0 && (errno == EINTR || errno == EAGAIN))
        continue;
      if (n <= 0)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The parent ended at once");
          return FALSE;
        }
      if (c == '\n')
        return TRUE;
      g_string_append_c (line, c);
    }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "The parent's first line is too long");
  return FALSE;
}

KdParent *
kd_parent_open (GError **error)
{
  const char *text = g_getenv (KD_CHILD_ENV);
  g_autoptr (KdParent) self = NULL;
  GString *line;
  gint64 fd = -1;

  if (!text)
    return NULL;
  if (!g_ascii_string_to_signed (text, 10, 0, G_MAXINT, &fd, NULL)
      || fcntl ((int) fd, F_SETFD, FD_CLOEXEC) < 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s names no open descriptor",
                   KD_CHILD_ENV);
      return NULL;
    }
  g_unsetenv (KD_CHILD_ENV);
  self = g_new0 (KdParent, 1);
  self->fd = (int) fd;
  line = g_string_sized_new (KD_CHILD_SECRET_MAX + 1);
  if (!read_line (self->fd, line, error))
    {
      g_string_free (line, TRUE);
      return NULL;
    }
  self->secret = line->len > 0 ? g_strdup (line->str) : NULL;
  explicit_bzero (line->str, line->len);
  g_string_free (line, TRUE);
  return g_steal_pointer (&self);
}

const char *
kd_parent_get_secret (KdParent *self)
{
  return self->secret;
}

static gboolean
parent_said_cb (int fd,
                GIOCondition condition,
                gpointer data)
{
  KdParent *self = data;
  char c = 0;
  ssize_t n = read (fd, &c, 1);

  if (n < 0 && (errno == EINTR || errno == EAGAIN))
    return G_SOURCE_CONTINUE;
  if (n > 0)
    {
      self->stay = self->stay || c == KD_CHILD_STAY;
      return G_SOURCE_CONTINUE;
    }
  g_clear_pointer (&self->watch, g_source_unref);
  if (!self->stay)
    self->gone (self->data);
  return G_SOURCE_REMOVE;
}

void
kd_parent_watch (KdParent *self,
                 KdParentGoneFunc gone,
                 gpointer data)
{
  g_return_if_fail (!self->watch);

  self->gone = gone;
  self->data = data;
  self->watch = g_unix_fd_source_new (self->fd, G_IO_IN | G_IO_HUP | G_IO_ERR);
  g_source_set_callback (self->watch, G_SOURCE_FUNC (parent_said_cb), self, NULL);
  g_source_attach (self->watch, g_main_context_get_thread_default ());
}

void
kd_parent_free (KdParent *self)
{
  if (!self)
    return;
  if (self->watch)
    g_source_destroy (self->watch);
  g_clear_pointer (&self->watch, g_source_unref);
  if (self->secret)
    explicit_bzero (self->secret, strlen (self->secret));
  g_free (self->secret);
  close (self->fd);
  g_free (self);
}
