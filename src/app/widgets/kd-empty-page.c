/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-empty-page.h"

#include "kd-action-button.h"
#include "kd-widgets.h"

#include <adwaita.h>

struct _KdEmptyPage {
  GtkWidget parent_instance;

  AdwStatusPage *page;
  GtkWidget *box;
  GtkWidget *primary; /* (nullable) */
  GtkWidget *link;    /* (nullable) */
};

G_DEFINE_FINAL_TYPE (KdEmptyPage, kd_empty_page, GTK_TYPE_WIDGET)

static void
kd_empty_page_dispose (GObject *object)
{
  kd_widgets_unparent_children (GTK_WIDGET (object));
  G_OBJECT_CLASS (kd_empty_page_parent_class)->dispose (object);
}

static void
kd_empty_page_class_init (KdEmptyPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kd_empty_page_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
kd_empty_page_init (KdEmptyPage *self)
{
  self->page = ADW_STATUS_PAGE (adw_status_page_new ());
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  gtk_widget_set_halign (self->box, GTK_ALIGN_CENTER);
  adw_status_page_set_child (self->page, self->box);
  gtk_widget_set_parent (GTK_WIDGET (self->page), GTK_WIDGET (self));
}

GtkWidget *
kd_empty_page_new (const char *icon_name,
                   const char *title,
                   const char *sentence)
{
  KdEmptyPage *self = g_object_new (KD_TYPE_EMPTY_PAGE, "hexpand", TRUE, "vexpand", TRUE, NULL);

  adw_status_page_set_icon_name (self->page, icon_name);
  kd_empty_page_set_words (self, title, sentence);
  return GTK_WIDGET (self);
}

void
kd_empty_page_set_words (KdEmptyPage *self,
                         const char *title,
                         const char *sentence)
{
  /* The description is markup, the title isn't. */
  g_autofree char *safe_sentence = sentence != NULL ? g_markup_escape_text (sentence, -1) : NULL;

  g_return_if_fail (KD_IS_EMPTY_PAGE (self));

  adw_status_page_set_title (self->page, title);
  adw_status_page_set_description (self->page, safe_sentence);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
}

static GtkWidget *
put_button (KdEmptyPage *self,
            GtkWidget **button,
            const char *label,
            const char *command)
{
  if (*button != NULL)
    gtk_box_remove (GTK_BOX (self->box), *button);
  *button = kd_action_button_new (command, KD_ACTION_LABEL);
  if (label != NULL)
    kd_action_button_set_text (KD_ACTION_BUTTON (*button), label);
  gtk_widget_set_halign (*button, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->box), *button);
  if (self->link != NULL)
    gtk_box_reorder_child_after (GTK_BOX (self->box), self->link,
                                 self->primary);
  return *button;
}

void
kd_empty_page_set_primary (KdEmptyPage *self,
                           const char *label,
                           const char *command)
{
  GtkWidget *button;

  g_return_if_fail (KD_IS_EMPTY_PAGE (self));

  button = put_button (self, &self->primary, label, command);
  gtk_widget_add_css_class (button, "suggested-action");
  gtk_widget_add_css_class (button, "pill");
}

void
kd_empty_page_set_link (KdEmptyPage *self,
                        const char *label,
                        const char *command)
{
  g_return_if_fail (KD_IS_EMPTY_PAGE (self));
  gtk_widget_add_css_class (put_button (self, &self->link, label, command), "flat");
}
