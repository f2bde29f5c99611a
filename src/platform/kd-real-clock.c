/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-real-clock.h"

gint64
kd_real_clock (gpointer data)
{
  return g_get_real_time () / 1000;
}
