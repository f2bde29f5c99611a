/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-catalog-private.h"
#include "kd-split-view.h"
#include "kd-target.h"

#include <glib/gi18n.h>

#define STEP_NEXT 1
#define STEP_PREVIOUS (-1)

static guint64
count_selected (KdCatalogPane *self)
{
  return self->list != NULL ? kd_row_set_count (kd_product_list_get_row_set (KD_PRODUCT_LIST (self->list))) : 0;
}

static KdCommandState
refuse (const char **ret_reason,
        const char *reason)
{
  *ret_reason = reason;
  return KD_COMMAND_REFUSED;
}

/* ---- what may be done now ---- */

static KdCommandState
list_state (gpointer context,
            const char **ret_reason)
{
  return ((KdCatalogPane *) context)->list != NULL ? KD_COMMAND_ENABLED : KD_COMMAND_HIDDEN;
}

static KdCommandState
save_state (gpointer context,
            const char **ret_reason)
{
  KdProductForm *form = kd_catalog_pane_get_form (context);

  if (form == NULL)
    return refuse (ret_reason, "nothing.selected");
  if (!kd_product_form_is_dirty (form))
    return refuse (ret_reason, "nothing.typed");
  return KD_COMMAND_ENABLED;
}

static KdCommandState
status_state (KdCatalogPane *self,
              int wanted,
              const char **ret_reason)
{
  KdProductForm *form = kd_catalog_pane_get_form (self);

  if (count_selected (self) > 1)
    return KD_COMMAND_ENABLED;
  if (form == NULL)
    return refuse (ret_reason, "nothing.selected");
  if (wanted == KD_PRODUCT_ARCHIVED && kd_product_form_is_new (form))
    return refuse (ret_reason, "product.new");
  return kd_product_form_get_status (form) == wanted ? KD_COMMAND_HIDDEN : KD_COMMAND_ENABLED;
}

static KdCommandState
publish_state (gpointer context,
               const char **ret_reason)
{
  return status_state (context, KD_PRODUCT_ACTIVE, ret_reason);
}

static KdCommandState
archive_state (gpointer context,
               const char **ret_reason)
{
  return status_state (context, KD_PRODUCT_ARCHIVED, ret_reason);
}

static KdCommandState
unpublish_state (gpointer context,
                 const char **ret_reason)
{
  KdCatalogPane *self = context;

  return count_selected (self) > 1 ? KD_COMMAND_HIDDEN : status_state (self, KD_PRODUCT_DRAFT, ret_reason);
}

static KdCommandState
stored_state (gpointer context,
              const char **ret_reason)
{
  KdProductForm *form = kd_catalog_pane_get_form (context);

  if (form == NULL)
    return refuse (ret_reason, "nothing.selected");
  return kd_product_form_is_new (form) ? refuse (ret_reason, "product.new") : KD_COMMAND_ENABLED;
}

static KdCommandState
delete_state (gpointer context,
              const char **ret_reason)
{
  if (count_selected (context) > 1)
    return KD_COMMAND_ENABLED;
  return kd_catalog_pane_get_form (context) != NULL ? KD_COMMAND_ENABLED
                                                    : refuse (ret_reason, "nothing.selected");
}

static KdCommandState
window_state (gpointer context,
              const char **ret_reason)
{
  return ((KdCatalogPane *) context)->single ? KD_COMMAND_HIDDEN : stored_state (context, ret_reason);
}

/* ---- what is done ---- */

static void
run_new (gpointer context,
         GVariant *param)
{
  KdCatalogPane *self = context;
  KdId id = kd_session_new_id (self->session);

  kd_catalog_import_leave (self);
  kd_catalog_pane_open (self, &id, TRUE);
  kd_split_view_set_show_detail (KD_SPLIT_VIEW (self->split), TRUE);
  kd_product_editor_focus (KD_PRODUCT_EDITOR (self->editor));
}

static void
run_save (gpointer context,
          GVariant *param)
{
  kd_product_form_save (kd_catalog_pane_get_form (context), -1);
}

static void
run_discard (gpointer context,
             GVariant *param)
{
  KdCatalogPane *self = context;
  KdProductForm *form = kd_catalog_pane_get_form (self);
  gboolean fresh = kd_product_form_is_new (form);

  kd_product_form_discard (form);
  if (fresh)
    kd_catalog_pane_close (self);
}

static void
run_publish (gpointer context,
             GVariant *param)
{
  KdCatalogPane *self = context;

  if (count_selected (self) > 1)
    kd_catalog_bulk (self, KD_BULK_PUBLISH);
  else
    kd_product_form_save (kd_catalog_pane_get_form (self), KD_PRODUCT_ACTIVE);
}

static void
run_unpublish (gpointer context,
               GVariant *param)
{
  kd_product_form_save (kd_catalog_pane_get_form (context), KD_PRODUCT_DRAFT);
}

static void
run_archive (gpointer context,
             GVariant *param)
{
  KdCatalogPane *self = context;

  if (count_selected (self) > 1)
    kd_catalog_bulk (self, KD_BULK_ARCHIVE);
  else
    kd_product_form_save (kd_catalog_pane_get_form (self), KD_PRODUCT_ARCHIVED);
}

static void
run_delete (gpointer context,
            GVariant *param)
{
  KdCatalogPane *self = context;
  KdProductForm *form = kd_catalog_pane_get_form (self);

  if (form != NULL && kd_product_form_is_new (form) && count_selected (self) <= 1)
    run_discard (context, NULL);
  else
    kd_catalog_bulk (self, KD_BULK_DELETE);
}

static void
run_duplicate (gpointer context,
               GVariant *param)
{
  kd_catalog_duplicate (context);
}

