/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-services.h"

/* A sync service that keeps pictures in memory and does nothing else. */
#define KD_TYPE_FAKE_SYNC (kd_fake_sync_get_type ())
G_DECLARE_FINAL_TYPE (KdFakeSync, kd_fake_sync, KD, FAKE_SYNC, GObject)

KdFakeSync *kd_fake_sync_new (void);
unsigned kd_fake_sync_count (KdFakeSync *self);
