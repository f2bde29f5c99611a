/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-control.h"
#include "kd-shop.h"
#include "kd-sql-worker.h"

G_BEGIN_DECLS

/* All shops of a server: the directory, the shops that are open (an LRU), each with one writer and
 * one reader, and control.db. Everything is called on the main thread; the work functions run on
 * the thread that owns the connection, their ends are told on the main context. */

typedef struct _KdServer KdServer;

#define KD_SHOPS_OPEN_MAX 64
#define KD_HASHERS 2          /* passwords at once */

typedef struct
{
  const char *folder;         /* DATA/server */
  guint8 master_key[32];
  KdClockFunc clock;
  gpointer clock_data;
  KdRandomFunc random;
  gpointer random_data;
} KdServerSetup;

/**
 * kd_server_open:
 *
 * Opens control.db and reads the directory. A shop's file that stands in no directory is put aside
 * (*.orphan): the making of that shop was not finished.
 *
 * Returns: (nullable): or an error of KD_SQL_ERROR, KD_CONTROL_ERROR or G_FILE_ERROR
 */
KdServer *kd_server_open (const KdServerSetup *setup, GError **error);
/* Ends the work that is queued, then closes all. */
void kd_server_close (KdServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdServer, kd_server_close)

const KdControl *kd_server_get_control (KdServer *server);
gint64 kd_server_get_now (KdServer *server);
const char *kd_server_get_folder (KdServer *server);
/* Whether control.db answers and all migrations are done. */
gboolean kd_server_is_ready (KdServer *server);

/* (nullable) (transfer none): lives as long as the server */
const KdShop *kd_server_get_shop (KdServer *server, const KdId *id);
const KdShop *kd_server_find_shop (KdServer *server, const char *slug);
/* (nullable) (transfer none) */
const char *kd_server_get_slug (KdServer *server, const KdId *id);

/* A shop's head moved; on the main context. */
typedef void (*KdServerMovedFunc) (const KdId *shop, gint64 seq, const KdId *epoch, gpointer data);
void kd_server_set_moved (KdServer *server, KdServerMovedFunc func, gpointer data);

/* ---- work ---- */

typedef gboolean (*KdControlFunc) (KdSqlConnection *connection, const KdControl *control, gpointer data, GError **error);
typedef gboolean (*KdShopFunc) (KdSqlConnection *connection, const KdShop *shop, gpointer data, GError **error);
typedef gboolean (*KdPoolFunc) (gpointer data, GError **error);
/* On the main context, once; then @data is freed. */
typedef void (*KdDoneFunc) (gpointer data, const GError *error, gpointer user_data);

typedef enum
{
  KD_LANE_READ,
  KD_LANE_WRITE,         /* a device: served before */
  KD_LANE_WRITE_BUYER,   /* buyers and REST */
} KdLane;

void kd_server_run_control (KdServer *server, KdControlFunc func, gpointer data, GDestroyNotify destroy, KdDoneFunc done, gpointer user_data);

/* Opens the shop if it isn't. G_IO_ERROR_NOT_FOUND: there is no such shop. */
void kd_server_run_shop (KdServer *server, const KdId *shop, KdLane lane, KdShopFunc func, gpointer data, GDestroyNotify destroy,
                         KdDoneFunc done, gpointer user_data);

/* Passwords, pictures: at most %KD_HASHERS at once. */
void kd_server_run_pool (KdServer *server, KdPoolFunc func, gpointer data, GDestroyNotify destroy, KdDoneFunc done, gpointer user_data);

/**
 * KdShopFill:
 * @clock: the time while the shop is made and filled: loaders have a past of their own
 * @random: (nullable): where the ids that are made meanwhile come from
 * @fill: runs in the shop's new file, before anybody sees it
 */
typedef struct
{
  KdClockFunc clock;
  KdRandomFunc random;
  gboolean (*fill) (KdSqlConnection *connection, const KdShop *shop, const KdId *owner, gpointer data, GError **error);
  gpointer data;
} KdShopFill;

/**
 * kd_server_create_shop:
 * @id: none: one is made. A shop of that id that is there already is the answer
 * @what: copied; slug NULL: made of the name
 * @fill: (nullable): its data lives until @done
 *
 * The file first, the directory entry last. KD_CONTROL_ERROR_TAKEN: the slug is another's.
 */
typedef void (*KdServerCreatedFunc) (const KdShop *shop, const GError *error, gpointer user_data);
void kd_server_create_shop (KdServer *server, const KdId *id, const KdShopNew *what, const KdShopFill *fill,
                            KdServerCreatedFunc done, gpointer user_data);

/* A slug made of a name, which no shop has. */
char *kd_server_suggest_slug (KdServer *server, const char *name) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
