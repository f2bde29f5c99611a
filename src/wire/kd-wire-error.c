/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-wire-error.h"

typedef struct
{
  const char *code;
  char *path;
  gsize position;
} KdWireErrorPrivate;

static void
kd_wire_error_private_init (KdWireErrorPrivate *priv)
{
  priv->code = "";
}

static void
kd_wire_error_private_copy (const KdWireErrorPrivate *from,
                            KdWireErrorPrivate *to)
{
  to->code = from->code;
  to->path = g_strdup (from->path);
  to->position = from->position;
}

static void
kd_wire_error_private_clear (KdWireErrorPrivate *priv)
{
  g_free (priv->path);
}

G_DEFINE_EXTENDED_ERROR (KdWireError, kd_wire_error)

void
kd_wire_set_error (GError **error,
                   KdWireError kind,
                   const char *code,
                   const char *path,
                   gsize position)
{
  KdWireErrorPrivate *priv;

  if (error == NULL)
    return;
  if (path == NULL)
    path = "";
  if (kind == KD_WIRE_ERROR_JSON)
    g_set_error (error, KD_WIRE_ERROR, kind, "%s at byte %" G_GSIZE_FORMAT "%s%s", code, position,
                 *path != '\0' ? " in " : "", path);
  else
    g_set_error (error, KD_WIRE_ERROR, kind, "%s%s%s", code, *path != '\0' ? " in " : "", path);
  priv = kd_wire_error_get_private (*error);
  priv->code = code;
  priv->path = g_strdup (path);
  priv->position = position;
}

const char *
kd_wire_error_get_code (const GError *error)
{
  const KdWireErrorPrivate *priv = kd_wire_error_get_private (error);
  return priv->code;
}

const char *
kd_wire_error_get_path (const GError *error)
{
  const KdWireErrorPrivate *priv = kd_wire_error_get_private (error);
  return priv->path != NULL ? priv->path : "";
}

gsize
kd_wire_error_get_position (const GError *error)
{
  const KdWireErrorPrivate *priv = kd_wire_error_get_private (error);
  return priv->position;
}
