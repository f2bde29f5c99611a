/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-fake-sync.h"
#include "kd-session.h"
#include "kd-test-store.h"
#include "kd-widget-test.h"

/* A pane in a window, over a store and a session of its own. */
typedef struct {
  KdTestStore *store;
  KdSession *session;
  KdFakeSync *sync;
  KdServices services;
  GtkWidget *(*create) (KdSession *session);
  GtkWidget *window, *host, *pane;
} KdPaneTest;

/* The store alone, to be filled. */
KdPaneTest *kd_pane_test_new (GtkWidget *(*create) (KdSession *session));
/* The same with the store's own threads, for what works beside the main one. */
KdPaneTest *kd_pane_test_new_threaded (GtkWidget *(*create) (KdSession *session));
/* Begins the session and shows the pane. */
void kd_pane_test_show (KdPaneTest *self,
                        int width,
                        int height);
/* Closes the window and the session; everything is to be finalized. The store stays. */
void kd_pane_test_hide (KdPaneTest *self);
void kd_pane_test_free (KdPaneTest *self);

/* Until what was asked for has been read, written and drawn. */
void kd_pane_test_settle (KdPaneTest *self);
/* Presses keys, then settles. */
void kd_pane_test_key (KdPaneTest *self,
                       const char *keys);

/* The control below root with this accessible name; fails if there is none. */
GtkWidget *kd_pane_test_named (GtkWidget *root,
                               GType type,
                               const char *name);
