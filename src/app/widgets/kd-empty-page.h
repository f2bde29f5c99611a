/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What an empty list says: one sentence, one primary button, at most one link. */
#define KD_TYPE_EMPTY_PAGE (kd_empty_page_get_type ())
G_DECLARE_FINAL_TYPE (KdEmptyPage, kd_empty_page, KD, EMPTY_PAGE, GtkWidget)

GtkWidget *kd_empty_page_new (const char *icon_name,
                              const char *title,
                              const char *sentence);
void kd_empty_page_set_words (KdEmptyPage *self,
                              const char *title,
                              const char *sentence);

/* command: detailed name of a KdCommand; label NULL: the command's title. */
void kd_empty_page_set_primary (KdEmptyPage *self,
                                const char *label,
                                const char *command);
void kd_empty_page_set_link (KdEmptyPage *self,
                             const char *label,
                             const char *command);

G_END_DECLS
