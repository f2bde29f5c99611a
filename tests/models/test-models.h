/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-calls.h"
#include "kd-session.h"
#include "kd-test-store.h"

G_BEGIN_DECLS

/* Each subject adds its cases here; main.c calls them all. */
void test_calls_add (void);
void test_diff_add (void);
void test_forms_add (void);
void test_row_set_add (void);
void test_thread_add (void);
void test_window_add (void);

typedef struct
{
  KdTestStore *store;
  KdSession *session;
} TestSession;

TestSession *test_session_new (guint64 seed);
/* Everything that stands on it must be gone. */
void test_session_free (TestSession *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestSession, test_session_free)

/* Runs the main context until the flag is set, or for a while that lets throttled work happen. */
void test_until_flag (gboolean *flag);
void test_settle (void);

/* Applies every items-changed of a model to a list of its own, with the objects it then gives. */
typedef struct
{
  GListModel *model;
  GPtrArray *items;
  guint n_signals;
} TestMirror;
TestMirror *test_mirror_new (GListModel *model);
void test_mirror_free (TestMirror *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestMirror, test_mirror_free)
/* Fails the test unless the model and its own story agree. */
void test_mirror_check (TestMirror *self);

G_END_DECLS
