/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-photo-loader.h"
#include "kd-session.h"

G_BEGIN_DECLS

/* The pictures of a session's shop, through its sync service: one loader for all its pages, so
 * that each picture is fetched and decoded once. A picture's key is its hash as text. (transfer
 * none): lives as long as the session. */
KdPhotoLoader *kd_session_get_photos (KdSession *session);

G_END_DECLS
