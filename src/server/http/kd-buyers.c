/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-http-private.h"

/* The way of a buyer's request to the page. */

const KdRoute kd_buyers_route = {
  "GET", "/{slug}", KD_AUTH_NONE, KD_BODY_ANY, KD_BUYERS_BODY_MAX, KD_TIME_LONG, KD_RATE_PAGE, kd_buyers_handle, "The buyers' page",
};

void
kd_buyers_handle (KdRequest *request)
{
  kd_request_refuse (request, 404, "not_found");
}

gboolean
kd_buyers_refuse (KdRequest *request,
                  guint status)
{
  return FALSE;
}

void
kd_buyers_moved (KdHttp *http,
                 const KdId *shop,
                 gint64 seq)
{
}
