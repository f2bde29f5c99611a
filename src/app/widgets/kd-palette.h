/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-command.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define KD_PALETTE_MOST_RESULTS 50

/* Something found: either a target to open, or a command of a group. */
typedef struct {
  char *title;
  char *subtitle; /* (nullable) */
  char *icon;     /* (nullable) */
  char *hint;     /* (nullable) at the end of the row: a shortcut, an amount */
  char *target;   /* (nullable) */
  KdCommandGroup *group;    /* (owned) (nullable) */
  const KdCommand *command; /* (nullable) */
} KdPaletteResult;

KdPaletteResult *kd_palette_result_new (const char *title,
                                        const char *subtitle,
                                        const char *icon,
                                        const char *target);
void kd_palette_result_free (KdPaletteResult *result);

/*
 * Jump anywhere, do anything: an entry and what it finds, over a window. It offers the commands
 * found from `origin` outwards (the widget that had the focus) and whatever providers find.
 * Signal chosen (const char *target, gboolean in_new_window): Ctrl+Enter asks for a new window.
 */
#define KD_TYPE_PALETTE (kd_palette_get_type ())
G_DECLARE_FINAL_TYPE (KdPalette, kd_palette, KD, PALETTE, AdwWindow)

GtkWidget *kd_palette_new (GtkWindow *parent,
                           GtkWidget *origin);

/*
 * Searches for text ("": what to offer before anything is typed) and answers, at once or later,
 * exactly once with kd_palette_give().
 */
typedef void (*KdPaletteSearch) (KdPalette *palette,
                                 unsigned provider,
                                 unsigned search,
                                 const char *text,
                                 gpointer user_data);

/* Adds a provider; its results stand under `heading` (translated), before the commands. To be
 * done before the palette is presented. */
void kd_palette_add_provider (KdPalette *self,
                              const char *heading,
                              KdPaletteSearch search,
                              gpointer user_data,
                              GDestroyNotify destroy);

/* results: of KdPaletteResult (transfer full), best first. Answers to an older search are
 * dropped; the palette may be closed already. */
void kd_palette_give (KdPalette *self,
                      unsigned provider,
                      unsigned search,
                      GPtrArray *results);

/* Text in the entry to begin with. */
void kd_palette_set_text (KdPalette *self,
                          const char *text);

G_END_DECLS
