/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Who gets Ctrl+Z in an entry or a text view: while the text differs from the stored value, the
 * entry, which takes typing back; else win.undo, which takes back the last operation of the shop.
 * Ctrl+Shift+Z goes to whom the last Ctrl+Z went. Decided in the capture phase, because GTK's
 * entries keep both keys even with nothing to undo.
 */

/* widget: any GtkEditable, or a GtkTextView. stored: what the record holds (NULL: nothing). */
void kd_entry_undo_attach (GtkWidget *widget,
                           const char *stored);

/* The record holds another value now; what is typed stays. */
void kd_entry_undo_set_stored (GtkWidget *widget,
                               const char *stored);

/* Shows the record's value and makes it the stored one; the entry can't take it back. */
void kd_entry_undo_load (GtkWidget *widget,
                         const char *stored);

G_END_DECLS
