/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-activity-bar.h"

#include "kd-announce.h"
#include "kd-widgets.h"

#include <glib/gi18n.h>

struct _KdActivityBar {
  GtkWidget parent_instance;

  GtkWidget *icon; /* of an outcome */
  GtkWidget *title;
  GtkWidget *words;
  GtkWidget *progress;
  GtkWidget *cancel;
  GtkWidget *action;
};

G_DEFINE_FINAL_TYPE (KdActivityBar, kd_activity_bar, GTK_TYPE_WIDGET)

enum { CANCEL, ACTION, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
cancel_cb (GtkButton *button,
           KdActivityBar *self)
{
  /* It stops at the end of a step; pressing again would say nothing more. */
  gtk_widget_set_sensitive (self->cancel, FALSE);
  g_signal_emit (self, signals[CANCEL], 0);
}

static void
action_cb (GtkButton *button,
           KdActivityBar *self)
{
  g_signal_emit (self, signals[ACTION], 0);
}

static void
kd_activity_bar_dispose (GObject *object)
{
  kd_widgets_unparent_children (GTK_WIDGET (object));
  G_OBJECT_CLASS (kd_activity_bar_parent_class)->dispose (object);
}

static void
kd_activity_bar_class_init (KdActivityBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = kd_activity_bar_dispose;
  signals[CANCEL] = g_signal_new ("cancel", KD_TYPE_ACTIVITY_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
  signals[ACTION] = g_signal_new ("action", KD_TYPE_ACTIVITY_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "activitybar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
kd_activity_bar_init (KdActivityBar *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  self->icon = gtk_image_new ();
  self->title = gtk_label_new (NULL);
  self->words = gtk_label_new (NULL);
  self->progress = gtk_progress_bar_new ();
  self->cancel = gtk_button_new_from_icon_name ("process-stop-symbolic");
  self->action = gtk_button_new ();

  gtk_label_set_xalign (GTK_LABEL (self->title), 0);
  gtk_label_set_wrap (GTK_LABEL (self->title), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->words), 0);
  gtk_label_set_wrap (GTK_LABEL (self->words), TRUE);
  gtk_widget_add_css_class (self->title, "heading");
  gtk_widget_add_css_class (self->words, "kd-small");
  gtk_widget_add_css_class (self->words, "kd-numeric");
  gtk_widget_set_hexpand (box, TRUE);
  gtk_box_append (GTK_BOX (box), self->title);
  gtk_box_append (GTK_BOX (box), self->progress);
  gtk_box_append (GTK_BOX (box), self->words);

  gtk_widget_add_css_class (self->cancel, "flat");
  gtk_widget_set_valign (self->cancel, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->action, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (self->cancel, _("Stop"));
  gtk_widget_set_visible (self->icon, FALSE);
  gtk_widget_set_visible (self->action, FALSE);
  g_signal_connect (self->cancel, "clicked", G_CALLBACK (cancel_cb), self);
  g_signal_connect (self->action, "clicked", G_CALLBACK (action_cb), self);
  gtk_widget_set_parent (self->icon, GTK_WIDGET (self));
  gtk_widget_set_parent (box, GTK_WIDGET (self));
  gtk_widget_set_parent (self->action, GTK_WIDGET (self));
  gtk_widget_set_parent (self->cancel, GTK_WIDGET (self));
}

GtkWidget *
kd_activity_bar_new (void)
{
  return g_object_new (KD_TYPE_ACTIVITY_BAR, NULL);
}

static void
set_words (KdActivityBar *self,
           const char *title,
           const char *words)
{
  g_autofree char *stop = g_strdup_printf (_("Stop: %s"), title);

  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_label_set_text (GTK_LABEL (self->words), words != NULL ? words : "");
  gtk_widget_set_visible (self->words, words != NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  title, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->cancel), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  stop, -1);
}

void
kd_activity_bar_set_progress (KdActivityBar *self,
                              const char *title,
                              const char *words,
                              uint64_t done,
                              uint64_t total)
{
  g_return_if_fail (KD_IS_ACTIVITY_BAR (self));

  set_words (self, title, words);
  gtk_widget_set_visible (self->icon, FALSE);
  gtk_widget_set_visible (self->action, FALSE);
  gtk_widget_set_visible (self->progress, TRUE);
  if (total == 0)
    gtk_progress_bar_pulse (GTK_PROGRESS_BAR (self->progress));
  else
    gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress),
                                   MIN (1.0, (double) done / (double) total));
}

void
kd_activity_bar_set_can_cancel (KdActivityBar *self,
                                gboolean can_cancel)
{
  g_return_if_fail (KD_IS_ACTIVITY_BAR (self));
  gtk_widget_set_visible (self->cancel, can_cancel);
  gtk_widget_set_sensitive (self->cancel, can_cancel);
}

void
kd_activity_bar_set_outcome (KdActivityBar *self,
                             const char *title,
                             const char *words,
                             KdTone tone,
                             const char *button)
{
  static const char *const icons[] = {
    [KD_TONE_NEUTRAL] = "dialog-information-symbolic",
    [KD_TONE_ACCENT] = "dialog-information-symbolic",
    [KD_TONE_GOOD] = "emblem-ok-symbolic",
    [KD_TONE_WARNING] = "dialog-warning-symbolic",
    [KD_TONE_BAD] = "dialog-error-symbolic",
  };

  g_return_if_fail (KD_IS_ACTIVITY_BAR (self));

  set_words (self, title, words);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), icons[tone]);
  gtk_widget_set_visible (self->icon, TRUE);
  gtk_widget_set_visible (self->progress, FALSE);
  gtk_widget_set_visible (self->cancel, FALSE);
  gtk_widget_set_visible (self->action, button != NULL);
  gtk_button_set_label (GTK_BUTTON (self->action), button != NULL ? button : "");
  kd_announce (GTK_WIDGET (self), title);
}
