/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-pane.h"

typedef struct {
  char *icon_name;
  unsigned number;
  unsigned badge;
} KdPanePrivate;

G_DEFINE_TYPE_WITH_PRIVATE (KdPane, kd_pane, KD_TYPE_PAGE)

enum { PROP_0, PROP_NUMBER, PROP_ICON_NAME, PROP_BADGE, N_PROPS };
static GParamSpec *props[N_PROPS];

static KdPanePrivate *
priv_of (KdPane *self)
{
  return kd_pane_get_instance_private (self);
}

static void
kd_pane_get_property (GObject *object,
                      guint id,
                      GValue *value,
                      GParamSpec *pspec)
{
  KdPanePrivate *priv = priv_of (KD_PANE (object));

  switch (id)
    {
    case PROP_NUMBER: g_value_set_uint (value, priv->number); break;
    case PROP_ICON_NAME: g_value_set_string (value, priv->icon_name); break;
    case PROP_BADGE: g_value_set_uint (value, priv->badge); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
kd_pane_set_property (GObject *object,
                      guint id,
                      const GValue *value,
                      GParamSpec *pspec)
{
  KdPane *self = KD_PANE (object);

  switch (id)
    {
    case PROP_NUMBER: kd_pane_set_number (self, g_value_get_uint (value)); break;
    case PROP_ICON_NAME: kd_pane_set_icon_name (self, g_value_get_string (value)); break;
    case PROP_BADGE: kd_pane_set_badge (self, g_value_get_uint (value)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
kd_pane_finalize (GObject *object)
{
  g_free (priv_of (KD_PANE (object))->icon_name);
  G_OBJECT_CLASS (kd_pane_parent_class)->finalize (object);
}

static void
kd_pane_class_init (KdPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags both = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = kd_pane_get_property;
  object_class->set_property = kd_pane_set_property;
  object_class->finalize = kd_pane_finalize;

  props[PROP_NUMBER] = g_param_spec_uint ("number", NULL, NULL, 0, 9, 0, both);
  props[PROP_ICON_NAME] = g_param_spec_string ("icon-name", NULL, NULL, NULL, both);
  props[PROP_BADGE] = g_param_spec_uint ("badge", NULL, NULL, 0, G_MAXUINT, 0, both);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
kd_pane_init (KdPane *self)
{
}

unsigned
kd_pane_get_number (KdPane *self)
{
  return priv_of (self)->number;
}

void
kd_pane_set_number (KdPane *self,
                    unsigned number)
{
  if (priv_of (self)->number == number)
    return;
  priv_of (self)->number = number;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NUMBER]);
}

const char *
kd_pane_get_icon_name (KdPane *self)
{
  return priv_of (self)->icon_name;
}

void
kd_pane_set_icon_name (KdPane *self,
                       const char *icon_name)
{
  KdPanePrivate *priv = priv_of (self);

  if (g_strcmp0 (priv->icon_name, icon_name) == 0)
    return;
  g_free (priv->icon_name);
  priv->icon_name = g_strdup (icon_name);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ICON_NAME]);
}

unsigned
kd_pane_get_badge (KdPane *self)
{
  return priv_of (self)->badge;
}

void
kd_pane_set_badge (KdPane *self,
                   unsigned badge)
{
  if (priv_of (self)->badge == badge)
    return;
  priv_of (self)->badge = badge;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_BADGE]);
}
