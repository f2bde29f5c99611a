/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-catalog-pane.h"

#include "kd-catalog-private.h"
#include "kd-catalog-resources.h"
#include "kd-catalog-words.h"
#include "kd-css.h"
#include "kd-import-page.h"
#include "kd-split-view.h"
#include "kd-target.h"

#include <glib/gi18n.h>

#define PANE_NUMBER 4

G_DEFINE_FINAL_TYPE (KdCatalogPane, kd_catalog_pane, KD_TYPE_PANE)

KdProductForm *
kd_catalog_pane_get_form (KdCatalogPane *self)
{
  KdProductForm *form
    = self->editor != NULL ? kd_product_editor_get_form (KD_PRODUCT_EDITOR (self->editor)) : NULL;

  return form != NULL && kd_product_form_is_loaded (form) && !kd_product_form_is_gone (form) ? form : NULL;
}

void
kd_catalog_pane_open (KdCatalogPane *self,
                      const KdId *id,
                      gboolean begin)
{
  g_autofree char *target = kd_target_text (&kd_kind_product, id);

  kd_product_editor_set_product (KD_PRODUCT_EDITOR (self->editor), id, begin);
  kd_page_set_target (KD_PAGE (self), target);
  kd_page_update_commands (KD_PAGE (self));
}

void
kd_catalog_pane_close (KdCatalogPane *self)
{
  kd_product_editor_set_product (KD_PRODUCT_EDITOR (self->editor), NULL, FALSE);
  kd_split_view_set_show_detail (KD_SPLIT_VIEW (self->split), FALSE);
  kd_page_set_target (KD_PAGE (self), NULL);
  kd_page_update_commands (KD_PAGE (self));
}

/* ---- the list ---- */

static void
opened_cb (KdProductList *list,
           gpointer id,
           KdCatalogPane *self)
{
  kd_catalog_pane_open (self, id, FALSE);
}

static void
begun_cb (KdProductList *list,
          gpointer id,
          KdCatalogPane *self)
{
  kd_catalog_pane_open (self, id, FALSE);
  kd_split_view_set_show_detail (KD_SPLIT_VIEW (self->split), TRUE);
}

static void
activated_cb (KdProductList *list,
              KdCatalogPane *self)
{
  kd_split_view_set_show_detail (KD_SPLIT_VIEW (self->split), TRUE);
  kd_product_editor_focus (KD_PRODUCT_EDITOR (self->editor));
}

static void
in_window_cb (KdProductList *list,
              gpointer id,
              KdCatalogPane *self)
{
  g_autofree char *target = kd_target_text (&kd_kind_product, id);

  kd_page_open (KD_PAGE (self), target, TRUE);
}

static void
update_cb (KdCatalogPane *self)
{
  kd_page_update_commands (KD_PAGE (self));
}

static void
saved_cb (KdProductEditor *editor,
          KdCatalogPane *self)
{
  KdProductForm *form = kd_product_editor_get_form (editor);

  if (self->list != NULL && form != NULL)
    kd_product_list_show (KD_PRODUCT_LIST (self->list), kd_product_form_get_id (form));
}

static void
map_cb (GtkWidget *widget,
        gpointer data)
{
  KdCatalogPane *self = KD_CATALOG_PANE (widget);

  if (self->list != NULL)
    kd_product_list_set_active (KD_PRODUCT_LIST (self->list), GPOINTER_TO_INT (data));
}

/* ---- a page's part ---- */

static const KdCommand *
kd_catalog_pane_get_commands (KdPage *page,
                              unsigned *ret_n)
{
  return kd_catalog_commands (ret_n);
}

static void
resolved_cb (KdOpenRecord *record,
             KdCatalogPane *self)
{
  const KdVariant *variant = (const KdVariant *) kd_open_record_get_record (record);
  KdId product;

  if (!kd_open_record_is_loaded (record))
    return;
  g_signal_handlers_disconnect_by_data (record, self);
  if (variant != NULL)
    {
      product = variant->product;
      kd_catalog_pane_open (self, &product, FALSE);
      if (self->list != NULL)
        kd_product_list_show (KD_PRODUCT_LIST (self->list), &product);
      kd_split_view_set_show_detail (KD_SPLIT_VIEW (self->split), TRUE);
    }
  g_clear_object (&self->resolving);
}

static void
stop_resolving (KdCatalogPane *self)
{
  if (self->resolving != NULL)
    g_signal_handlers_disconnect_by_data (self->resolving, self);
  g_clear_object (&self->resolving);
}

