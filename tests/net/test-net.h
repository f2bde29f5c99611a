/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-call.h"

#define TEST_WAIT_MS 15000

void test_http_add (void);
void test_guard_add (void);
void test_listen_add (void);
void test_ws_add (void);

/* The other side, as a process. */
typedef struct
{
  GSubprocess *process;
  guint16 port;
} Peer;

Peer *test_peer_new (const char *sweep,
                     const char *scheme,
                     const char *idle_ms);
int test_peer_pid (Peer *peer);
void test_peer_free (Peer *peer);
char *test_peer_url (Peer *peer,
                     const char *scheme,
                     const char *path);

/* One call, waited for. */
KdHttpResult *test_call (SoupSession *session,
                         const KdHttpCall *call);
KdHttpResult *test_get (SoupSession *session,
                        Peer *peer,
                        const char *path);

/* Turns the loop until @func says TRUE. */
typedef gboolean (*TestCondition) (gpointer data);
void test_wait (TestCondition func,
                gpointer data);

/* Ends a session with what it still has in the loop. */
void test_session_free (SoupSession *session);

void test_take_result_cb (GObject *source,
                          GAsyncResult *result,
                          gpointer data);

/* Random bytes that are the same in each run. */
void test_random (gpointer data,
                  guint8 *bytes,
                  gsize n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Peer, test_peer_free)
