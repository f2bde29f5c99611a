/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum {
  KD_COMMAND_HIDDEN,  /* not for this person, or not here: shown nowhere */
  KD_COMMAND_ENABLED,
  KD_COMMAND_REFUSED, /* shown, says why it can't be done now */
} KdCommandState;

typedef enum {
  KD_COMMAND_UNLISTED = 1 << 0, /* not in the palette: makes sense in its place alone */
} KdCommandFlags;

/*
 * Something a person can do, described once in a static table of its page (or window, or
 * program). Actions, shortcuts, menus, palette and shortcuts window all come from these.
 * Texts are marked with N_() and translated where they are shown.
 */
typedef struct {
  const char *name;     /* of the action, without prefix: "order-pay" */
  const char *title;
  const char *keywords; /* (nullable) more words the palette finds it by */
  const char *icon;     /* (nullable) icon name */
  const char *section;  /* (nullable) heading in the shortcuts window */
  const char *accel;    /* (nullable) "<Control>n", several separated by '|' */
  unsigned roles;       /* mask of the roles that may; 0: everyone */
  const char *param;    /* (nullable) GVariant type of the parameter */
  KdCommandFlags flags;
  /* (nullable: always enabled) ret_reason: a code or text that outlives the call */
  KdCommandState (*state) (gpointer context,
                           const char **ret_reason);
  gboolean (*checked) (gpointer context); /* (nullable) for what is switched on and off */
  void (*run) (gpointer context,
               GVariant *param);
} KdCommand;

/* The words for a reason code, or NULL where the code isn't known. */
typedef const char *(*KdReasonText) (const char *code);

/*
 * A table of commands at work: one context, one action prefix ("page", "win", "app").
 * Signal changed: a state, reason or check mark is another one now.
 */
#define KD_TYPE_COMMAND_GROUP (kd_command_group_get_type ())
G_DECLARE_FINAL_TYPE (KdCommandGroup, kd_command_group, KD, COMMAND_GROUP, GObject)

/* The table must be static. context is held weakly; when it goes, all commands are hidden. */
KdCommandGroup *kd_command_group_new (const char *prefix,
                                      const KdCommand *commands,
                                      unsigned n_commands,
                                      GObject *context);

/* The roles of the person at the desk; at first all. */
void kd_command_group_set_roles (KdCommandGroup *self,
                                 unsigned roles);
void kd_command_group_set_reason_text (KdCommandGroup *self,
                                       KdReasonText reason_text);

/*
 * Puts actions and shortcuts on a widget: on the page, or on each window for "win" and "app".
 * Shortcuts act in the bubble phase, so entries take their keys first. One with a modifier or a
 * function key acts wherever the focus is in the window while the widget is mapped; a bare key
 * only with the focus inside it.
 */
void kd_command_group_attach (KdCommandGroup *self,
                              GtkWidget *widget);

/* Judges every command again. Call when something that a state function looks at has changed. */
void kd_command_group_update (KdCommandGroup *self);

const char *kd_command_group_get_prefix (KdCommandGroup *self);
const KdCommand *kd_command_group_lookup (KdCommandGroup *self,
                                          const char *name);

/* As of the last update. ret_reason (nullable): translated words, while refused. */
KdCommandState kd_command_group_get_state (KdCommandGroup *self,
                                           const KdCommand *command,
                                           const char **ret_reason);
gboolean kd_command_group_get_checked (KdCommandGroup *self,
                                       const KdCommand *command);

/*
 * Runs a command after judging it afresh. Refused: says why in the toast host nearest to source
 * (NULL: to the attached widget that is on the screen). TRUE if it ran.
 */
gboolean kd_command_group_activate (KdCommandGroup *self,
                                    const char *name,
                                    GVariant *param,
                                    GtkWidget *source);

/* Adds a menu item unless the command is hidden. */
void kd_command_group_append_to_menu (KdCommandGroup *self,
                                      GMenu *menu,
                                      const char *name);

/* Finds "page.order-pay" among the groups of widget and its ancestors. */
const KdCommand *kd_command_find (GtkWidget *widget,
                                  const char *detailed_name,
                                  KdCommandGroup **ret_group);

typedef void (*KdCommandFunc) (KdCommandGroup *group,
                               const KdCommand *command,
                               gpointer user_data);

/* Every command that isn't hidden, from widget outwards. */
void kd_command_foreach (GtkWidget *widget,
                         KdCommandFunc func,
                         gpointer user_data);

/* "Ctrl+N": the first accelerator as people read it, or NULL. (transfer full) */
char *kd_command_accel_label (const KdCommand *command);

G_END_DECLS
