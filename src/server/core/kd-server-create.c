/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-server-private.h"

#include "kd-slug.h"
#include "kd-storage.h"
#include "kd-text.h"

#include <sodium.h>
#include <string.h>

/* Making a shop: its file first, its directory entry last. */

#define SLUG_TRIES 1000
#define DEFAULT_LOCATION "Toko"

typedef struct
{
  KdServer *server;
  KdServerShop *shop;     /* not in the directory yet */
  char *claim;            /* its id as text: nobody makes it twice at once */
  KdControlShop *entry;
  KdShopNew what;         /* owned texts */
  KdShopFill fill;
  KdServerCreatedFunc done;
  gpointer user_data;
} Create;

static void
create_free (Create *create)
{
  char **texts[] = { (char **) &create->what.name, (char **) &create->what.slug, (char **) &create->what.currency,
                     (char **) &create->what.region, (char **) &create->what.timezone, (char **) &create->what.language,
                     (char **) &create->what.owner_name, (char **) &create->what.location };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (*texts[i]);
  kd_control_shop_free (create->entry);
  g_free (create->claim);
  if (create->shop != NULL)
    {
      kd_control_shop_free (create->shop->entry);
      g_free (create->shop->path);
      g_free (create->shop);
    }
  g_free (create);
}

static void
create_end (Create *create,
            const KdShop *shop,
            const GError *error)
{
  g_hash_table_remove (create->server->claimed, create->what.slug);
  g_hash_table_remove (create->server->claimed, create->claim);
  create->done (shop, error, create->user_data);
  create_free (create);
}

static gboolean
add_entry (KdSqlConnection *connection,
           const KdControl *control,
           gpointer data,
           GError **error)
{
  Create *create = data;

  /* the member first: an entry without one would be a shop that nobody finds */
  return kd_control_add_user_shop (connection, &create->what.owner, &create->entry->id, error)
         && kd_control_add_shop (connection, control, create->entry, error);
}

static void
entry_added_cb (gpointer data,
                const GError *error,
                gpointer user_data)
{
  Create *create = data;
  KdServerShop *shop;

  if (error != NULL)
    {
      kd_storage_remove (create->shop->path);
      create_end (create, NULL, error);
      return;
    }
  shop = g_steal_pointer (&create->shop);
  kd_server_enter_shop (create->server, shop);
  create_end (create, &shop->shop, NULL);
}

/* No commit of it need survive a power cut alone: without its directory entry the file is nothing. */
static gboolean
fill (Create *create,
      KdSqlConnection *connection,
      const KdShop *shop,
      GError **error)
{
  return kd_storage_fill_begin (connection, error)
         && create->fill.fill (connection, shop, &create->what.owner, create->fill.data, error)
         && kd_storage_fill_end (connection, error);
}

static gboolean
write_file (gpointer data,
            GError **error)
{
  Create *create = data;
  g_autoptr (KdSqlConnection) connection = kd_storage_open (create->shop->path, KD_STORAGE_CREATE, error);
  KdShop quiet = create->shop->shop;

  quiet.moved = NULL;
  if (create->fill.clock != NULL)
    {
      quiet.clock = create->fill.clock;
      quiet.clock_data = create->fill.data;
    }
  if (create->fill.random != NULL)
    {
      quiet.random = create->fill.random;
      quiet.random_data = create->fill.data;
    }
  return connection != NULL && kd_shop_schema_ensure (connection, create->shop->path, error)
         && kd_shop_create (connection, &quiet, &create->what, error)
         && (create->fill.fill == NULL || fill (create, connection, &quiet, error));
}

static void
file_written_cb (gpointer data,
                 const GError *error,
                 gpointer user_data)
{
  Create *create = data;

  if (error == NULL)
    {
      kd_server_run_control (create->server, add_entry, create, NULL, entry_added_cb, NULL);
      return;
    }
  kd_storage_remove (create->shop->path);
  create_end (create, NULL, error);
}

