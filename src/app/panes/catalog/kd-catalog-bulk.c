/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-calls.h"
#include "kd-catalog-private.h"
#include "kd-catalog-words.h"
#include "kd-option-values.h"

#include <glib/gi18n.h>

/* What is done to several products at once, and copies. */

typedef struct
{
  KdCatalogPane *pane;    /* (owned) */
  KdBulk what;
} Bulk;

static void
bulk_free (Bulk *bulk)
{
  g_object_unref (bulk->pane);
  g_free (bulk);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Bulk, bulk_free)

static void
committed_cb (GObject *source,
              GAsyncResult *result,
              gpointer data)
{
  g_autoptr (KdCatalogPane) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (KdCommit) commit = kd_session_commit_finish (KD_SESSION (source), result, &error);

  if (commit != NULL && commit->refused >= 0 && self->editor != NULL)
    kd_page_say (KD_PAGE (self), kd_catalog_reason_or_code (commit->outcome.code));
}

static const char *
bulk_label (KdBulk what,
            guint n)
{
  switch (what)
    {
    case KD_BULK_PUBLISH: return n > 1 ? N_("Publish %s products") : N_("Publish %s");
    case KD_BULK_ARCHIVE: return n > 1 ? N_("Archive %s products") : N_("Archive %s");
    default: return n > 1 ? N_("Delete %s products") : N_("Delete %s");
    }
}

static void
add_status (GPtrArray *calls,
            const KdId *id,
            int status)
{
  KdCall *call = calls->len > 0 ? g_ptr_array_index (calls, calls->len - 1) : NULL;
  KdPartial *set = kd_partial_new (&kd_kind_product);

  if (call == NULL || kd_call_rows_count (call) >= KD_CALL_ROWS_MAX)
    {
      call = kd_call_rows_new ();
      g_ptr_array_add (calls, call);
    }
  *(int *) kd_partial_field (set, "status") = status;
  kd_call_rows_add (call, &kd_kind_product, id, set, NULL);
}

static void
commit_bulk (KdCatalogPane *self,
             KdBulk what,
             const KdId *ids,
             guint n,
             const char *name)
{
  g_autoptr (GPtrArray) calls = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_call_free);
  g_autofree char *count = g_strdup_printf ("%u", n);

  if (n == 0)
    return;
  for (guint i = 0; i < n; i++)
    if (what == KD_BULK_DELETE)
      g_ptr_array_add (calls, kd_call_product_delete (&ids[i]));
    else
      add_status (calls, &ids[i], what == KD_BULK_PUBLISH ? KD_PRODUCT_ACTIVE : KD_PRODUCT_ARCHIVED);
  kd_session_commit_async (self->session, bulk_label (what, n), n > 1 ? count : name, g_steal_pointer (&calls),
                           committed_cb, g_object_ref (self));
}

static void
ids_cb (GObject *source,
        GAsyncResult *result,
        gpointer data)
{
  g_autoptr (Bulk) bulk = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) ids = kd_row_set_ids_finish (KD_ROW_SET (source), result, &error);

  if (ids == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_message ("The selected products could not be read: %s", error->message);
      return;
    }
  commit_bulk (bulk->pane, bulk->what, (const KdId *) (gpointer) ids->data, ids->len, "");
}

void
kd_catalog_bulk (KdCatalogPane *self,
                 KdBulk what)
{
  KdRowSet *set = self->list != NULL ? kd_product_list_get_row_set (KD_PRODUCT_LIST (self->list)) : NULL;
  KdProductForm *form = kd_catalog_pane_get_form (self);
  g_autofree char *name = NULL;
  Bulk *bulk;

  if (set == NULL || kd_row_set_count (set) <= 1)
    {
      if (form == NULL)
        return;
      name = kd_product_form_dup_stored (form, KD_PRODUCT_NAME);
      commit_bulk (self, what, kd_product_form_get_id (form), 1, name);
      return;
    }
  bulk = g_new0 (Bulk, 1);
  bulk->pane = g_object_ref (self);
  bulk->what = what;
  kd_row_set_ids_async (set, kd_page_get_cancellable (KD_PAGE (self)), ids_cb, bulk);
}

/* ---- a copy ---- */

typedef struct
{
  KdCatalogPane *pane;    /* (owned) */
  KdId id;
} Copy;

static void
copied_cb (GObject *source,
           GAsyncResult *result,
           gpointer data)
{
  Copy *copy = data;
  g_autoptr (KdCatalogPane) self = copy->pane;
  g_autoptr (GError) error = NULL;
  g_autoptr (KdCommit) commit = kd_session_commit_finish (KD_SESSION (source), result, &error);
  KdId id = copy->id;

  g_free (copy);
  if (commit == NULL || self->editor == NULL)
    return;
  if (commit->refused >= 0)
    {
      kd_page_say (KD_PAGE (self), kd_catalog_reason_or_code (commit->outcome.code));
      return;
    }
  kd_catalog_pane_open (self, &id, FALSE);
  if (self->list != NULL)
    kd_product_list_show (KD_PRODUCT_LIST (self->list), &id);
  kd_product_editor_focus (KD_PRODUCT_EDITOR (self->editor));
}

