/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* A lazy list that makes its items when asked and counts the asking. */
#define KD_TYPE_TEST_ITEM (kd_test_item_get_type ())
G_DECLARE_FINAL_TYPE (KdTestItem, kd_test_item, KD, TEST_ITEM, GObject)

struct _KdTestItem {
  GObject parent_instance;
  unsigned id;
  char *text; /* (nullable) what was written into it */
};

/* Emits changed, as a record that was read again does. */
void kd_test_item_set_text (KdTestItem *self,
                            const char *text);

#define KD_TYPE_TEST_MODEL (kd_test_model_get_type ())
G_DECLARE_FINAL_TYPE (KdTestModel, kd_test_model, KD, TEST_MODEL, GObject)

KdTestModel *kd_test_model_new (unsigned n);
/* How often get_item was called since the last time this was asked. */
unsigned kd_test_model_take_calls (KdTestModel *self);
/* Moves the row at `from` to `to`, in one range with the same objects. */
void kd_test_model_move (KdTestModel *self,
                         unsigned from,
                         unsigned to);
void kd_test_model_insert (KdTestModel *self,
                           unsigned at);
void kd_test_model_remove (KdTestModel *self,
                           unsigned at);
/* Another query: every row is replaced in one range. */
void kd_test_model_requery (KdTestModel *self,
                            unsigned n);
