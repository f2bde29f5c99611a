/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-profile.h"

#include "kd-files.h"
#include "kd-random.h"
#include "kd-real-clock.h"

#include <string.h>

G_DEFINE_QUARK (kd-profile-error-quark, kd_profile_error)

#define GROUP "Profile"
#define NONCE_TEXT_LENGTH 32

char *
kd_profile_data_folder (const char *given,
                        GError **error)
{
  g_autofree char *folder = given != NULL ? g_strdup (given) : g_build_filename (g_get_user_data_dir (), "kedai", NULL);

  return kd_files_ensure_folder (folder, error) ? g_steal_pointer (&folder) : NULL;
}

char *
kd_profile_server_folder (const char *data)
{
  return g_build_filename (data, "server", NULL);
}

char *
kd_profile_media_folder (const char *data)
{
  return g_build_filename (data, "media", NULL);
}

KdProfile *
kd_profile_copy (const KdProfile *profile)
{
  KdProfile *copy = g_memdup2 (profile, sizeof *profile);

  copy->data = g_strdup (profile->data);
  copy->shop_name = g_strdup (profile->shop_name);
  copy->address = g_strdup (profile->address);
  copy->fingerprint = g_strdup (profile->fingerprint);
  return copy;
}

void
kd_profile_free (KdProfile *profile)
{
  if (profile == NULL)
    return;
  g_free (profile->data);
  g_free (profile->shop_name);
  g_free (profile->address);
  g_free (profile->fingerprint);
  g_free (profile);
}

static char *
path_of (const KdProfile *profile,
         const char *suffix)
{
  char shop[KD_ID_TEXT_LENGTH + 1], user[KD_ID_TEXT_LENGTH + 1];
  g_autofree char *name = g_strconcat (kd_id_to_text (&profile->user, user), suffix, NULL);

  return g_build_filename (profile->data, "profiles", kd_id_to_text (&profile->shop, shop), name, NULL);
}

char *
kd_profile_database (const KdProfile *profile)
{
  return path_of (profile, ".db");
}

static void
write_hex (const guint8 *bytes,
           gsize n,
           char *text)
{
  for (gsize i = 0; i < n; i++)
    g_snprintf (text + 2 * i, 3, "%02x", bytes[i]);
}

static gboolean
read_hex (const char *text,
          guint8 *bytes,
          gsize n)
{
  if (text == NULL || strlen (text) != 2 * n)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      int high = g_ascii_xdigit_value (text[2 * i]), low = g_ascii_xdigit_value (text[2 * i + 1]);

      if (high < 0 || low < 0)
        return FALSE;
      bytes[i] = (guint8) (high << 4 | low);
    }
  return TRUE;
}

static gboolean
read_id (GKeyFile *file,
         const char *key,
         KdId *ret_id)
{
  g_autofree char *text = g_key_file_get_string (file, GROUP, key, NULL);

  return kd_id_parse (text, ret_id);
}

/* NULL with @error where the file isn't a profile. */
static KdProfile *
load (const char *data,
      const char *path,
      GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (KdProfile) profile = g_new0 (KdProfile, 1);
  g_autofree char *nonce = NULL;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, error))
    return NULL;
  nonce = g_key_file_get_string (file, GROUP, "install-nonce", NULL);
  if (!read_id (file, "shop", &profile->shop) || !read_id (file, "user", &profile->user)
      || !read_id (file, "server", &profile->server)
      || !read_hex (nonce, profile->install_nonce, sizeof profile->install_nonce))
    {
      g_set_error (error, KD_PROFILE_ERROR, KD_PROFILE_ERROR_DAMAGED, "%s is no profile", path);
      return NULL;
    }
  profile->data = g_strdup (data);
  profile->shop_name = g_key_file_get_string (file, GROUP, "shop-name", NULL);
  profile->address = g_key_file_get_string (file, GROUP, "address", NULL);
  profile->fingerprint = g_key_file_get_string (file, GROUP, "fingerprint", NULL);
  profile->embedded = g_key_file_get_boolean (file, GROUP, "embedded", NULL);
  profile->used_at = g_key_file_get_int64 (file, GROUP, "used-at", NULL);
  return g_steal_pointer (&profile);
}

