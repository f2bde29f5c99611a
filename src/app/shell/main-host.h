/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-application.h"

G_BEGIN_DECLS

/* What stands behind the windows: the data folder with its profiles, server, sync, notifications. */
typedef struct _KdMainHost KdMainHost;

/* @data: the data folder, which exists */
KdMainHost *kd_main_host_new (const char *data);
void kd_main_host_free (KdMainHost *host);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdMainHost, kd_main_host_free)

/* The functions for the application; valid as long as the host. */
KdApplicationHost kd_main_host_get_interface (KdMainHost *host);

/* `--sync-status`: prints what the last used profile knows, without a network. An exit code. */
int kd_main_print_sync_status (const char *data);

G_END_DECLS