char *
kd_server_suggest_slug (KdServer *self,
                        const char *name)
{
  g_autofree char *folded = kd_text_fold (name);
  g_autoptr (GString) stem = g_string_new (NULL);

  for (const char *c = folded; *c != '\0' && stem->len < KD_SLUG_MAX - 5; c++)
    {
      if (g_ascii_isalnum (*c))
        g_string_append_c (stem, *c);
      else if (stem->len > 0 && stem->str[stem->len - 1] != '-')
        g_string_append_c (stem, '-');
    }
  while (stem->len > 0 && stem->str[stem->len - 1] == '-')
    g_string_truncate (stem, stem->len - 1);
  if (stem->len < KD_SLUG_MIN)
    g_string_prepend (stem, "toko-");
  while (stem->str[stem->len - 1] == '-')
    g_string_truncate (stem, stem->len - 1);
  for (guint i = 1; i < SLUG_TRIES; i++)
    {
      g_autofree char *slug = i == 1 ? g_strdup (stem->str) : g_strdup_printf ("%s-%u", stem->str, i);

      if (kd_slug_is_valid (slug) && !g_hash_table_contains (self->slugs, slug)
          && !g_hash_table_contains (self->claimed, slug))
        return g_steal_pointer (&slug);
    }
  return g_strdup_printf ("toko-%" G_GINT64_FORMAT, kd_server_get_now (self));
}

static void
copy_new (KdShopNew *to,
          const KdShopNew *from)
{
  to->owner = from->owner;
  to->name = g_strdup (from->name);
  to->currency = g_strdup (from->currency);
  to->region = g_strdup (from->region);
  to->timezone = g_strdup (from->timezone);
  to->language = g_strdup (from->language);
  to->owner_name = g_strdup (from->owner_name);
  to->location = g_strdup (from->location != NULL ? from->location : DEFAULT_LOCATION);
}

void
kd_server_create_shop (KdServer *self,
                       const KdId *id,
                       const KdShopNew *what,
                       const KdShopFill *fill,
                       KdServerCreatedFunc done,
                       gpointer user_data)
{
  g_autofree char *claim = kd_id_dup_text (id);
  Create *create;
  guint8 random[10];

  if (!kd_id_is_none (id) && g_hash_table_contains (self->shops, id))
    {
      done (kd_server_get_shop (self, id), NULL, user_data);
      return;
    }
  if (g_hash_table_contains (self->claimed, claim))
    {
      g_autoptr (GError) busy = g_error_new_literal (KD_CONTROL_ERROR, KD_CONTROL_ERROR_BUSY, "it is being made");

      done (NULL, busy, user_data);
      return;
    }
  if (what->slug != NULL
      && (g_hash_table_contains (self->slugs, what->slug) || g_hash_table_contains (self->claimed, what->slug)))
    {
      g_autoptr (GError) taken = g_error_new_literal (KD_CONTROL_ERROR, KD_CONTROL_ERROR_TAKEN, "taken");

      done (NULL, taken, user_data);
      return;
    }
  create = g_new0 (Create, 1);
  create->server = self;
  create->done = done;
  create->user_data = user_data;
  if (fill != NULL)
    create->fill = *fill;
  copy_new (&create->what, what);
  create->what.slug = what->slug != NULL ? g_strdup (what->slug) : kd_server_suggest_slug (self, what->name);
  create->entry = g_new0 (KdControlShop, 1);
  self->control.random (self->control.random_data, random, sizeof random);
  create->entry->id = kd_id_is_none (id) ? kd_id_make (kd_server_get_now (self), random) : *id;
  create->entry->slug = g_strdup (create->what.slug);
  create->entry->name = g_strdup (what->name);
  self->control.random (self->control.random_data, create->entry->key, sizeof create->entry->key);
  create->shop = kd_server_shop_new (self, create->entry);
  create->claim = kd_id_dup_text (&create->entry->id);
  g_hash_table_add (self->claimed, g_strdup (create->what.slug));
  g_hash_table_add (self->claimed, g_strdup (create->claim));
  kd_server_run_pool (self, write_file, create, NULL, file_written_cb, NULL);
}
