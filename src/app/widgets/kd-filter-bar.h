/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * A search entry and the choices that narrow a list down.
 * Signals: changed, once for each change of text or choice; to-list, when Down or Enter in the
 * entry should move the focus into the list.
 */
#define KD_TYPE_FILTER_BAR (kd_filter_bar_get_type ())
G_DECLARE_FINAL_TYPE (KdFilterBar, kd_filter_bar, KD, FILTER_BAR, GtkWidget)

/* name: the entry's accessible name and placeholder, translated: "Search products". */
GtkWidget *kd_filter_bar_new (const char *name);

/* Puts a button beside the entry, at its end. */
void kd_filter_bar_append (KdFilterBar *self,
                           GtkWidget *button);

/*
 * Choices added from now on stand behind one button that says how many of them are set: a list
 * with many keeps its rows. Once, and after the choices that stay in the bar.
 */
void kd_filter_bar_fold (KdFilterBar *self);

/*
 * Adds or replaces a choice. ids and labels: NULL-terminated, of one length; the first is "all",
 * the one that doesn't narrow. Replacing keeps what is chosen where its id is still there.
 */
void kd_filter_bar_set_choices (KdFilterBar *self,
                                const char *id,
                                const char *name,
                                const char *const *ids,
                                const char *const *labels);

const char *kd_filter_bar_get_text (KdFilterBar *self);
void kd_filter_bar_set_text (KdFilterBar *self,
                             const char *text);
/* The chosen id of a choice; NULL if there is no such choice. */
const char *kd_filter_bar_get_choice (KdFilterBar *self,
                                      const char *id);
void kd_filter_bar_set_choice (KdFilterBar *self,
                               const char *id,
                               const char *chosen);
/* Whether text or a choice narrows the list. */
gboolean kd_filter_bar_is_active (KdFilterBar *self);
void kd_filter_bar_clear (KdFilterBar *self);

void kd_filter_bar_focus (KdFilterBar *self);

G_END_DECLS
