/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-page.h"

#include "kd-toast-host.h"

typedef struct {
  GCancellable *cancellable;
  KdCommandGroup *commands;
  char *title;
  char *target;
  unsigned roles;
} KdPagePrivate;

G_DEFINE_TYPE_WITH_PRIVATE (KdPage, kd_page, ADW_TYPE_BIN)

enum { PROP_0, PROP_TITLE, PROP_TARGET, PROP_ROLES, N_PROPS };
static GParamSpec *props[N_PROPS];

static KdPagePrivate *
priv_of (KdPage *self)
{
  return kd_page_get_instance_private (self);
}

static const KdCommand *
kd_page_real_get_commands (KdPage *self,
                           unsigned *ret_n)
{
  *ret_n = 0;
  return NULL;
}

static void
kd_page_real_focus_default (KdPage *self)
{
  gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
}

static void
kd_page_constructed (GObject *object)
{
  KdPage *self = KD_PAGE (object);
  KdPageClass *klass = KD_PAGE_GET_CLASS (self);
  unsigned n;
  const KdCommand *commands;

  G_OBJECT_CLASS (kd_page_parent_class)->constructed (object);

  commands = klass->get_commands (self, &n);
  priv_of (self)->commands = kd_command_group_new ("page", commands, n, object);
  kd_command_group_set_reason_text (priv_of (self)->commands, klass->reason_text);
  kd_command_group_set_roles (priv_of (self)->commands, priv_of (self)->roles);
  kd_command_group_attach (priv_of (self)->commands, GTK_WIDGET (self));
}

static void
kd_page_get_property (GObject *object,
                      guint id,
                      GValue *value,
                      GParamSpec *pspec)
{
  KdPagePrivate *priv = priv_of (KD_PAGE (object));

  switch (id)
    {
    case PROP_TITLE: g_value_set_string (value, priv->title); break;
    case PROP_TARGET: g_value_set_string (value, priv->target); break;
    case PROP_ROLES: g_value_set_uint (value, priv->roles); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
kd_page_set_property (GObject *object,
                      guint id,
                      const GValue *value,
                      GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_TITLE: kd_page_set_title (KD_PAGE (object), g_value_get_string (value)); break;
    case PROP_ROLES: kd_page_set_roles (KD_PAGE (object), g_value_get_uint (value)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
kd_page_dispose (GObject *object)
{
  KdPagePrivate *priv = priv_of (KD_PAGE (object));

  g_cancellable_cancel (priv->cancellable);
  g_clear_object (&priv->commands);
  G_OBJECT_CLASS (kd_page_parent_class)->dispose (object);
}

static void
kd_page_finalize (GObject *object)
{
  KdPagePrivate *priv = priv_of (KD_PAGE (object));

  g_clear_object (&priv->cancellable);
  g_free (priv->title);
  g_free (priv->target);
  G_OBJECT_CLASS (kd_page_parent_class)->finalize (object);
}

static void
kd_page_class_init (KdPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags both = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->constructed = kd_page_constructed;
  object_class->get_property = kd_page_get_property;
  object_class->set_property = kd_page_set_property;
  object_class->dispose = kd_page_dispose;
  object_class->finalize = kd_page_finalize;
  klass->get_commands = kd_page_real_get_commands;
  klass->focus_default = kd_page_real_focus_default;

  props[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, both);
  props[PROP_TARGET]
    = g_param_spec_string ("target", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_ROLES] = g_param_spec_uint ("roles", NULL, NULL, 0, G_MAXUINT, G_MAXUINT, both);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
kd_page_init (KdPage *self)
{
  priv_of (self)->cancellable = g_cancellable_new ();
  priv_of (self)->roles = ~0u;
}

GCancellable *
kd_page_get_cancellable (KdPage *self)
{
  return priv_of (self)->cancellable;
}

KdCommandGroup *
kd_page_get_commands (KdPage *self)
{
  return priv_of (self)->commands;
}

const char *
kd_page_get_title (KdPage *self)
{
  return priv_of (self)->title;
}

void
kd_page_set_title (KdPage *self,
                   const char *title)
{
  KdPagePrivate *priv = priv_of (self);

  g_return_if_fail (KD_IS_PAGE (self));

  if (g_strcmp0 (priv->title, title) == 0)
    return;
  g_free (priv->title);
  priv->title = g_strdup (title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  title != NULL ? title : "", -1);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TITLE]);
}

unsigned
kd_page_get_roles (KdPage *self)
{
  return priv_of (self)->roles;
}

void
kd_page_set_roles (KdPage *self,
                   unsigned roles)
{
  KdPagePrivate *priv = priv_of (self);

  g_return_if_fail (KD_IS_PAGE (self));

  if (priv->roles == roles)
    return;
  priv->roles = roles;
  if (priv->commands != NULL)
    kd_command_group_set_roles (priv->commands, roles);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ROLES]);
}

gboolean
kd_page_show_target (KdPage *self,
                     const char *target)
{
  KdPageClass *klass = KD_PAGE_GET_CLASS (self);

  g_return_val_if_fail (KD_IS_PAGE (self) && target != NULL, FALSE);

  if (klass->show_target == NULL || !klass->show_target (self, target))
    return FALSE;
  kd_page_set_target (self, target);
  return TRUE;
}

const char *
kd_page_get_target (KdPage *self)
{
  return priv_of (self)->target;
}

void
kd_page_set_target (KdPage *self,
                    const char *target)
{
  KdPagePrivate *priv = priv_of (self);

  g_return_if_fail (KD_IS_PAGE (self));

  if (g_strcmp0 (priv->target, target) == 0)
    return;
  g_free (priv->target);
  priv->target = g_strdup (target);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TARGET]);
}

void
kd_page_focus_default (KdPage *self)
{
  KD_PAGE_GET_CLASS (self)->focus_default (self);
}

gboolean
kd_page_search_focus (KdPage *self)
{
  KdPageClass *klass = KD_PAGE_GET_CLASS (self);

  return klass->search_focus != NULL && klass->search_focus (self);
}

GVariant *
kd_page_save_state (KdPage *self)
{
  KdPageClass *klass = KD_PAGE_GET_CLASS (self);
  GVariant *state = klass->save_state != NULL ? klass->save_state (self) : NULL;

  return state != NULL ? g_variant_take_ref (state) : NULL;
}

void
kd_page_restore_state (KdPage *self,
                       GVariant *state)
{
  KdPageClass *klass = KD_PAGE_GET_CLASS (self);

  if (klass->restore_state != NULL && state != NULL)
    klass->restore_state (self, state);
}

void
kd_page_update_commands (KdPage *self)
{
  if (priv_of (self)->commands != NULL)
    kd_command_group_update (priv_of (self)->commands);
}

void
kd_page_open (KdPage *self,
              const char *target,
              gboolean in_new_window)
{
  gtk_widget_activate_action (GTK_WIDGET (self),
                              in_new_window ? "win.open-target-in-window" : "win.open-target", "s",
                              target);
}

void
kd_page_say (KdPage *self,
             const char *text)
{
  KdToastHost *host = kd_toast_host_find (GTK_WIDGET (self));

  if (host != NULL)
    kd_toast_host_say (host, text);
}
