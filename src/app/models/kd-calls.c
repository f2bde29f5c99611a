/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-calls-private.h"

#include "kd-row-mutations.h"

#include <stdarg.h>

GPtrArray *
kd_calls_new (KdCall *first,
              ...)
{
  GPtrArray *calls = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_call_free);
  va_list rest;

  va_start (rest, first);
  for (KdCall *call = first; call != NULL; call = va_arg (rest, KdCall *))
    g_ptr_array_add (calls, call);
  va_end (rest);
  return calls;
}

/* ---- one argument by its name ---- */

static gpointer
place_of (const KdShape *shape,
          gpointer object,
          const char *name,
          const KdField **ret_field)
{
  *ret_field = kd_shape_find (shape, name);
  g_assert (*ret_field != NULL);
  kd_field_reset (*ret_field, object);
  return kd_field_at (*ret_field, object);
}

void
kd_args_set_id (const KdShape *shape,
                gpointer object,
                const char *name,
                const KdId *id)
{
  const KdField *field;

  if (id != NULL)
    *(KdId *) place_of (shape, object, name, &field) = *id;
}

void
kd_args_set_text (const KdShape *shape,
                  gpointer object,
                  const char *name,
                  const char *text)
{
  const KdField *field;

  if (text != NULL)
    *(char **) place_of (shape, object, name, &field) = g_strdup (text);
}

void
kd_args_set_number (const KdShape *shape,
                    gpointer object,
                    const char *name,
                    gint64 number)
{
  const KdField *field;

  *(gint64 *) place_of (shape, object, name, &field) = number;
}

void
kd_args_set_enum (const KdShape *shape,
                  gpointer object,
                  const char *name,
                  int value)
{
  const KdField *field;

  *(int *) place_of (shape, object, name, &field) = value;
}

void
kd_args_set_hash (const KdShape *shape,
                  gpointer object,
                  const char *name,
                  const KdHash *hash)
{
  const KdField *field;

  *(KdHash *) place_of (shape, object, name, &field) = *hash;
}

void
kd_args_take_partial (const KdShape *shape,
                      gpointer object,
                      const char *name,
                      KdPartial *partial)
{
  const KdField *field;

  if (partial != NULL)
    *(KdPartial **) place_of (shape, object, name, &field) = partial;
}

KdCall *
kd_call_with_id (const char *name,
                 const KdId *id)
{
  KdCall *call = kd_call_new_by_name (name);

  kd_args_set_id (call->mutation->args, call->args, "id", id);
  return call;
}

/* ---- rows ---- */

static KdCall *
row_call (const KdKind *kind,
          const char *verb,
          const KdId *id)
{
  g_autofree char *name = g_strdup_printf ("%s.%s", kind->shape.name, verb);

  return kd_call_with_id (name, id);
}

KdCall *
kd_call_create (const KdKind *kind,
                const KdId *id,
                KdPartial *set)
{
  KdCall *call = row_call (kind, "create", id);

  kd_args_take_partial (call->mutation->args, call->args, "set", set);
  return call;
}

KdCall *
kd_call_patch (const KdKind *kind,
               const KdId *id,
               KdPartial *set,
               KdPartial *base)
{
  KdCall *call = row_call (kind, "patch", id);

  kd_args_take_partial (call->mutation->args, call->args, "set", set);
  kd_args_take_partial (call->mutation->args, call->args, "base", base);
  return call;
}

KdCall *
kd_call_delete (const KdKind *kind,
                const KdId *id)
{
  return row_call (kind, "delete", id);
}

/* What a person may write of it and changed; 0: nothing. */
static guint64
written_fields (const KdRecord *shown,
                const KdRecord *wanted)
{
  return kd_record_diff (shown, wanted) & kd_kind_writable_mask (shown->kind);
}

KdCall *
kd_call_patch_between (const KdRecord *shown,
                       const KdRecord *wanted)
{
  guint64 mask = written_fields (shown, wanted);

  if (mask == 0)
    return NULL;
  return kd_call_patch (shown->kind, &shown->id, kd_record_partial (wanted, mask), kd_record_partial (shown, mask));
}

KdCall *
kd_call_product_patch (const KdProduct *shown,
                       const KdProduct *wanted)
{
  return kd_call_patch_between (&shown->parent, &wanted->parent);
}

KdCall *
kd_call_variant_patch (const KdVariant *shown,
                       const KdVariant *wanted)
{
  return kd_call_patch_between (&shown->parent, &wanted->parent);
}

KdCall *
kd_call_contact_patch (const KdContact *shown,
                       const KdContact *wanted)
{
  return kd_call_patch_between (&shown->parent, &wanted->parent);
}

KdCall *
kd_call_category_patch (const KdCategory *shown,
                        const KdCategory *wanted)
{
  return kd_call_patch_between (&shown->parent, &wanted->parent);
}

KdCall *
kd_call_shop_patch (const KdShopProfile *shown,
                    const KdShopProfile *wanted)
{
  return kd_call_patch_between (&shown->parent, &wanted->parent);
}

/* ---- bulk ---- */

