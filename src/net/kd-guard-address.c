/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-guard-address.h"

struct _KdGuardAddress
{
  GNetworkAddress parent_instance;
  KdGuard *guard;
  int refused;   /* atomic: looked up on whatever thread connects */
  int passed;
};

static void connectable_init (GSocketConnectableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (KdGuardAddress,
                               kd_guard_address,
                               G_TYPE_NETWORK_ADDRESS,
                               G_IMPLEMENT_INTERFACE (G_TYPE_SOCKET_CONNECTABLE, connectable_init))

/* ---- the addresses of one look-up, without the refused ones ---- */

#define KD_TYPE_GUARD_ENUMERATOR (kd_guard_enumerator_get_type ())
G_DECLARE_FINAL_TYPE (KdGuardEnumerator,
                      kd_guard_enumerator,
                      KD,
                      GUARD_ENUMERATOR,
                      GSocketAddressEnumerator)

struct _KdGuardEnumerator
{
  GSocketAddressEnumerator parent_instance;
  GSocketAddressEnumerator *inner;
  KdGuardAddress *owner;
};

G_DEFINE_FINAL_TYPE (KdGuardEnumerator, kd_guard_enumerator, G_TYPE_SOCKET_ADDRESS_ENUMERATOR)

/* Takes @address and gives it back if it may be used. */
static GSocketAddress *
pass (KdGuardEnumerator *self,
      GSocketAddress *address)
{
  GInetSocketAddress *inet = G_IS_INET_SOCKET_ADDRESS (address) ? G_INET_SOCKET_ADDRESS (address)
                                                                : NULL;

  if (inet
      && kd_guard_may_connect (self->owner->guard, g_inet_socket_address_get_address (inet),
                               g_inet_socket_address_get_port (inet)))
    {
      g_atomic_int_set (&self->owner->passed, 1);
      return address;
    }
  g_atomic_int_set (&self->owner->refused, 1);
  g_object_unref (address);
  return NULL;
}

static void
set_refused (KdGuardEnumerator *self,
             GError **error)
{
  if (kd_guard_address_was_refused (self->owner))
    g_set_error (error, KD_GUARD_ERROR, KD_GUARD_ERROR_ADDRESS,
                 "The address leads into a private network");
}

static GSocketAddress *
next (GSocketAddressEnumerator *enumerator,
      GCancellable *cancellable,
      GError **error)
{
  KdGuardEnumerator *self = KD_GUARD_ENUMERATOR (enumerator);
  g_autoptr (GError) local = NULL;
  GSocketAddress *address;

  while ((address = g_socket_address_enumerator_next (self->inner, cancellable, &local)))
    if ((address = pass (self, address)))
      return address;
  if (local)
    g_propagate_error (error, g_steal_pointer (&local));
  else
    set_refused (self, error);
  return NULL;
}

static void
next_cb (GObject *source,
         GAsyncResult *result,
         gpointer data)
{
  g_autoptr (GTask) task = data;
  KdGuardEnumerator *self = g_task_get_source_object (task);
  GError *error = NULL;
  GSocketAddress *address
      = g_socket_address_enumerator_next_finish (self->inner, result, &error);

  if (address)
    {
      address = pass (self, address);
      if (address)
        g_task_return_pointer (task, address, g_object_unref);
      else
        g_socket_address_enumerator_next_async (self->inner, g_task_get_cancellable (task), next_cb,
                                                g_object_ref (task));
      return;
    }
  if (!error)
    set_refused (self, &error);
  if (error)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, NULL, NULL);
}

static void
next_async (GSocketAddressEnumerator *enumerator,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer data)
{
  KdGuardEnumerator *self = KD_GUARD_ENUMERATOR (enumerator);
  GTask *task = g_task_new (self, cancellable, callback, data);

  g_task_set_source_tag (task, next_async);
  g_socket_address_enumerator_next_async (self->inner, cancellable, next_cb, task);
}

static GSocketAddress *
next_finish (GSocketAddressEnumerator *enumerator,
             GAsyncResult *result,
             GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
kd_guard_enumerator_finalize (GObject *object)
{
  KdGuardEnumerator *self = KD_GUARD_ENUMERATOR (object);

  g_clear_object (&self->inner);
  g_clear_object (&self->owner);
  G_OBJECT_CLASS (kd_guard_enumerator_parent_class)->finalize (object);
}

static void
kd_guard_enumerator_class_init (KdGuardEnumeratorClass *klass)
{
  GSocketAddressEnumeratorClass *enumerator_class = G_SOCKET_ADDRESS_ENUMERATOR_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = kd_guard_enumerator_finalize;
  enumerator_class->next = next;
  enumerator_class->next_async = next_async;
  enumerator_class->next_finish = next_finish;
}

static void
kd_guard_enumerator_init (KdGuardEnumerator *self)
{
}

/* ---- the address ---- */

static GSocketConnectableIface *parent_iface;

static GSocketAddressEnumerator *
enumerate (GSocketConnectable *connectable)
{
  KdGuardEnumerator *self = g_object_new (KD_TYPE_GUARD_ENUMERATOR, NULL);

  self->owner = g_object_ref (KD_GUARD_ADDRESS (connectable));
  self->inner = parent_iface->enumerate (connectable);
  return G_SOCKET_ADDRESS_ENUMERATOR (self);
}

static void
connectable_init (GSocketConnectableIface *iface)
{
  parent_iface = g_type_interface_peek_parent (iface);
  iface->enumerate = enumerate;
  /* A proxy would look the name up itself, and out of sight. */
  iface->proxy_enumerate = enumerate;
}

static void
kd_guard_address_finalize (GObject *object)
{
  KdGuardAddress *self = KD_GUARD_ADDRESS (object);

  g_clear_pointer (&self->guard, kd_guard_unref);
  G_OBJECT_CLASS (kd_guard_address_parent_class)->finalize (object);
}

static void
kd_guard_address_class_init (KdGuardAddressClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kd_guard_address_finalize;
}

static void
kd_guard_address_init (KdGuardAddress *self)
{
}

KdGuardAddress *
kd_guard_address_new (KdGuard *guard,
                      const char *host,
                      guint16 port,
                      const char *scheme)
{
  KdGuardAddress *self = g_object_new (KD_TYPE_GUARD_ADDRESS, "hostname", host, "port", (guint) port,
                                       "scheme", scheme, NULL);

  self->guard = kd_guard_ref (guard);
  return self;
}

gboolean
kd_guard_address_was_refused (KdGuardAddress *self)
{
  return g_atomic_int_get (&self->refused) && !g_atomic_int_get (&self->passed);
}