static int
compare_used (gconstpointer a,
              gconstpointer b)
{
  const KdProfile *x = *(KdProfile *const *) a, *y = *(KdProfile *const *) b;

  return x->used_at > y->used_at ? -1 : x->used_at < y->used_at;
}

static void
list_shop (const char *data,
           const char *folder,
           GPtrArray *profiles)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".ini"))
      {
        g_autofree char *path = g_build_filename (folder, name, NULL);
        KdProfile *profile = load (data, path, NULL);

        if (profile != NULL)
          g_ptr_array_add (profiles, profile);
      }
}

GPtrArray *
kd_profile_list (const char *data,
                 GError **error)
{
  GPtrArray *profiles = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_profile_free);
  g_autofree char *folder = g_build_filename (data, "profiles", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *shop = g_build_filename (folder, name, NULL);
      list_shop (data, shop, profiles);
    }
  g_ptr_array_sort (profiles, compare_used);
  return profiles;
}

KdProfile *
kd_profile_find (const char *data,
                 const char *shop,
                 GError **error)
{
  g_autoptr (GPtrArray) profiles = kd_profile_list (data, error);
  KdId id = KD_ID_NONE;

  if (profiles == NULL)
    return NULL;
  if (shop != NULL)
    kd_id_parse (shop, &id);
  for (guint i = 0; i < profiles->len; i++)
    {
      const KdProfile *profile = g_ptr_array_index (profiles, i);

      if (shop == NULL || kd_id_equal (&profile->shop, &id) || g_strcmp0 (profile->shop_name, shop) == 0)
        return kd_profile_copy (profile);
    }
  g_set_error (error, KD_PROFILE_ERROR, KD_PROFILE_ERROR_NONE, shop != NULL ? "no shop “%s” on this computer" : "no shop on this computer%s",
               shop != NULL ? shop : "");
  return NULL;
}

gboolean
kd_profile_save (const KdProfile *profile,
                 GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = path_of (profile, ".ini"), *folder = g_path_get_dirname (path), *text = NULL;
  char id[KD_ID_TEXT_LENGTH + 1], nonce[NONCE_TEXT_LENGTH + 1];
  gsize n;

  g_key_file_set_string (file, GROUP, "shop", kd_id_to_text (&profile->shop, id));
  g_key_file_set_string (file, GROUP, "user", kd_id_to_text (&profile->user, id));
  g_key_file_set_string (file, GROUP, "server", kd_id_to_text (&profile->server, id));
  g_key_file_set_string (file, GROUP, "shop-name", profile->shop_name != NULL ? profile->shop_name : "");
  g_key_file_set_string (file, GROUP, "address", profile->address != NULL ? profile->address : "");
  if (profile->fingerprint != NULL)
    g_key_file_set_string (file, GROUP, "fingerprint", profile->fingerprint);
  g_key_file_set_boolean (file, GROUP, "embedded", profile->embedded);
  write_hex (profile->install_nonce, sizeof profile->install_nonce, nonce);
  g_key_file_set_string (file, GROUP, "install-nonce", nonce);
  g_key_file_set_int64 (file, GROUP, "used-at", profile->used_at);
  text = g_key_file_to_data (file, &n, NULL);
  return kd_files_ensure_folder (folder, error) && kd_files_write (path, text, n, error);
}

gboolean
kd_profile_touch (KdProfile *profile,
                  gint64 now,
                  GError **error)
{
  profile->used_at = now;
  return kd_profile_save (profile, error);
}

KdLock *
kd_profile_lock (const KdProfile *profile,
                 guint wait_ms,
                 GError **error)
{
  g_autofree char *path = path_of (profile, ".lock");
  gint64 holder = 0;
  GError *failed = NULL;
  KdLock *lock = kd_lock_acquire (path, wait_ms, &holder, &failed);

  if (lock != NULL)
    return lock;
  if (g_error_matches (failed, KD_LOCK_ERROR, KD_LOCK_ERROR_HELD))
    g_set_error (error, KD_PROFILE_ERROR, KD_PROFILE_ERROR_IN_USE, "Kedai is open on this profile (process %" G_GINT64_FORMAT ")",
                 holder);
  else
    g_set_error_literal (error, KD_PROFILE_ERROR, KD_PROFILE_ERROR_OTHER, failed->message);
  g_error_free (failed);
  return NULL;
}

