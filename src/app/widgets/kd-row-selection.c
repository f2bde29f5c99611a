/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-row-selection.h"

static guint64
count (gpointer set)
{
  return kd_row_set_count (set);
}

static const KdSelectionSet funcs = {
  .is_selected = kd_row_set_is_selected,
  .select = kd_row_set_select,
  .unselect = kd_row_set_unselect,
  .select_all = kd_row_set_select_all,
  .unselect_all = kd_row_set_unselect_all,
  .count = count,
};

void
kd_selection_use_row_set (KdSelection *self,
                          KdRowSet *set)
{
  g_signal_connect_object (set, "changed", G_CALLBACK (kd_selection_changed), self,
                           G_CONNECT_SWAPPED);
  kd_selection_set_set (self, &funcs, g_object_ref (set), g_object_unref);
}