static void
resolve_variant (KdCatalogPane *self,
                 const KdId *id)
{
  self->resolving = kd_open_record_get (self->session, &kd_kind_variant, id);
  g_signal_connect (self->resolving, "changed", G_CALLBACK (resolved_cb), self);
  if (kd_open_record_is_loaded (self->resolving))
    resolved_cb (self->resolving, self);
}

static gboolean
kd_catalog_pane_show_target (KdPage *page,
                             const char *text)
{
  KdCatalogPane *self = KD_CATALOG_PANE (page);
  g_auto (KdTarget) target = { 0 };

  if (!kd_target_parse (text, &target))
    return FALSE;
  stop_resolving (self);
  kd_catalog_import_leave (self);
  if (target.kind == &kd_kind_category && self->list != NULL)
    {
      kd_product_list_set_category (KD_PRODUCT_LIST (self->list), &target.id);
      kd_split_view_set_show_detail (KD_SPLIT_VIEW (self->split), FALSE);
      return TRUE;
    }
  if (target.kind == &kd_kind_variant)
    {
      resolve_variant (self, &target.id);
      return TRUE;
    }
  if (target.kind != &kd_kind_product)
    return FALSE;
  kd_catalog_pane_open (self, &target.id, FALSE);
  if (self->list != NULL)
    kd_product_list_show (KD_PRODUCT_LIST (self->list), &target.id);
  kd_split_view_set_show_detail (KD_SPLIT_VIEW (self->split), TRUE);
  return TRUE;
}

static void
kd_catalog_pane_focus_default (KdPage *page)
{
  KdCatalogPane *self = KD_CATALOG_PANE (page);

  if (self->import_page != NULL && gtk_stack_get_visible_child (GTK_STACK (self->stack)) == self->import_page)
    kd_import_page_focus (KD_IMPORT_PAGE (self->import_page));
  else if (self->list != NULL && !kd_split_view_get_collapsed (KD_SPLIT_VIEW (self->split)))
    kd_product_list_focus (KD_PRODUCT_LIST (self->list));
  else if (self->list != NULL && !kd_split_view_get_show_detail (KD_SPLIT_VIEW (self->split)))
    kd_product_list_focus (KD_PRODUCT_LIST (self->list));
  else
    kd_product_editor_focus (KD_PRODUCT_EDITOR (self->editor));
}

static gboolean
kd_catalog_pane_search_focus (KdPage *page)
{
  KdCatalogPane *self = KD_CATALOG_PANE (page);

  if (self->list == NULL)
    return FALSE;
  kd_catalog_import_leave (self);
  kd_split_view_set_show_detail (KD_SPLIT_VIEW (self->split), FALSE);
  kd_product_list_search_focus (KD_PRODUCT_LIST (self->list));
  return TRUE;
}

static GVariant *
kd_catalog_pane_save_state (KdPage *page)
{
  KdCatalogPane *self = KD_CATALOG_PANE (page);
  KdProductForm *form = kd_product_editor_get_form (KD_PRODUCT_EDITOR (self->editor));
  g_auto (GVariantDict) state;
  g_autoptr (GVariant) list = NULL;

  g_variant_dict_init (&state, NULL);
  if (form != NULL)
    g_variant_dict_insert_value (&state, "product",
                                 g_variant_new_take_string (kd_id_dup_text (kd_product_form_get_id (form))));
  if (self->list != NULL)
    {
      list = kd_product_list_save_state (KD_PRODUCT_LIST (self->list));
      g_variant_dict_insert_value (&state, "list", list);
    }
  g_variant_dict_insert (&state, "detail", "b", kd_split_view_get_show_detail (KD_SPLIT_VIEW (self->split)));
  return g_variant_ref_sink (g_variant_dict_end (&state));
}

static void
kd_catalog_pane_restore_state (KdPage *page,
                               GVariant *state)
{
  KdCatalogPane *self = KD_CATALOG_PANE (page);
  g_auto (GVariantDict) dict;
  g_autoptr (GVariant) list = NULL;
  const char *text;
  gboolean detail;
  KdId id;

  if (!g_variant_is_of_type (state, G_VARIANT_TYPE_VARDICT))
    return;
  g_variant_dict_init (&dict, state);
  list = g_variant_dict_lookup_value (&dict, "list", G_VARIANT_TYPE_VARDICT);
  if (list != NULL && self->list != NULL)
    kd_product_list_restore_state (KD_PRODUCT_LIST (self->list), list);
  if (g_variant_dict_lookup (&dict, "product", "&s", &text) && kd_id_parse (text, &id))
    kd_catalog_pane_open (self, &id, FALSE);
  if (g_variant_dict_lookup (&dict, "detail", "b", &detail))
    kd_split_view_set_show_detail (KD_SPLIT_VIEW (self->split), detail);
}

