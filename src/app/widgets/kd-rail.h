/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum {
  KD_RAIL_WIDE,    /* at the start: icon, title and key beside each other */
  KD_RAIL_COMPACT, /* at the start: a small title below the icon */
  KD_RAIL_BAR,     /* along the bottom */
} KdRailLook;

/*
 * The switch between panes. Signal selected (const char *id): the person chose a pane; setting it
 * by program doesn't tell. The keys (Ctrl+1...) are the window's commands, here they are only
 * shown.
 */
#define KD_TYPE_RAIL (kd_rail_get_type ())
G_DECLARE_FINAL_TYPE (KdRail, kd_rail, KD, RAIL, GtkWidget)

GtkWidget *kd_rail_new (void);

/* number: 1 to 9, its key and its place among the others. title is translated. */
void kd_rail_add (KdRail *self,
                  const char *id,
                  unsigned number,
                  const char *icon_name,
                  const char *title);
void kd_rail_set_badge (KdRail *self,
                        const char *id,
                        unsigned count);

const char *kd_rail_get_selected (KdRail *self);
void kd_rail_set_selected (KdRail *self,
                           const char *id);

KdRailLook kd_rail_get_look (KdRail *self);
void kd_rail_set_look (KdRail *self,
                       KdRailLook look);

/*
 * A rail beside its content, or below it where the width is small. Neither is ever reparented;
 * the look changes outside of allocation.
 */
#define KD_TYPE_RAIL_FRAME (kd_rail_frame_get_type ())
G_DECLARE_FINAL_TYPE (KdRailFrame, kd_rail_frame, KD, RAIL_FRAME, GtkWidget)

GtkWidget *kd_rail_frame_new (KdRail *rail,
                              GtkWidget *content);

G_END_DECLS
