/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-import-check.h"

static void
name (GtkWidget *check)
{
  GtkWidget *words = gtk_check_button_get_child (GTK_CHECK_BUTTON (check));

  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  gtk_label_get_text (GTK_LABEL (words)), -1);
}

GtkWidget *
kd_import_check_new (const char *label)
{
  GtkWidget *check = gtk_check_button_new ();
  GtkWidget *words = gtk_label_new_with_mnemonic (label);

  gtk_label_set_wrap (GTK_LABEL (words), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (words), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (words), 0);
  gtk_label_set_mnemonic_widget (GTK_LABEL (words), check);
  gtk_check_button_set_child (GTK_CHECK_BUTTON (check), words);
  name (check);
  return check;
}

void
kd_import_check_set_label (GtkWidget *check,
                           const char *label)
{
  gtk_label_set_text (GTK_LABEL (gtk_check_button_get_child (GTK_CHECK_BUTTON (check))), label);
  name (check);
}