static void
kd_catalog_pane_dispose (GObject *object)
{
  KdCatalogPane *self = KD_CATALOG_PANE (object);

  stop_resolving (self);
  kd_catalog_import_dispose (self);
  if (self->editor != NULL)
    g_signal_handlers_disconnect_by_data (self->editor, self);
  if (self->list != NULL)
    g_signal_handlers_disconnect_by_data (self->list, self);
  self->editor = self->list = NULL;
  G_OBJECT_CLASS (kd_catalog_pane_parent_class)->dispose (object);
}

static void
kd_catalog_pane_finalize (GObject *object)
{
  g_clear_object (&KD_CATALOG_PANE (object)->session);
  G_OBJECT_CLASS (kd_catalog_pane_parent_class)->finalize (object);
}

static void
kd_catalog_pane_class_init (KdCatalogPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  KdPageClass *page_class = KD_PAGE_CLASS (klass);

  object_class->dispose = kd_catalog_pane_dispose;
  object_class->finalize = kd_catalog_pane_finalize;
  page_class->get_commands = kd_catalog_pane_get_commands;
  page_class->reason_text = kd_catalog_reason;
  page_class->show_target = kd_catalog_pane_show_target;
  page_class->focus_default = kd_catalog_pane_focus_default;
  page_class->search_focus = kd_catalog_pane_search_focus;
  page_class->save_state = kd_catalog_pane_save_state;
  page_class->restore_state = kd_catalog_pane_restore_state;
  /* Naming the resource keeps the linker from dropping it out of a static library. */
  g_resources_register (kd_catalog_get_resource ());
  kd_css_load ("/id/kedai/catalog/style.css");
}

static void
kd_catalog_pane_init (KdCatalogPane *self)
{
  self->split = kd_split_view_new ();
  self->stack = gtk_stack_new ();
  gtk_stack_set_hhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_stack_set_vhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_stack_add_child (GTK_STACK (self->stack), self->split);
  g_signal_connect (self, "map", G_CALLBACK (map_cb), GINT_TO_POINTER (TRUE));
  g_signal_connect (self, "unmap", G_CALLBACK (map_cb), GINT_TO_POINTER (FALSE));
}

static void
add_list (KdCatalogPane *self,
          GMenuModel *menu)
{
  self->list = kd_product_list_new (self->session, menu);
  g_signal_connect (self->list, "opened", G_CALLBACK (opened_cb), self);
  g_signal_connect (self->list, "begun", G_CALLBACK (begun_cb), self);
  g_signal_connect (self->list, "activated", G_CALLBACK (activated_cb), self);
  g_signal_connect (self->list, "open-in-window", G_CALLBACK (in_window_cb), self);
  g_signal_connect_swapped (self->list, "selection-changed", G_CALLBACK (update_cb), self);
  kd_split_view_set_list (KD_SPLIT_VIEW (self->split), self->list);
  g_object_bind_property (self->split, "collapsed", kd_product_list_get_view (KD_PRODUCT_LIST (self->list)),
                          "click-opens", G_BINDING_SYNC_CREATE);
}

static GtkWidget *
make_pane (KdSession *session,
           gboolean single)
{
  KdCatalogPane *self = g_object_new (KD_TYPE_CATALOG_PANE, "number", PANE_NUMBER, "icon-name",
                                      "kd-catalog-symbolic", "title", _("Catalog"), NULL);
  g_autoptr (GMenuModel) menu = kd_catalog_product_menu ();
  GtkWidget *back = kd_split_view_back_button_new (KD_SPLIT_VIEW (self->split));

  self->session = g_object_ref (session);
  self->single = single;
  if (single)
    adw_bin_set_child (ADW_BIN (self), self->stack);
  else
    {
      GtkWidget *overlay = gtk_overlay_new ();

      gtk_overlay_set_child (GTK_OVERLAY (overlay), self->stack);
      adw_bin_set_child (ADW_BIN (self), overlay);
      kd_catalog_import_accept_drops (self, overlay);
      add_list (self, menu);
    }
  self->editor = kd_product_editor_new (session, back, menu);
  g_signal_connect_swapped (self->editor, "changed", G_CALLBACK (update_cb), self);
  g_signal_connect (self->editor, "saved", G_CALLBACK (saved_cb), self);
  kd_split_view_set_detail (KD_SPLIT_VIEW (self->split), self->editor);
  update_cb (self);
  return GTK_WIDGET (self);
}

GtkWidget *
kd_catalog_pane_new (KdSession *session)
{
  return make_pane (session, FALSE);
}

GtkWidget *
kd_product_page_new (KdSession *session)
{
  return make_pane (session, TRUE);
}
