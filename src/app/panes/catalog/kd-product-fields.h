/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "kd-product-form.h"

G_BEGIN_DECLS

/* The fields of a product that are typed: name, price, description and so on, in sections. They
 * show what the form says and tell it what is typed. */
#define KD_TYPE_PRODUCT_FIELDS (kd_product_fields_get_type ())
G_DECLARE_FINAL_TYPE (KdProductFields, kd_product_fields, KD, PRODUCT_FIELDS, GtkWidget)

GtkWidget *kd_product_fields_new (void);
/* form: (nullable) */
void kd_product_fields_set_form (KdProductFields *self,
                                 KdProductForm *form);
void kd_product_fields_focus (KdProductFields *self,
                              KdProductField field);

/* Puts a section of its own below the first one. */
void kd_product_fields_insert (KdProductFields *self,
                               GtkWidget *section);

/* A heading and what stands below it; the box is for the content. */
GtkWidget *kd_product_section_new (const char *title,
                                   GtkWidget **ret_box);

G_END_DECLS
