/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-desktop-notifier.h"

#include <glib/gi18n.h>
#include <libnotify/notify.h>

struct _KdDesktopNotifier
{
  GObject parent_instance;

  GHashTable *shown;    /* (owned): tag -> NotifyNotification */
  char *icon_name;
  gboolean sound;
};

static void notifier_iface_init (KdNotifierInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KdDesktopNotifier, kd_desktop_notifier, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (KD_TYPE_NOTIFIER, notifier_iface_init))

static void
action_cb (NotifyNotification *notification,
           char *action,
           gpointer data)
{
  KdNotifier *self = data;

  kd_notifier_emit_activated (self, g_object_get_data (G_OBJECT (notification), "target"));
}

static void
notifier_show (KdNotifier *notifier,
               const char *tag,
               const char *title,
               const char *body,
               const char *target)
{
  KdDesktopNotifier *self = KD_DESKTOP_NOTIFIER (notifier);
  NotifyNotification *notification = g_hash_table_lookup (self->shown, tag);
  g_autofree char *escaped = g_markup_escape_text (body, -1);
  g_autoptr (GError) error = NULL;

  if (!notify_is_initted ())
    return;
  if (notification == NULL)
    {
      notification = notify_notification_new (title, escaped, self->icon_name);
      g_hash_table_insert (self->shown, g_strdup (tag), notification);
      notify_notification_add_action (notification, "default", _("Open"), action_cb, self, NULL);
      notify_notification_set_hint (notification, "desktop-entry", g_variant_new_string (KD_APP_ID));
      notify_notification_set_category (notification, "im.received");
    }
  else
    notify_notification_update (notification, title, escaped, self->icon_name);
  g_object_set_data_full (G_OBJECT (notification), "target", g_strdup (target), g_free);
  notify_notification_set_hint (notification, "suppress-sound", g_variant_new_boolean (!self->sound));
  if (!notify_notification_show (notification, &error))
    g_debug ("no notification: %s", error->message);
}

static void
notifier_withdraw (KdNotifier *notifier,
                   const char *tag)
{
  KdDesktopNotifier *self = KD_DESKTOP_NOTIFIER (notifier);
  NotifyNotification *notification = g_hash_table_lookup (self->shown, tag);

  if (notification == NULL)
    return;
  notify_notification_close (notification, NULL);
  g_hash_table_remove (self->shown, tag);
}

static void
notifier_iface_init (KdNotifierInterface *iface)
{
  iface->show = notifier_show;
  iface->withdraw = notifier_withdraw;
}

static void
kd_desktop_notifier_finalize (GObject *object)
{
  KdDesktopNotifier *self = KD_DESKTOP_NOTIFIER (object);

  g_hash_table_unref (self->shown);
  g_free (self->icon_name);
  if (notify_is_initted ())
    notify_uninit ();
  G_OBJECT_CLASS (kd_desktop_notifier_parent_class)->finalize (object);
}

static void
kd_desktop_notifier_class_init (KdDesktopNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kd_desktop_notifier_finalize;
}

static void
kd_desktop_notifier_init (KdDesktopNotifier *self)
{
  self->shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->sound = TRUE;
}

KdNotifier *
kd_desktop_notifier_new (const char *app_name,
                         const char *icon_name)
{
  KdDesktopNotifier *self = g_object_new (KD_TYPE_DESKTOP_NOTIFIER, NULL);

  self->icon_name = g_strdup (icon_name);
  notify_init (app_name);
  return KD_NOTIFIER (self);
}

void
kd_desktop_notifier_set_sound (KdDesktopNotifier *self,
                               gboolean sound)
{
  self->sound = sound;
}
