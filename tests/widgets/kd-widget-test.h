/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

/* A window with child in it, presented and drawn once; the size is the child's. */
GtkWidget *kd_test_window (GtkWidget *child,
                           int width,
                           int height);

void kd_test_resize (GtkWidget *window,
                     int width,
                     int height);

/* Destroys the window and asserts that it and everything handed in here (NULL at the end) is
 * finalized. */
void kd_test_close (GtkWidget *window,
                    ...) G_GNUC_NULL_TERMINATED;

typedef gboolean (*KdTestCondition) (gpointer data);

/* Runs the main loop until the condition holds; fails after 10 seconds. */
void kd_test_wait (KdTestCondition condition,
                   gpointer data);
/* Runs the main loop until widget has been laid out and drawn again. */
void kd_test_draw (GtkWidget *widget);

/* Presses keys in the window as a person would: xdotool's names, "ctrl+z". */
void kd_test_key (GtkWidget *window,
                  const char *keys);
void kd_test_type (GtkWidget *window,
                   const char *text);
/* Clicks the middle of a widget. */
void kd_test_click (GtkWidget *widget);

/* Depth-first search below root. */
GtkWidget *kd_test_find (GtkWidget *root,
                         GType type);
GtkWidget *kd_test_find_label (GtkWidget *root,
                               const char *text);

/* Writes a picture of the window to $KD_SHOTS/name.png; nothing without KD_SHOTS. */
void kd_test_shot (GtkWidget *window,
                   const char *name);

/* A GAsyncReadyCallback that keeps the result in *data, and the condition for it. */
void kd_test_answer_cb (GObject *source,
                        GAsyncResult *result,
                        gpointer data);
gboolean kd_test_has_answer (gpointer data);

/* A window on the screen besides this one, and conditions (data: this one). */
GtkWindow *kd_test_other_window (GtkWidget *than);
gboolean kd_test_has_other (gpointer data);
gboolean kd_test_has_no_other (gpointer data);