static guint64
mask_of (const KdKind *kind,
         const char *const *names)
{
  guint64 mask = 0;

  for (guint i = 0; names[i] != NULL; i++)
    mask |= G_GUINT64_CONSTANT (1) << kd_shape_index (&kind->shape, names[i]);
  return mask;
}

static KdProductItem *
copy_product (KdCall *call,
              const KdProduct *product)
{
  static const char *const kept[] = {
    "description", "category", "categories", "tags", "brand", "price", "compare_at", "weight", "length", "width",
    "height", "tax_class", NULL,
  };
  KdProductItem *item = kd_call_product_item (call);

  g_clear_pointer (&item->set, kd_partial_free);
  item->set = kd_record_partial (&product->parent, mask_of (&kd_kind_product, kept));
  /* TRANSLATORS: The name of a copied product; %s is that of the original. */
  *(char **) kd_partial_field (item->set, "name") = g_strdup_printf (_("%s (copy)"), product->name);
  *(int *) kd_partial_field (item->set, "status") = KD_PRODUCT_DRAFT;
  return item;
}

/* Options get values of their own; `values` maps the old ids to the new ones. */
static void
copy_options (KdSession *session,
              KdProductItem *item,
              GPtrArray *options,
              GHashTable *values)
{
  for (guint i = 0; i < options->len; i++)
    {
      const KdOption *option = g_ptr_array_index (options, i);
      g_autoptr (GPtrArray) known = kd_option_values_parse (option->values);
      KdId id = kd_session_new_id (session);
      KdOptionItem *copy = kd_product_item_add_option (item, &id);

      for (guint v = 0; known != NULL && v < known->len; v++)
        {
          KdOptionValue *value = g_ptr_array_index (known, v);
          KdId fresh = kd_session_new_id (session);

          g_hash_table_insert (values, g_memdup2 (&value->id, sizeof fresh), g_memdup2 (&fresh, sizeof fresh));
          value->id = fresh;
        }
      copy->set = kd_partial_new (&kd_kind_option);
      *(char **) kd_partial_field (copy->set, "name") = g_strdup (option->name);
      *(char **) kd_partial_field (copy->set, "position") = g_strdup (option->position);
      *(char **) kd_partial_field (copy->set, "values") = known != NULL ? kd_option_values_write (known) : NULL;
    }
}

static void
copy_variants (KdSession *session,
               KdProductItem *item,
               GPtrArray *variants,
               GHashTable *values)
{
  /* SKU, barcode and stock are this one's own. */
  static const char *const kept[] = {
    "position", "price", "compare_at", "weight", "length", "width", "height", "untracked", "oversell", "by_weight",
    "buffer", NULL,
  };

  for (guint i = 0; i < variants->len; i++)
    {
      const KdVariant *variant = g_ptr_array_index (variants, i);
      KdId id = kd_session_new_id (session);
      KdVariantItem *copy;

      if (variant->archived)
        continue;
      copy = kd_product_item_add_variant (item, &id);
      g_clear_pointer (&copy->set, kd_partial_free);
      copy->set = kd_record_partial (&variant->parent, mask_of (&kd_kind_variant, kept));
      for (guint v = 0; variant->values != NULL && v < variant->values->len; v++)
        {
          const KdId *fresh = g_hash_table_lookup (values, &g_array_index (variant->values, KdId, v));
          GArray *more = fresh != NULL ? kd_ref_set_add (copy->values, fresh) : NULL;

          if (more == NULL)
            continue;
          g_clear_pointer (&copy->values, g_array_unref);
          copy->values = more;
        }
    }
}

static void
copy_pictures (KdSession *session,
               GPtrArray *calls,
               const KdId *product,
               GPtrArray *media)
{
  for (guint i = 0; i < media->len; i++)
    {
      const KdMedia *picture = g_ptr_array_index (media, i);
      g_autoptr (KdRecord) copy = NULL;

      if (kd_hash_is_none (&picture->blob))
        continue;
      copy = kd_record_copy (&picture->parent);
      copy->id = kd_session_new_id (session);
      ((KdMedia *) copy)->product = *product;
      g_ptr_array_add (calls, kd_call_media_add ((const KdMedia *) copy));
    }
}

void
kd_catalog_duplicate (KdCatalogPane *self)
{
  KdProductForm *form = kd_catalog_pane_get_form (self);
  const KdProductDetail *detail = form != NULL ? kd_product_form_get_detail (form) : NULL;
  g_autoptr (GHashTable) values = g_hash_table_new_full (kd_id_hash, kd_id_equal, g_free, g_free);
  g_autoptr (GPtrArray) calls = NULL;
  KdProductItem *item;
  Copy *copy;

  if (detail == NULL)
    return;
  copy = g_new0 (Copy, 1);
  copy->pane = g_object_ref (self);
  copy->id = kd_session_new_id (self->session);
  calls = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_call_free);
  g_ptr_array_add (calls, kd_call_product_save (&copy->id));
  item = copy_product (g_ptr_array_index (calls, 0), detail->product);
  copy_options (self->session, item, detail->options, values);
  copy_variants (self->session, item, detail->variants, values);
  copy_pictures (self->session, calls, &copy->id, detail->media);
  kd_session_commit_async (self->session, N_("Duplicate %s"), detail->product->name, g_steal_pointer (&calls),
                           copied_cb, copy);
}