KdStore *
kd_profile_open_store (const KdProfile *profile,
                       KdStoreFlags flags,
                       GError **error)
{
  g_autofree char *path = kd_profile_database (profile);

  return kd_store_open (path, flags, kd_real_clock, NULL, kd_random, NULL, error);
}

/* ---- making one ---- */

typedef struct
{
  KdProfile *profile;
  KdRole role;
} Creation;

static void
creation_free (gpointer data)
{
  Creation *creation = data;

  kd_profile_free (creation->profile);
  g_free (creation);
}

static gboolean
write_identity (const KdProfile *profile,
                KdRole role,
                const KdDeviceAnswer *device,
                GError **error)
{
  g_autoptr (KdLock) lock = kd_profile_lock (profile, 0, error);
  g_autoptr (KdStore) store = NULL;
  KdStoreIdentity identity = { 0 };
  gboolean ok;

  if (lock == NULL)
    return FALSE;
  store = kd_profile_open_store (profile, KD_STORE_DEFAULT, error);
  if (store == NULL)
    return FALSE;
  identity.server_id = profile->server;
  identity.shop_id = profile->shop;
  identity.user_id = profile->user;
  identity.device_id = device->device_id;
  memcpy (identity.install_nonce, profile->install_nonce, sizeof identity.install_nonce);
  identity.letter = device->letter;
  identity.next_alias = device->next_alias;
  identity.role = role;
  identity.scopes = (KdScopes) device->scopes;
  ok = kd_store_set_identity (store, &identity, error);
  kd_store_close (store);
  return ok;
}

static void
registered_cb (GObject *source,
               GAsyncResult *result,
               gpointer data)
{
  g_autoptr (GTask) task = data;
  Creation *creation = g_task_get_task_data (task);
  KdProfile *profile = creation->profile;
  g_autoptr (KdDeviceAnswer) device = NULL;
  GError *error = NULL;

  device = kd_account_register_device_finish (KD_ACCOUNT (source), result, &error);
  if (device == NULL
      || !kd_profile_touch (profile, kd_real_clock (NULL), &error)
      || !write_identity (profile, creation->role, device, &error))
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, kd_profile_copy (profile), (GDestroyNotify) kd_profile_free);
}

void
kd_profile_create_async (const char *data,
                         KdAccount *account,
                         const KdAccountShop *shop,
                         gboolean embedded,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Creation *creation = g_new0 (Creation, 1);
  KdProfile *profile = creation->profile = g_new0 (KdProfile, 1);
  g_autoptr (KdDeviceRequest) request = kd_device_request_new ();
  g_autoptr (KdProfile) known = NULL;
  g_autofree char *path = NULL;

  g_task_set_source_tag (task, kd_profile_create_async);
  g_task_set_task_data (task, creation, creation_free);
  creation->role = shop->role;
  profile->data = g_strdup (data);
  profile->shop = shop->id;
  profile->user = kd_account_get_user (account);
  profile->server = kd_account_get_server (account);
  profile->shop_name = g_strdup (shop->name);
  profile->address = kd_account_dup_address (account);
  profile->fingerprint = kd_account_dup_fingerprint (account);
  profile->embedded = embedded;
  path = path_of (profile, ".ini");
  known = load (data, path, NULL);
  if (known != NULL)
    memcpy (profile->install_nonce, known->install_nonce, sizeof profile->install_nonce);
  else
    kd_random (NULL, profile->install_nonce, sizeof profile->install_nonce);
  memcpy (request->install_nonce.b, profile->install_nonce, sizeof request->install_nonce.b);
  request->app_version = g_strdup (KD_VERSION);
  request->next_alias = 1;
  kd_account_register_device_async (account, &shop->id, request, cancellable, registered_cb, task);
}

KdProfile *
kd_profile_create_finish (GAsyncResult *result,
                          GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
