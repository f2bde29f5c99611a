/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-pane-test.h"

#include "kd-page.h"
#include "kd-toast-host.h"

/* Longer than the time between two refreshes of a list. */
#define SETTLE_MS 300

static KdPaneTest *
test_new (KdTestStore *store,
          GtkWidget *(*create) (KdSession *session))
{
  KdPaneTest *self = g_new0 (KdPaneTest, 1);

  self->store = store;
  self->sync = kd_fake_sync_new ();
  self->services.sync = KD_SYNC_CONTROL (self->sync);
  self->create = create;
  return self;
}

KdPaneTest *
kd_pane_test_new (GtkWidget *(*create) (KdSession *session))
{
  return test_new (kd_test_store_new (1), create);
}

KdPaneTest *
kd_pane_test_new_threaded (GtkWidget *(*create) (KdSession *session))
{
  return test_new (kd_test_store_new_threaded (1), create);
}

static void
loaded_cb (GObject *source,
           GAsyncResult *result,
           gpointer data)
{
  g_autoptr (GError) error = NULL;

  kd_session_load_finish (KD_SESSION (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

static gboolean
is_true (gpointer data)
{
  return *(gboolean *) data;
}

void
kd_pane_test_show (KdPaneTest *self,
                   int width,
                   int height)
{
  gboolean loaded = FALSE;

  self->session = kd_session_new (self->store->store);
  kd_session_set_services (self->session, &self->services);
  kd_session_load_async (self->session, NULL, loaded_cb, &loaded);
  kd_test_wait (is_true, &loaded);
  self->pane = self->create (self->session);
  kd_page_set_roles (KD_PAGE (self->pane), 1u << KD_ROLE_OWNER);
  self->host = kd_toast_host_new ();
  kd_toast_host_set_child (KD_TOAST_HOST (self->host), self->pane);
  self->window = kd_test_window (self->host, width, height);
  kd_pane_test_settle (self);
}

static gboolean
time_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

void
kd_pane_test_settle (KdPaneTest *self)
{
  gboolean over = FALSE;

  kd_test_settle ();
  g_timeout_add (SETTLE_MS, time_cb, &over);
  kd_test_wait (is_true, &over);
  kd_test_settle ();
  if (self->window != NULL)
    kd_test_draw (self->window);
}

void
kd_pane_test_key (KdPaneTest *self,
                  const char *keys)
{
  kd_test_key (self->window, keys);
  kd_pane_test_settle (self);
}

void
kd_pane_test_hide (KdPaneTest *self)
{
  if (self->window == NULL)
    return;
  kd_test_close (self->window, self->pane, NULL);
  self->window = self->pane = self->host = NULL;
  kd_session_close (self->session);
  kd_pane_test_settle (self);
  g_assert_finalize_object (self->session);
  self->session = NULL;
}

void
kd_pane_test_free (KdPaneTest *self)
{
  kd_pane_test_hide (self);
  kd_test_store_free (self->store);
  g_assert_finalize_object (self->sync);
  g_free (self);
}

static GtkWidget *
find_named (GtkWidget *root,
            GType type,
            const char *name)
{
  if (!gtk_widget_get_mapped (root))
    return NULL;
  if (G_TYPE_CHECK_INSTANCE_TYPE (root, type) && GTK_IS_ACCESSIBLE (root))
    {
      g_autofree char *wrong
        = gtk_test_accessible_check_property (GTK_ACCESSIBLE (root), GTK_ACCESSIBLE_PROPERTY_LABEL, name);

      if (wrong == NULL)
        return root;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_named (child, type, name);

      if (found != NULL)
        return found;
    }
  return NULL;
}

GtkWidget *
kd_pane_test_named (GtkWidget *root,
                    GType type,
                    const char *name)
{
  GtkWidget *found = find_named (root, type, name);

  if (found == NULL)
    g_test_message ("Nothing is named “%s”", name);
  g_assert_nonnull (found);
  return found;
}