static void
step (KdCatalogPane *self,
      int by)
{
  kd_catalog_import_leave (self);
  if (!kd_product_list_step (KD_PRODUCT_LIST (self->list), by))
    gtk_widget_error_bell (GTK_WIDGET (self));
}

static void
run_next (gpointer context,
          GVariant *param)
{
  step (context, STEP_NEXT);
}

static void
run_previous (gpointer context,
              GVariant *param)
{
  step (context, STEP_PREVIOUS);
}

static void
run_window (gpointer context,
            GVariant *param)
{
  KdProductForm *form = kd_catalog_pane_get_form (context);
  g_autofree char *target = kd_target_text (&kd_kind_product, kd_product_form_get_id (form));

  kd_page_open (KD_PAGE (context), target, TRUE);
}

static void
run_clear_filters (gpointer context,
                   GVariant *param)
{
  kd_product_list_clear_filters (KD_PRODUCT_LIST (((KdCatalogPane *) context)->list));
}

#define SECTION N_("Catalog")

static const KdCommand commands[] = {
  { .name = "new", .title = N_("New Product"), .keywords = N_("add create goods"), .icon = "list-add-symbolic",
    .section = SECTION, .accel = "<Control>n", .roles = KD_ROLES_MANAGERS, .run = run_new },
  { .name = "save", .title = N_("Save"), .section = SECTION, .accel = "<Control>s", .roles = KD_ROLES_MANAGERS,
    .state = save_state, .run = run_save },
  { .name = "discard", .title = N_("Discard"), .keywords = N_("draft forget typed"), .section = SECTION,
    .roles = KD_ROLES_MANAGERS, .state = save_state, .run = run_discard },
  { .name = "publish", .title = N_("Publish"), .keywords = N_("active sell show buyers"), .section = SECTION,
    .roles = KD_ROLES_MANAGERS, .state = publish_state, .run = run_publish },
  { .name = "unpublish", .title = N_("Back to Draft"), .keywords = N_("hide unpublish"), .section = SECTION,
    .roles = KD_ROLES_MANAGERS, .state = unpublish_state, .run = run_unpublish },
  { .name = "archive", .title = N_("Archive"), .keywords = N_("hide put away"), .section = SECTION,
    .roles = KD_ROLES_MANAGERS, .state = archive_state, .run = run_archive },
  { .name = "duplicate", .title = N_("Duplicate"), .keywords = N_("copy"), .section = SECTION,
    .accel = "<Control><Shift>d", .roles = KD_ROLES_MANAGERS, .state = stored_state, .run = run_duplicate },
  { .name = "delete", .title = N_("Delete"), .keywords = N_("remove"), .section = SECTION,
    .roles = KD_ROLES_MANAGERS, .state = delete_state, .run = run_delete },
  { .name = "next", .title = N_("Next Product"), .section = SECTION, .accel = "<Control>Page_Down",
    .state = list_state, .run = run_next },
  { .name = "previous", .title = N_("Previous Product"), .section = SECTION, .accel = "<Control>Page_Up",
    .state = list_state, .run = run_previous },
  { .name = "open-in-window", .title = N_("Open in a New Window"), .section = SECTION, .accel = "<Control><Shift>n",
    .state = window_state, .run = run_window },
  { .name = "import", .title = N_("Import Products…"), .keywords = N_("csv file woocommerce shopify list"),
    .icon = "document-open-symbolic", .section = SECTION, .accel = "<Control>i", .roles = KD_ROLES_MANAGERS,
    .state = list_state, .run = kd_catalog_run_import },
  { .name = "import-run", .title = N_("Import"), .section = SECTION, .accel = "<Control>Return",
    .roles = KD_ROLES_MANAGERS, .flags = KD_COMMAND_UNLISTED, .state = kd_catalog_import_run_state,
    .run = kd_catalog_run_import_run },
  { .name = "import-save-errors", .title = N_("Save Wrong Rows…"), .keywords = N_("errors csv file"),
    .section = SECTION, .state = kd_catalog_import_save_state, .run = kd_catalog_run_import_save },
  { .name = "import-close", .title = N_("Back to the Products"), .icon = "go-previous-symbolic", .section = SECTION,
    .accel = "Escape", .flags = KD_COMMAND_UNLISTED, .state = kd_catalog_import_close_state,
    .run = kd_catalog_run_import_close },
  { .name = "clear-filters", .title = N_("Clear Filters"), .section = SECTION, .flags = KD_COMMAND_UNLISTED,
    .state = list_state, .run = run_clear_filters },
};

const KdCommand *
kd_catalog_commands (unsigned *ret_n)
{
  *ret_n = G_N_ELEMENTS (commands);
  return commands;
}

/* Sections of names of commands, each section ending with NULL. */
static GMenuModel *
make_menu (const char *const names[][5],
           guint n)
{
  GMenu *menu = g_menu_new ();

  for (guint s = 0; s < n; s++)
    {
      g_autoptr (GMenu) section = g_menu_new ();

      for (guint i = 0; names[s][i] != NULL; i++)
        for (guint c = 0; c < G_N_ELEMENTS (commands); c++)
          if (g_str_equal (commands[c].name, names[s][i]))
            {
              g_autofree char *action = g_strconcat ("page.", commands[c].name, NULL);
              g_autoptr (GMenuItem) item = g_menu_item_new (_(commands[c].title), action);

              g_menu_item_set_attribute (item, "hidden-when", "s", "action-disabled");
              g_menu_append_item (section, item);
            }
      g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
    }
  return G_MENU_MODEL (menu);
}

GMenuModel *
kd_catalog_product_menu (void)
{
  static const char *const names[][5] = {
    { "publish", "unpublish", "archive", NULL }, { "duplicate", "open-in-window", NULL }, { "delete", NULL },
  };

  return make_menu (names, G_N_ELEMENTS (names));
}
