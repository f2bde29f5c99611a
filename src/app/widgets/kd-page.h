/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-command.h"

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * What a window shows: the view of one target ("kedai:order/<id>#<anchor>"). A page doesn't know
 * its window; it asks for things through win.* actions. Its content is its child (AdwBin).
 *
 * Its cancellable is cancelled in dispose: hand it to everything asynchronous. Its commands are
 * the actions page.*.
 * Properties: title, target (read only), roles.
 */
#define KD_TYPE_PAGE (kd_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (KdPage, kd_page, KD, PAGE, AdwBin)

struct _KdPageClass {
  AdwBinClass parent_class;

  /* The static command table, asked for once. Default: none. */
  const KdCommand *(*get_commands) (KdPage *self,
                                    unsigned *ret_n);
  /* The words for a refusal's code. Default: none, the code itself is shown. */
  const char *(*reason_text) (const char *code);
  /* FALSE: the target isn't one this page can show. Default: FALSE. */
  gboolean (*show_target) (KdPage *self,
                           const char *target);
  /* Puts the focus where work begins. Default: the first widget that takes it. */
  void (*focus_default) (KdPage *self);
  /* Ctrl+F. FALSE: nothing to search here. */
  gboolean (*search_focus) (KdPage *self);
  /* What brings this view back later: ids, never positions or pixels. (transfer full, nullable) */
  GVariant *(*save_state) (KdPage *self);
  void (*restore_state) (KdPage *self,
                         GVariant *state);

  gpointer padding[6];
};

GCancellable *kd_page_get_cancellable (KdPage *self);
KdCommandGroup *kd_page_get_commands (KdPage *self);

const char *kd_page_get_title (KdPage *self);
void kd_page_set_title (KdPage *self,
                        const char *title);

/* The mask of the person's roles, for the commands. */
unsigned kd_page_get_roles (KdPage *self);
void kd_page_set_roles (KdPage *self,
                        unsigned roles);

/* Shows a target; the target property follows where the page took it. */
gboolean kd_page_show_target (KdPage *self,
                              const char *target);
const char *kd_page_get_target (KdPage *self);
/* For pages: the view moved to another target by itself (a row was chosen). */
void kd_page_set_target (KdPage *self,
                         const char *target);

void kd_page_focus_default (KdPage *self);
gboolean kd_page_search_focus (KdPage *self);
GVariant *kd_page_save_state (KdPage *self);
void kd_page_restore_state (KdPage *self,
                            GVariant *state);

/* For pages: judge the commands again. */
void kd_page_update_commands (KdPage *self);

/* For pages: asks the window to open a target (win.open-target, win.open-target-in-window). */
void kd_page_open (KdPage *self,
                   const char *target,
                   gboolean in_new_window);

/* For pages: says something in the window's toast host. */
void kd_page_say (KdPage *self,
                  const char *text);

G_END_DECLS
