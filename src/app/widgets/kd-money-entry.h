/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * An entry for an amount, with what was understood written below while typing: "75rb" shows
 * "Rp75.000". The rules of reading belong to the caller.
 * Signals: changed (the text or the amount is another one), commit (Enter, or the focus left
 * after a change): the moment to save. Ctrl+Z as in kd-entry-undo.h.
 */
#define KD_TYPE_MONEY_ENTRY (kd_money_entry_get_type ())
G_DECLARE_FINAL_TYPE (KdMoneyEntry, kd_money_entry, KD, MONEY_ENTRY, GtkWidget)

/*
 * Reads text. TRUE: ret_amount is in minor units, ret_words how it is written for people.
 * FALSE: ret_words says what is wrong. Either way ret_words is (transfer full), maybe NULL.
 */
typedef gboolean (*KdMoneyParse) (const char *text,
                                  int64_t *ret_amount,
                                  char **ret_words,
                                  gpointer user_data);

/* name: the accessible name, translated: "Price". */
GtkWidget *kd_money_entry_new (const char *name,
                               KdMoneyParse parse,
                               gpointer user_data,
                               GDestroyNotify destroy);

/* Shows a stored amount as text the person would type; NULL or "": none. */
void kd_money_entry_load (KdMoneyEntry *self,
                          const char *text);
const char *kd_money_entry_get_text (KdMoneyEntry *self);

typedef enum {
  KD_MONEY_EMPTY,
  KD_MONEY_VALID,
  KD_MONEY_INVALID,
} KdMoneyState;

/* ret_amount (nullable) is set for KD_MONEY_VALID alone. */
KdMoneyState kd_money_entry_get_amount (KdMoneyEntry *self,
                                        int64_t *ret_amount);

/* A problem found elsewhere (a refused change); NULL takes it away. Typing does, too. */
void kd_money_entry_set_problem (KdMoneyEntry *self,
                                 const char *problem);

/* The entry inside, for width, activation and drafts. */
GtkWidget *kd_money_entry_get_entry (KdMoneyEntry *self);

G_END_DECLS
