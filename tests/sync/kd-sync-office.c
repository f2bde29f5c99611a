/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-sync-office.h"

static void
moved_cb (gpointer data,
          const KdId *shop,
          gint64 seq,
          const KdId *epoch)
{
}

KdOffice *
kd_office_new (guint64 seed,
            guint n)
{
  KdOffice *office = g_new0 (KdOffice, 1);

  office->world = kd_sync_world_new (seed);
  office->world->shop.moved = moved_cb;
  office->time = kd_fake_time_new (office->world);
  office->transports = g_ptr_array_new_with_free_func (g_object_unref);
  office->engines = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < n; i++)
    {
      KdSyncDevice *device = kd_sync_world_add_device (office->world, i == 1 ? &office->world->agent : &office->world->owner);
      KdFakeTransport *transport = kd_fake_transport_new (device);
      KdSyncOptions options = { .context = g_main_context_default (), .timers = kd_fake_time_get_timers (office->time),
                                .media_folder = office->world->folder };

      /* the engine applies on its own: which snapshot base is, is known at the end */
      device->base_head = -1;
      g_ptr_array_add (office->transports, transport);
      g_ptr_array_add (office->engines, kd_sync_engine_new (device->store, KD_SYNC_TRANSPORT (transport), &options));
      kd_sync_engine_start (office->engines->pdata[i]);
    }
  kd_fake_time_pass (office->time, 100);
  return office;
}

void
kd_office_free (KdOffice *office)
{
  for (guint i = 0; i < office->engines->len; i++)
    kd_sync_engine_stop (office->engines->pdata[i]);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_ptr_array_unref (office->engines);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_ptr_array_unref (office->transports);
  kd_fake_time_free (office->time);
  kd_sync_world_free (office->world);
  g_free (office);
}

KdSyncDevice *
kd_office_desk (KdOffice *office,
      guint i)
{
  return office->world->devices->pdata[i];
}

KdFakeTransport *
kd_office_line (KdOffice *office,
      guint i)
{
  return office->transports->pdata[i];
}

KdSyncStatus *
kd_office_status (KdOffice *office,
        guint i)
{
  return kd_sync_engine_get_status (office->engines->pdata[i]);
}

void
kd_office_assert_activity (KdOffice *office,
                 guint i,
                 KdSyncActivity activity)
{
  g_autoptr (KdSyncStatus) now = kd_office_status (office, i);
  g_assert_cmpint (now->activity, ==, activity);
}

gint64
kd_office_waiting (KdOffice *office,
         guint i)
{
  return kd_sync_device_count (kd_office_desk (office, i), "SELECT count(*) FROM outbox");
}

void
kd_office_pass (KdOffice *office,
      gint64 ms)
{
  kd_fake_time_pass (office->time, ms);
  kd_fake_world_moved (office->world, office->transports);
  kd_fake_time_pass (office->time, 0);
}

void
kd_office_settle (KdOffice *office)
{
  for (guint i = 0; i < office->world->devices->len; i++)
    kd_office_desk (office, i)->base_head = -1;
  kd_sync_world_settle (office->world);
}

KdId
kd_office_add_category (KdOffice *office,
                        guint i)
{
  return kd_sync_device_add_category (kd_office_desk (office, i), "Kopi");
}
