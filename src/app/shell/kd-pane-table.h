/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-pane.h"
#include "kd-session.h"

G_BEGIN_DECLS

/* The panes of the program, in the order of the rail. A pane's number never moves (rules 9); what
 * isn't built isn't in the table. */
typedef struct
{
  const char *id;
  unsigned number;
  const char *title;      /* msgid */
  const char *icon_name;
  GtkWidget *(*create) (KdSession *session);
  /* Kinds whose targets it shows, NULL-terminated names. */
  const char *const *kinds;
  /* A page that shows one record alone, for a window of its own. (nullable) */
  GtkWidget *(*create_detail) (KdSession *session);
  /* Its part of the roles that see it at all. */
  KdRoles roles;
} KdPaneEntry;

const KdPaneEntry *kd_pane_table (unsigned *ret_n);
const KdPaneEntry *kd_pane_table_find (const char *id);
/* The pane that shows a target of this kind, NULL if none does. */
const KdPaneEntry *kd_pane_table_for_kind (const KdKind *kind);

G_END_DECLS
