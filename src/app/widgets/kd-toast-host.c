/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-toast-host.h"

#include "kd-announce.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define SAY_SECONDS 5
#define UNDO_SECONDS 10
#define ROOT_KEY "kd-toast-host" /* at the window: the host of what stands beside it */

struct _KdToastHost {
  GtkWidget parent_instance;

  AdwToastOverlay *overlay;
  AdwToast *undo; /* (owned) (nullable) on show now */
  AdwToast *said; /* (owned) (nullable) */
  char *said_text;
};

G_DEFINE_FINAL_TYPE (KdToastHost, kd_toast_host, GTK_TYPE_WIDGET)

static AdwToast *
make_toast (const char *text,
            unsigned seconds)
{
  /* Titles are Pango markup, our texts hold what people typed. */
  g_autofree char *markup = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (markup);

  adw_toast_set_timeout (toast, seconds);
  return toast;
}

static void
dismissed_cb (AdwToast *toast,
              KdToastHost *self)
{
  g_signal_handlers_disconnect_by_func (toast, dismissed_cb, self);
  if (self->undo == toast)
    g_clear_object (&self->undo);
  if (self->said == toast)
    {
      g_clear_object (&self->said);
      g_clear_pointer (&self->said_text, g_free);
    }
}

static void
show (KdToastHost *self,
      AdwToast *toast,
      const char *text)
{
  g_signal_connect (toast, "dismissed", G_CALLBACK (dismissed_cb), self);
  adw_toast_overlay_add_toast (self->overlay, toast);
  kd_announce (GTK_WIDGET (self), text);
}

static void
forget (KdToastHost *self,
        AdwToast **toast)
{
  g_autoptr (AdwToast) old = g_steal_pointer (toast);

  if (old == NULL)
    return;
  g_signal_handlers_disconnect_by_func (old, dismissed_cb, self);
  adw_toast_dismiss (old);
}

static void
show_clicked_cb (GtkButton *button,
                 AdwToast *toast)
{
  adw_toast_dismiss (toast);
}

/* An AdwToast has one button; the second one stands beside the words. */
static void
add_show_button (AdwToast *toast,
                 const char *text,
                 const char *target)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (text);
  GtkWidget *button = gtk_button_new ();
  GtkWidget *words = gtk_label_new_with_mnemonic (_("_Show"));

  /* Both give way in a narrow window with large text. */
  gtk_label_set_ellipsize (GTK_LABEL (words), PANGO_ELLIPSIZE_END);
  gtk_button_set_child (GTK_BUTTON (button), words);
  gtk_label_set_mnemonic_widget (GTK_LABEL (words), button);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "heading");
  gtk_widget_set_tooltip_text (label, text);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.open-target");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", target);
  g_signal_connect_object (button, "clicked", G_CALLBACK (show_clicked_cb), toast, G_CONNECT_AFTER);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), button);
  adw_toast_set_custom_title (toast, box);
}

static void
kd_toast_host_root (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (kd_toast_host_parent_class)->root (widget);
  g_object_set_data (G_OBJECT (gtk_widget_get_root (widget)), ROOT_KEY, widget);
}

static void
kd_toast_host_unroot (GtkWidget *widget)
{
  GObject *root = G_OBJECT (gtk_widget_get_root (widget));

  if (g_object_get_data (root, ROOT_KEY) == widget)
    g_object_set_data (root, ROOT_KEY, NULL);
  GTK_WIDGET_CLASS (kd_toast_host_parent_class)->unroot (widget);
}

static void
kd_toast_host_dispose (GObject *object)
{
  KdToastHost *self = KD_TOAST_HOST (object);

  for (unsigned i = 0; i < 2; i++)
    {
      AdwToast **toast = i == 0 ? &self->undo : &self->said;

      if (*toast != NULL)
        g_signal_handlers_disconnect_by_func (*toast, dismissed_cb, self);
      g_clear_object (toast);
    }
  g_clear_pointer (&self->said_text, g_free);
  if (self->overlay != NULL)
    gtk_widget_unparent (GTK_WIDGET (g_steal_pointer (&self->overlay)));
  G_OBJECT_CLASS (kd_toast_host_parent_class)->dispose (object);
}

static void
kd_toast_host_class_init (KdToastHostClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = kd_toast_host_dispose;
  GTK_WIDGET_CLASS (klass)->root = kd_toast_host_root;
  GTK_WIDGET_CLASS (klass)->unroot = kd_toast_host_unroot;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
kd_toast_host_init (KdToastHost *self)
{
  self->overlay = ADW_TOAST_OVERLAY (adw_toast_overlay_new ());
  gtk_widget_set_parent (GTK_WIDGET (self->overlay), GTK_WIDGET (self));
}

GtkWidget *
kd_toast_host_new (void)
{
  return g_object_new (KD_TYPE_TOAST_HOST, NULL);
}

void
kd_toast_host_set_child (KdToastHost *self,
                         GtkWidget *child)
{
  g_return_if_fail (KD_IS_TOAST_HOST (self));
  adw_toast_overlay_set_child (self->overlay, child);
}

KdToastHost *
kd_toast_host_find (GtkWidget *widget)
{
  GtkWidget *host = gtk_widget_get_ancestor (widget, KD_TYPE_TOAST_HOST);
  GtkRoot *root = host == NULL ? gtk_widget_get_root (widget) : NULL;

  if (root != NULL)
    host = g_object_get_data (G_OBJECT (root), ROOT_KEY);
  return host != NULL ? KD_TOAST_HOST (host) : NULL;
}

void
kd_toast_host_say (KdToastHost *self,
                   const char *text)
{
  g_return_if_fail (KD_IS_TOAST_HOST (self));
  kd_toast_host_say_action (self, text, NULL, NULL, NULL);
}

void
kd_toast_host_say_action (KdToastHost *self,
                          const char *text,
                          const char *label,
                          const char *action_name,
                          GVariant *target)
{
  g_autoptr (GVariant) value = target != NULL ? g_variant_ref_sink (target) : NULL;
  AdwToast *toast;

  g_return_if_fail (KD_IS_TOAST_HOST (self) && text != NULL);

  if (self->said != NULL && g_strcmp0 (self->said_text, text) == 0)
    return;
  forget (self, &self->said);
  g_free (self->said_text);
  self->said_text = g_strdup (text);
  toast = make_toast (text, SAY_SECONDS);
  if (label != NULL)
    {
      adw_toast_set_button_label (toast, label);
      adw_toast_set_action_name (toast, action_name);
      adw_toast_set_action_target_value (toast, value);
    }
  self->said = g_object_ref (toast);
  show (self, toast, text);
}

void
kd_toast_host_offer_undo (KdToastHost *self,
                          const char *text,
                          const char *operation,
                          const char *show_target)
{
  AdwToast *toast;

  g_return_if_fail (KD_IS_TOAST_HOST (self) && text != NULL && operation != NULL);

  forget (self, &self->undo);
  toast = make_toast (text, UNDO_SECONDS);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_set_button_label (toast, _("_Undo"));
  adw_toast_set_action_name (toast, "win.undo-operation");
  adw_toast_set_action_target (toast, "s", operation);
  if (show_target != NULL)
    add_show_button (toast, text, show_target);
  self->undo = g_object_ref (toast);
  show (self, toast, text);
}

void
kd_toast_host_withdraw_undo (KdToastHost *self)
{
  g_return_if_fail (KD_IS_TOAST_HOST (self));
  forget (self, &self->undo);
}
