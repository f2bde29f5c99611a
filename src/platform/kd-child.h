/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A program that ours starts and supervises: the embedded server. An inherited pipe joins the two.
 * The parent writes one secret line into it (the owner token: never an argument, never in the
 * environment); as long as it stays open the parent lives. When it ends without a word the child
 * shuts down; kd_child_release() tells the child to stay. */

#define KD_CHILD_SECRET_MAX 4000   /* bytes; what a pipe takes without a reader */
#define KD_CHILD_GRACE_MS 10000    /* how long a child may take to stop before it is killed */

/* Names the inherited descriptor in the child's environment. */
#define KD_CHILD_ENV "KEDAI_PARENT_FD"

typedef struct _KdChild KdChild;

/**
 * KdChildEndedFunc:
 * @status: the exit code, or minus the number of the signal that ended it
 *
 * Called once, on the main context that was the thread's default at kd_child_spawn(). Not called
 * after kd_child_stop_async() or kd_child_stop(): an end that was asked for is no news.
 */
typedef void (*KdChildEndedFunc) (KdChild *child,
                                  int status,
                                  gpointer data);

typedef struct
{
  const char *const *argv;       /* the program's path first */
  const char *const *set_env;    /* (nullable): name, value, ..., NULL; over the inherited ones */
  const char *folder;            /* (nullable): where it starts */
  const char *secret;            /* (nullable): one line, without its line feed */
  const char *log_path;          /* (nullable): what it writes to standard error is appended here */
  gboolean read_output;          /* its standard output is read by us: kd_child_get_output() */
} KdChildStart;

/**
 * kd_child_spawn:
 *
 * Starts it in a session of its own, so that Ctrl+C in a terminal reaches the parent alone, which
 * then ends it in order.
 *
 * Returns: the child; %NULL with an error of domain G_SPAWN_ERROR, G_IO_ERROR or G_FILE_ERROR
 */
KdChild *kd_child_spawn (const KdChildStart *start,
                         KdChildEndedFunc ended,
                         gpointer data,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * kd_child_free:
 *
 * Closes the pipe: a child that still runs sees its parent gone, unless it was released.
 */
void kd_child_free (KdChild *child);

/* Its process id; 0 once it has ended. */
gint64 kd_child_get_pid (KdChild *child);

/* (transfer none) (nullable): its standard output, if read_output was asked for. */
GInputStream *kd_child_get_output (KdChild *child);

/**
 * kd_child_stop_async:
 * @grace_ms: how long it may take after SIGTERM; then it is killed
 *
 * Ends it and waits until it is gone.
 */
void kd_child_stop_async (KdChild *child,
                          guint grace_ms,
                          GAsyncReadyCallback callback,
                          gpointer data);

/**
 * kd_child_stop_finish:
 * @ret_killed: (out) (optional): whether the grace was not enough
 *
 * Returns: its status, as in #KdChildEndedFunc
 */
int kd_child_stop_finish (KdChild *child,
                          GAsyncResult *result,
                          gboolean *ret_killed);

/**
 * kd_child_stop:
 *
 * As kd_child_stop_async(), blocking: for programs without a window.
 */
int kd_child_stop (KdChild *child,
                   guint grace_ms,
                   gboolean *ret_killed);

/**
 * kd_child_release:
 *
 * Tells it to go on without us, and forgets it. The handle is good for kd_child_free() only.
 */
void kd_child_release (KdChild *child);

/* ---- the child's side ---- */

typedef struct _KdParent KdParent;

/**
 * KdParentGoneFunc:
 *
 * The parent has ended without releasing us: time to shut down in order.
 */
typedef void (*KdParentGoneFunc) (gpointer data);

#define KD_PARENT_WAIT_MS 5000   /* how long the secret line may take */

/**
 * kd_parent_open:
 *
 * Takes over the inherited descriptor and reads the secret line. To be called once, early in
 * main(), before any thread: it takes the descriptor's name out of the environment.
 *
 * Returns: (nullable): %NULL without an error if nobody started us so
 */
KdParent *kd_parent_open (GError **error);

/* (nullable): the secret line; %NULL if the parent gave none. */
const char *kd_parent_get_secret (KdParent *parent);

/**
 * kd_parent_watch:
 *
 * Calls @gone, once, on the thread's default main context when the parent is gone.
 */
void kd_parent_watch (KdParent *parent,
                      KdParentGoneFunc gone,
                      gpointer data);

void kd_parent_free (KdParent *parent);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdChild, kd_child_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdParent, kd_parent_free)

G_END_DECLS
