/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-action-button.h"

#include "kd-announce.h"
#include "kd-command.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define REASON_WIDTH_CHARS 32

struct _KdActionButton {
  GtkButton parent_instance;

  char *name; /* detailed */
  char *text; /* (nullable) */
  GVariant *param;
  KdActionLook look;
  KdCommandGroup *group; /* (owned) (nullable) while rooted */
  const KdCommand *command;
  GtkWidget *popover; /* (nullable) made when first refused */
};

G_DEFINE_FINAL_TYPE (KdActionButton, kd_action_button, GTK_TYPE_BUTTON)

static void
show_content (KdActionButton *self)
{
  const char *text = self->text != NULL ? self->text : _(self->command->title);
  const char *icon = self->command->icon;

  if (self->look == KD_ACTION_LABEL || icon == NULL)
    gtk_button_set_label (GTK_BUTTON (self), text);
  else if (self->look == KD_ACTION_ICON)
    gtk_button_set_icon_name (GTK_BUTTON (self), icon);
  else
    {
      GtkWidget *content = adw_button_content_new ();

      adw_button_content_set_icon_name (ADW_BUTTON_CONTENT (content), icon);
      adw_button_content_set_label (ADW_BUTTON_CONTENT (content), text);
      gtk_button_set_child (GTK_BUTTON (self), content);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
show_state (KdActionButton *self)
{
  g_autofree char *accel = kd_command_accel_label (self->command);
  g_autofree char *tip = NULL;
  const char *text = self->text != NULL ? self->text : _(self->command->title);
  const char *reason;
  KdCommandState state = kd_command_group_get_state (self->group, self->command, &reason);

  gtk_widget_set_visible (GTK_WIDGET (self), state != KD_COMMAND_HIDDEN);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_DISABLED,
                               state != KD_COMMAND_ENABLED, -1);
  if (state == KD_COMMAND_REFUSED)
    {
      gtk_widget_add_css_class (GTK_WIDGET (self), "kd-refused");
      gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                      reason, -1);
      gtk_widget_set_tooltip_text (GTK_WIDGET (self), reason);
      return;
    }
  gtk_widget_remove_css_class (GTK_WIDGET (self), "kd-refused");
  gtk_accessible_reset_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
  if (accel != NULL)
    tip = g_strdup_printf ("%s (%s)", text, accel);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self),
                               tip != NULL                    ? tip
                               : self->look == KD_ACTION_ICON ? text
                                                              : NULL);
}

static void
find_command (KdActionButton *self)
{
  KdCommandGroup *group;
  const KdCommand *command = kd_command_find (GTK_WIDGET (self), self->name, &group);

  if (command == NULL || (self->group == group && self->command == command))
    return;
  if (self->group != NULL)
    g_signal_handlers_disconnect_by_data (self->group, self);
  g_set_object (&self->group, group);
  self->command = command;
  g_signal_connect_swapped (group, "changed", G_CALLBACK (show_state), self);
  show_content (self);
  show_state (self);
}

static void
show_reason (KdActionButton *self,
             const char *reason)
{
  GtkWidget *label;

  if (self->popover == NULL)
    {
      self->popover = gtk_popover_new ();
      label = gtk_label_new (NULL);
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_max_width_chars (GTK_LABEL (label), REASON_WIDTH_CHARS);
      gtk_popover_set_child (GTK_POPOVER (self->popover), label);
      gtk_widget_add_css_class (self->popover, "kd-reason");
      gtk_widget_set_parent (self->popover, GTK_WIDGET (self));
    }
  label = gtk_popover_get_child (GTK_POPOVER (self->popover));
  gtk_label_set_text (GTK_LABEL (label), reason);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->popover), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  reason, -1);
  gtk_popover_popup (GTK_POPOVER (self->popover));
  kd_announce (GTK_WIDGET (self), reason);
}

static void
kd_action_button_clicked (GtkButton *button)
{
  KdActionButton *self = KD_ACTION_BUTTON (button);
  g_autoptr (KdCommandGroup) group = NULL;
  const char *reason;

  if (self->group == NULL)
    return;
  group = g_object_ref (self->group);
  kd_command_group_update (group);
  if (kd_command_group_get_state (group, self->command, &reason) == KD_COMMAND_REFUSED)
    show_reason (self, reason);
  else
    kd_command_group_activate (group, self->command->name, self->param, GTK_WIDGET (self));
}

static void
kd_action_button_root (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (kd_action_button_parent_class)->root (widget);
  find_command (KD_ACTION_BUTTON (widget));
}

static void
kd_action_button_map (GtkWidget *widget)
{
  find_command (KD_ACTION_BUTTON (widget));
  GTK_WIDGET_CLASS (kd_action_button_parent_class)->map (widget);
}

static void
forget_command (KdActionButton *self)
{
  if (self->group != NULL)
    g_signal_handlers_disconnect_by_data (self->group, self);
  g_clear_object (&self->group);
  self->command = NULL;
}

static void
kd_action_button_unroot (GtkWidget *widget)
{
  forget_command (KD_ACTION_BUTTON (widget));
  GTK_WIDGET_CLASS (kd_action_button_parent_class)->unroot (widget);
}

static void
kd_action_button_dispose (GObject *object)
{
  KdActionButton *self = KD_ACTION_BUTTON (object);

  forget_command (self);
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  G_OBJECT_CLASS (kd_action_button_parent_class)->dispose (object);
}

static void
kd_action_button_finalize (GObject *object)
{
  KdActionButton *self = KD_ACTION_BUTTON (object);

  g_free (self->name);
  g_free (self->text);
  g_clear_pointer (&self->param, g_variant_unref);
  G_OBJECT_CLASS (kd_action_button_parent_class)->finalize (object);
}

static void
kd_action_button_class_init (KdActionButtonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = kd_action_button_dispose;
  object_class->finalize = kd_action_button_finalize;
  widget_class->root = kd_action_button_root;
  widget_class->unroot = kd_action_button_unroot;
  widget_class->map = kd_action_button_map;
  GTK_BUTTON_CLASS (klass)->clicked = kd_action_button_clicked;
}

static void
kd_action_button_init (KdActionButton *self)
{
}

GtkWidget *
kd_action_button_new (const char *command,
                      KdActionLook look)
{
  KdActionButton *self = g_object_new (KD_TYPE_ACTION_BUTTON, NULL);

  self->name = g_strdup (command);
  self->look = look;
  return GTK_WIDGET (self);
}

void
kd_action_button_set_look (KdActionButton *self,
                           KdActionLook look)
{
  g_return_if_fail (KD_IS_ACTION_BUTTON (self));

  if (self->look == look)
    return;
  self->look = look;
  if (self->group != NULL)
    {
      show_content (self);
      show_state (self);
    }
}

void
kd_action_button_set_text (KdActionButton *self,
                           const char *text)
{
  g_return_if_fail (KD_IS_ACTION_BUTTON (self));

  g_free (self->text);
  self->text = g_strdup (text);
  if (self->group != NULL)
    {
      show_content (self);
      show_state (self);
    }
}

void
kd_action_button_set_param (KdActionButton *self,
                            GVariant *param)
{
  g_return_if_fail (KD_IS_ACTION_BUTTON (self));

  g_clear_pointer (&self->param, g_variant_unref);
  if (param != NULL)
    self->param = g_variant_ref_sink (param);
}
