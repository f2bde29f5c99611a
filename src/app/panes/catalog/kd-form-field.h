/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * A control of a form with its label above, and below it what there is to say: a hint, why it was
 * refused, and what the field holds now where somebody else changed it while it was typed.
 * Signals: use-stored, when the other value is wanted.
 */
#define KD_TYPE_FORM_FIELD (kd_form_field_get_type ())
G_DECLARE_FINAL_TYPE (KdFormField, kd_form_field, KD, FORM_FIELD, GtkWidget)

/* label: translated, with its access key. focus (nullable: control): what the key goes to; it
 * also gets the label's text as accessible name. */
GtkWidget *kd_form_field_new (const char *label,
                              GtkWidget *control,
                              GtkWidget *focus);

/* All (nullable). */
void kd_form_field_set_hint (KdFormField *self,
                             const char *hint);
void kd_form_field_set_problem (KdFormField *self,
                                const char *problem);
/* The value that was stored meanwhile, as words; "" is an empty one, NULL none. */
void kd_form_field_set_stored (KdFormField *self,
                               const char *stored);
/* A value that lost against the stored one on another device. who: whose and when. The signal
 * use-other tells that it is wanted, keep-stored that it isn't. */
void kd_form_field_set_other (KdFormField *self,
                              const char *other,
                              const char *who);

gboolean kd_form_field_has_problem (KdFormField *self);
void kd_form_field_focus (KdFormField *self);

G_END_DECLS