/* The list argument of a call, made if there is none, and a new item in it. */
gpointer
kd_args_add_item (const KdShape *shape,
                  gpointer object,
                  const char *name)
{
  const KdField *field = kd_shape_find (shape, name);
  GPtrArray **list;
  gpointer item;

  g_assert (field != NULL && field->item != NULL);
  list = kd_field_at (field, object);
  item = kd_shape_new (field->item);
  if (*list == NULL)
    *list = g_ptr_array_new ();
  g_ptr_array_add (*list, item);
  return item;
}

KdCall *
kd_call_rows_new (void)
{
  return kd_call_new_by_name ("rows.patch");
}

void
kd_call_rows_add (KdCall *call,
                  const KdKind *kind,
                  const KdId *id,
                  KdPartial *set,
                  KdPartial *base)
{
  const KdShape *shape = kd_shape_find (call->mutation->args, "rows")->item;
  gpointer row = kd_args_add_item (call->mutation->args, call->args, "rows");

  kd_args_set_number (shape, row, "kind", kind->number);
  kd_args_set_id (shape, row, "id", id);
  kd_args_take_partial (shape, row, "set", set);
  kd_args_take_partial (shape, row, "base", base);
}

guint
kd_call_rows_count (const KdCall *call)
{
  GPtrArray **rows = kd_field_at (kd_shape_find (call->mutation->args, "rows"), call->args);

  return *rows != NULL ? (*rows)->len : 0;
}

/* ---- catalog ---- */

KdCall *
kd_call_product_save (const KdId *product)
{
  return kd_call_with_id ("product.save", product);
}

KdProductItem *
kd_call_product_item (KdCall *call)
{
  return call->args;
}

KdVariantItem *
kd_product_item_add_variant (KdProductItem *item,
                             const KdId *id)
{
  KdVariantItem *variant = kd_args_add_item (&kd_product_item_shape, item, "variants");

  variant->id = *id;
  return variant;
}

KdOptionItem *
kd_product_item_add_option (KdProductItem *item,
                            const KdId *id)
{
  KdOptionItem *option = kd_args_add_item (&kd_product_item_shape, item, "options");

  option->id = *id;
  return option;
}

KdCall *
kd_call_product_delete (const KdId *product)
{
  return kd_call_with_id ("product.delete", product);
}

KdCall *
kd_call_stock_adjust (const KdId *variant,
                      const KdId *location,
                      gint64 delta,
                      KdMoveClass class_,
                      const char *reason)
{
  KdCall *call = kd_call_new_by_name ("stock.adjust");

  kd_args_set_id (call->mutation->args, call->args, "variant", variant);
  kd_args_set_id (call->mutation->args, call->args, "location", location);
  kd_args_set_number (call->mutation->args, call->args, "delta", delta);
  kd_args_set_enum (call->mutation->args, call->args, "class", class_);
  kd_args_set_text (call->mutation->args, call->args, "reason", reason);
  return call;
}

KdCall *
kd_call_stock_count (const KdId *variant,
                     const KdId *location,
                     gint64 counted,
                     gint64 seen,
                     const char *reason)
{
  KdCall *call = kd_call_new_by_name ("stock.count");

  kd_args_set_id (call->mutation->args, call->args, "variant", variant);
  kd_args_set_id (call->mutation->args, call->args, "location", location);
  kd_args_set_number (call->mutation->args, call->args, "counted", counted);
  kd_args_set_number (call->mutation->args, call->args, "seen", seen);
  kd_args_set_text (call->mutation->args, call->args, "reason", reason);
  return call;
}

KdCall *
kd_call_media_add (const KdMedia *media)
{
  KdCall *call = kd_call_with_id ("media.add", &media->parent.id);
  const KdShape *shape = call->mutation->args;

  kd_args_set_id (shape, call->args, "product", &media->product);
  kd_args_set_text (shape, call->args, "position", media->position);
  kd_args_set_hash (shape, call->args, "blob", &media->blob);
  kd_args_set_text (shape, call->args, "mime", media->mime);
  kd_args_set_text (shape, call->args, "name", media->name);
  kd_args_set_text (shape, call->args, "alt", media->alt);
  kd_args_set_number (shape, call->args, "size", media->size);
  kd_args_set_number (shape, call->args, "width", media->width);
  kd_args_set_number (shape, call->args, "height", media->height);
  return call;
}

KdCall *
kd_call_media_update (const KdId *media,
                      const char *position,
                      const char *alt)
{
  KdCall *call = kd_call_with_id ("media.update", media);

  kd_args_set_text (call->mutation->args, call->args, "position", position);
  kd_args_set_text (call->mutation->args, call->args, "alt", alt);
  return call;
}

KdCall *
kd_call_media_remove (const KdId *media)
{
  return kd_call_with_id ("media.remove", media);
}

KdCall *
kd_call_conflict_settle (const KdId *conflict,
                         KdConflictState state)
{
  KdCall *call = kd_call_with_id ("conflict.settle", conflict);

  kd_args_set_enum (call->mutation->args, call->args, "state", state);
  return call;
}

KdCall *
kd_call_task_done (const KdId *task)
{
  return kd_call_with_id ("task.done", task);
}
