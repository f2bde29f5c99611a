/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-lock.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <unistd.h>

#define LOCK_RETRY_MS 5
/* kd_lock_get_holder() holds a shared lock for an instant; that is no reason to refuse. */
#define LOCK_SETTLE_MS 50
#define HOLDER_TEXT_MAX 32

struct _KdLock
{
  int fd;
};

G_DEFINE_QUARK (kd-lock-error-quark, kd_lock_error)

/* flock() and not fcntl(): its lock belongs to the open file, so a second opening in the same
 * process is refused too, and closing some other descriptor of the file doesn't drop it. */
static gboolean
try_lock (int fd)
{
  int rc;

  do
    rc = flock (fd, LOCK_EX | LOCK_NB);
  while (rc < 0 && errno == EINTR);
  return rc == 0;
}

static gint64
read_holder (int fd)
{
  char text[HOLDER_TEXT_MAX + 1] = { 0 };
  gint64 pid = 0;
  ssize_t n = pread (fd, text, HOLDER_TEXT_MAX, 0);

  if (n <= 0)
    return 0;
  g_strchomp (text);
  if (!g_ascii_string_to_signed (text, 10, 1, G_MAXINT, &pid, NULL))
    return 0;
  return pid;
}

static void
write_holder (int fd)
{
  char text[HOLDER_TEXT_MAX];
  int n = g_snprintf (text, sizeof text, "%d\n", (int) getpid ());

  /* Who holds it is a courtesy for messages: a full disk must not refuse the lock. */
  if (ftruncate (fd, 0) == 0 && pwrite (fd, text, (gsize) n, 0) != n)
    g_debug ("The lock's holder could not be written: %s", g_strerror (errno));
}

KdLock *
kd_lock_acquire (const char *path,
                 guint wait_ms,
                 gint64 *ret_holder,
                 GError **error)
{
  gint64 until = g_get_monotonic_time () + (gint64) MAX (wait_ms, LOCK_SETTLE_MS) * 1000;
  KdLock *lock;
  int fd;

  if (ret_holder)
    *ret_holder = 0;
  fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    {
      g_set_error (error, KD_LOCK_ERROR, KD_LOCK_ERROR_FAILED, "%s can't be opened: %s", path,
                   g_strerror (errno));
      return NULL;
    }
  while (!try_lock (fd))
    {
      int why = errno;

      if (why == EWOULDBLOCK && g_get_monotonic_time () < until)
        {
          poll (NULL, 0, LOCK_RETRY_MS);
          continue;
        }
      if (why == EWOULDBLOCK)
        {
          gint64 holder = read_holder (fd);

          if (ret_holder)
            *ret_holder = holder;
          g_set_error (error, KD_LOCK_ERROR, KD_LOCK_ERROR_HELD,
                       "%s is locked by process %" G_GINT64_FORMAT, path, holder);
        }
      else
        g_set_error (error, KD_LOCK_ERROR, KD_LOCK_ERROR_FAILED, "%s can't be locked: %s", path,
                     g_strerror (why));
      close (fd);
      return NULL;
    }
  write_holder (fd);
  lock = g_new0 (KdLock, 1);
  lock->fd = fd;
  return lock;
}

void
kd_lock_free (KdLock *lock)
{
  if (!lock)
    return;
  /* The file stays: removing it would let a second process lock a name the first still waits for. */
  if (ftruncate (lock->fd, 0) < 0)
    g_debug ("The lock's holder could not be cleared: %s", g_strerror (errno));
  close (lock->fd);
  g_free (lock);
}

gint64
kd_lock_get_holder (const char *path)
{
  gint64 holder = 0;
  int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0);

  if (fd < 0)
    return 0;
  /* A crash leaves its number behind: only a lock that is really held counts. */
  if (flock (fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK)
    holder = read_holder (fd);
  close (fd);
  return holder;
}
