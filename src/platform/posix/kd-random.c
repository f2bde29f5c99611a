/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-random.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

void
kd_random (gpointer data,
           guint8 *bytes,
           gsize n)
{
  while (n > 0)
    {
      ssize_t got = getrandom (bytes, n, 0);

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        {
          g_critical ("The system gives no random bytes: %s", g_strerror (errno));
          abort ();
        }
      bytes += got;
      n -= (gsize) got;
    }
}
