/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-page.h"

G_BEGIN_DECLS

/*
 * A page with a place in the window's rail. Subclasses set number and icon-name (and title) when
 * they are made; badge is the count in the rail, 0 for none.
 */
#define KD_TYPE_PANE (kd_pane_get_type ())
G_DECLARE_DERIVABLE_TYPE (KdPane, kd_pane, KD, PANE, KdPage)

struct _KdPaneClass {
  KdPageClass parent_class;

  gpointer padding[4];
};

/* Its number in the rail, 1 to 8: Ctrl+number. */
unsigned kd_pane_get_number (KdPane *self);
void kd_pane_set_number (KdPane *self,
                         unsigned number);

const char *kd_pane_get_icon_name (KdPane *self);
void kd_pane_set_icon_name (KdPane *self,
                            const char *icon_name);

unsigned kd_pane_get_badge (KdPane *self);
void kd_pane_set_badge (KdPane *self,
                        unsigned badge);

G_END_DECLS
