/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "kd-id.h"

G_BEGIN_DECLS

/* DATA/server: the lock that one server holds, the master key, the port that is kept, run.json. */

#define KD_DATA_ERROR (kd_data_error_quark ())
GQuark kd_data_error_quark (void);
typedef enum
{
  KD_DATA_ERROR_HELD,   /* another server runs in this folder */
  KD_DATA_ERROR_KEY,    /* the master key is missing or broken */
} KdDataError;

typedef struct _KdDataFolder KdDataFolder;

/**
 * kd_data_folder_open:
 * @data: the data folder; made if it isn't there
 *
 * Returns: (nullable): or an error of KD_DATA_ERROR or G_IO_ERROR, with words for a person
 */
KdDataFolder *kd_data_folder_open (const char *data,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Takes run.json away and lets the lock go. */
void kd_data_folder_close (KdDataFolder *folder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdDataFolder, kd_data_folder_close)

/* DATA/server */
const char *kd_data_folder_get_path (KdDataFolder *folder);
const guint8 *kd_data_folder_get_master_key (KdDataFolder *folder);
const KdHash *kd_data_folder_get_run_key (KdDataFolder *folder);

/* The port of the last time; 0: there was none. */
guint16 kd_data_folder_get_port (KdDataFolder *folder);
gboolean kd_data_folder_keep_port (KdDataFolder *folder,
                                   guint16 port,
                                   GError **error);

/* Says where the server is, to those who may read the folder. */
gboolean kd_data_folder_write_run (KdDataFolder *folder,
                                   const char *address,
                                   const KdId *server_id,
                                   GError **error);

G_END_DECLS
