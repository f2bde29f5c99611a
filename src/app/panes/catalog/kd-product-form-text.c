/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-product-form-private.h"

#include "kd-barcode.h"
#include "kd-catalog-words.h"
#include "kd-html.h"
#include "kd-money.h"
#include "kd-text.h"

#include <string.h>

/* Between what a record holds and what stands in a form. */

#define COST_SCALE 10000
#define GRAMS_IN_KILOGRAM 1000

/* ---- descriptions ---- */

static gboolean
looks_like_markup (const char *text)
{
  for (const char *at = strchr (text, '<'); at != NULL; at = strchr (at + 1, '<'))
    if (g_ascii_isalpha (at[1]) || at[1] == '/' || at[1] == '!')
      return TRUE;
  return FALSE;
}

/* One entity or character at *at. */
static gboolean
append_plain (GString *text,
              const char **at)
{
  static const struct { const char *entity, *plain; } known[] = {
    { "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" }, { "&quot;", "\"" }, { "&#39;", "'" }, { "&nbsp;", " " },
  };

  if (**at == '&')
    {
      for (guint i = 0; i < G_N_ELEMENTS (known); i++)
        if (g_str_has_prefix (*at, known[i].entity))
          {
            g_string_append (text, known[i].plain);
            *at += strlen (known[i].entity);
            return TRUE;
          }
      return FALSE;
    }
  if (**at == '<')
    return FALSE;
  g_string_append_c (text, **at);
  (*at)++;
  return TRUE;
}

/* A paragraph's inside up to its end tag. */
static gboolean
append_paragraph (GString *text,
                  const char **at)
{
  while (!g_str_has_prefix (*at, "</p>"))
    {
      static const char *const breaks[] = { "<br>", "<br/>", "<br />" };
      gboolean is_break = FALSE;

      for (guint i = 0; !is_break && i < G_N_ELEMENTS (breaks); i++)
        if (g_str_has_prefix (*at, breaks[i]))
          {
            g_string_append_c (text, '\n');
            *at += strlen (breaks[i]);
            is_break = TRUE;
          }
      if (!is_break && (**at == '\0' || **at == '\n' || !append_plain (text, at)))
        return FALSE;
    }
  *at += strlen ("</p>");
  return TRUE;
}

char *
kd_description_to_text (const char *html)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (html == NULL || !looks_like_markup (html))
    return g_strdup (html != NULL ? html : "");
  for (const char *at = html; *at != '\0';)
    {
      if (g_ascii_isspace (*at))
        {
          at++;
          continue;
        }
      if (!g_str_has_prefix (at, "<p>"))
        return g_strdup (html);
      at += strlen ("<p>");
      if (text->len > 0)
        g_string_append (text, "\n\n");
      if (!append_paragraph (text, &at))
        return g_strdup (html);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
kd_description_from_text (const char *text)
{
  g_autofree char *trimmed = kd_text_trim (text);
  g_autoptr (GString) html = NULL;
  g_auto (GStrv) lines = NULL;
  gboolean open = FALSE;

  if (*trimmed == '\0')
    return NULL;
  if (looks_like_markup (trimmed) || strpbrk (trimmed, "\n<>&") == NULL)
    return g_steal_pointer (&trimmed);
  html = g_string_new (NULL);
  lines = g_strsplit (trimmed, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (*g_strchomp (lines[i]) == '\0')
        {
          if (open)
            g_string_append (html, "</p>");
          open = FALSE;
          continue;
        }
      g_string_append (html, open ? "<br>" : "<p>");
      kd_html_append_text (html, lines[i]);
      open = TRUE;
    }
  if (open)
    g_string_append (html, "</p>");
  return g_string_free (g_steal_pointer (&html), FALSE);
}

/* ---- stored to text ---- */

static const char *
currency_of (KdProductForm *self)
{
  return kd_session_get_currency (self->session);
}

static char *
money_text (KdProductForm *self,
            gint64 amount)
{
  char *text = amount != KD_EMPTY ? kd_money_format_plain (amount, currency_of (self), NULL) : NULL;

  return text != NULL ? text : g_strdup ("");
}

static char *
categories_text (const KdProduct *product)
{
  GString *text = g_string_new (NULL);
  char id[KD_ID_TEXT_LENGTH + 1];

  if (!kd_id_is_none (&product->category))
    g_string_append (text, kd_id_to_text (&product->category, id));
  for (guint i = 0; product->categories != NULL && i < product->categories->len; i++)
    {
      const KdId *category = &g_array_index (product->categories, KdId, i);

      if (!kd_id_equal (category, &product->category))
        g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", kd_id_to_text (category, id));
    }
  return g_string_free (text, FALSE);
}

static char *
cost_text (KdProductForm *self)
{
  const KdProductDetail *detail = kd_product_form_get_detail (self);

  for (guint i = 0; detail != NULL && i < detail->costs->len; i++)
    {
      const KdVariantCost *cost = g_ptr_array_index (detail->costs, i);

      if (kd_id_equal (&cost->variant, &self->variant) && cost->cost != KD_EMPTY)
        return money_text (self, (cost->cost + COST_SCALE / 2) / COST_SCALE);
    }
  return g_strdup ("");
}

static char *
code_text (KdProductForm *self)
{
  const KdProductDetail *detail = kd_product_form_get_detail (self);

  for (guint i = 0; detail != NULL && i < detail->codes->len; i++)
    {
      const KdVariantCode *code = g_ptr_array_index (detail->codes, i);

      if (kd_id_equal (&code->variant, &self->variant) && code->unit == NULL)
        return g_strdup (code->code);
    }
  return g_strdup ("");
}

static char *
product_text (KdProductForm *self,
              KdProductField field,
              const KdProduct *product)
{
  switch ((int) field)
    {
    case KD_PRODUCT_NAME: return g_strdup (product->name != NULL ? product->name : "");
    case KD_PRODUCT_DESCRIPTION: return kd_description_to_text (product->description);
    case KD_PRODUCT_CATEGORIES: return categories_text (product);
    case KD_PRODUCT_TAGS: return product->tags != NULL ? g_strjoinv (", ", product->tags) : g_strdup ("");
    case KD_PRODUCT_BRAND: return g_strdup (product->brand != NULL ? product->brand : "");
    case KD_PRODUCT_PRICE: return money_text (self, product->price);
    case KD_PRODUCT_COMPARE_AT: return money_text (self, product->compare_at);
    case KD_PRODUCT_WEIGHT:
      return product->weight != KD_EMPTY ? g_strdup_printf ("%" G_GINT64_FORMAT, product->weight) : g_strdup ("");
    default: return g_strdup ("");
    }
}

static char *
variant_text (KdProductForm *self,
              KdProductField field,
              const KdVariant *variant)
{
  switch ((int) field)
    {
    case KD_PRODUCT_PRICE: return money_text (self, variant->price);
    case KD_PRODUCT_COMPARE_AT: return money_text (self, variant->compare_at);
    case KD_PRODUCT_WEIGHT:
      return variant->weight != KD_EMPTY ? g_strdup_printf ("%" G_GINT64_FORMAT, variant->weight) : g_strdup ("");
    case KD_PRODUCT_SKU: return g_strdup (variant->sku != NULL ? variant->sku : "");
    case KD_PRODUCT_UNTRACKED: return g_strdup (variant->untracked ? "1" : "");
    case KD_PRODUCT_OVERSELL: return g_strdup (variant->oversell ? "1" : "");
    case KD_PRODUCT_CODE: return code_text (self);
    case KD_PRODUCT_COST: return cost_text (self);
    default: return g_strdup ("");
    }
}

char *
kd_product_text_of (KdProductForm *self,
                    KdProductField field,
                    const KdRecord *owner)
{
  if (owner == NULL)
    return g_strdup ("");
  return owner->kind == &kd_kind_product ? product_text (self, field, (const KdProduct *) owner)
                                         : variant_text (self, field, (const KdVariant *) owner);
}

/* ---- text to stored ---- */

gboolean
kd_product_form_read_amount (KdProductForm *self,
                             KdProductField field,
                             const char *text,
                             gint64 *ret_amount,
                             const char **ret_code)
{
  g_autofree char *trimmed = kd_text_trim (text);
  g_autofree char *stored = NULL;
  g_autofree char *sum = NULL;

  if (*trimmed == '\0')
    {
      *ret_amount = KD_EMPTY;
      return TRUE;
    }
  if (*trimmed == '+' || *trimmed == '-')
    {
      stored = kd_product_form_dup_stored (self, field);
      sum = g_strconcat (stored, trimmed, NULL);
    }
  if (!kd_money_parse (sum != NULL ? sum : trimmed, currency_of (self), NULL, -1, ret_amount, ret_code))
    return FALSE;
  if (*ret_amount < 0)
    *ret_code = "money.negative";
  return *ret_amount >= 0;
}

static gboolean
read_weight (KdProductForm *self,
             const char *text,
             gint64 *ret_grams,
             const char **ret_code)
{
  g_autofree char *number = kd_text_trim (text);
  gboolean kilograms = FALSE;
  gint64 value;
  const char *code;

  if (*number == '\0')
    {
      *ret_grams = KD_EMPTY;
      return TRUE;
    }
  for (gsize n = strlen (number); n > 0 && (g_ascii_isalpha (number[n - 1]) || number[n - 1] == ' '); n--)
    {
      kilograms |= number[n - 1] == 'k' || number[n - 1] == 'K';
      number[n - 1] = '\0';
    }
  *ret_code = "weight.syntax";
  /* Thousandths of a kilogram are grams. */
  if (!kd_money_parse (number, currency_of (self), NULL, 3, &value, &code) || value < 0)
    return FALSE;
  if (!kilograms && value % GRAMS_IN_KILOGRAM != 0)
    return FALSE;
  *ret_grams = kilograms ? value : value / GRAMS_IN_KILOGRAM;
  return TRUE;
}

static void
read_categories (const char *text,
                 KdPartial *set)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (KdId));
  KdId id;

  for (guint i = 0; words[i] != NULL; i++)
    if (kd_id_parse (words[i], &id))
      g_array_append_val (ids, id);
  *(KdId *) kd_partial_field (set, "category") = ids->len > 0 ? g_array_index (ids, KdId, 0) : KD_ID_NONE;
  *(GArray **) kd_partial_field (set, "categories")
    = ids->len > 0 ? kd_ref_set_new ((const KdId *) (gpointer) ids->data, ids->len) : NULL;
}

static void
read_tags (const char *text,
           KdPartial *set)
{
  g_auto (GStrv) words = g_strsplit_set (text, ",\n", -1);
  g_autoptr (GPtrArray) tags = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autofree char *tag = kd_text_trim (words[i]);

      if (*tag != '\0')
        g_ptr_array_add (tags, g_steal_pointer (&tag));
    }
  g_ptr_array_add (tags, NULL);
  *(char ***) kd_partial_field (set, "tags")
    = tags->len > 1 ? kd_text_set_new ((const char *const *) tags->pdata) : NULL;
}

static void
put_text (KdPartial *set,
          const char *field,
          char *text)
{
  char **place = kd_partial_field (set, field);

  g_free (*place);
  *place = text != NULL && *text != '\0' ? text : NULL;
  if (*place == NULL)
    g_free (text);
}

gboolean
kd_product_text_read (KdProductForm *self,
                      KdProductField field,
                      const char *text,
                      KdPartial *set,
                      const char **ret_code)
{
  const char *name = kd_product_field_name (field);
  gint64 number;

  switch ((int) field)
    {
    case KD_PRODUCT_NAME:
      *ret_code = "name.empty";
      if (kd_text_is_blank (text))
        return FALSE;
      put_text (set, name, kd_text_trim (text));
      break;
    case KD_PRODUCT_DESCRIPTION: put_text (set, name, kd_description_from_text (text)); break;
    case KD_PRODUCT_BRAND:
    case KD_PRODUCT_SKU: put_text (set, name, kd_text_trim (text)); break;
    case KD_PRODUCT_CATEGORIES: read_categories (text, set); break;
    case KD_PRODUCT_TAGS: read_tags (text, set); break;
    case KD_PRODUCT_PRICE:
    case KD_PRODUCT_COMPARE_AT:
      if (!kd_product_form_read_amount (self, field, text, &number, ret_code))
        return FALSE;
      *(gint64 *) kd_partial_field (set, name) = number;
      break;
    case KD_PRODUCT_WEIGHT:
      if (!read_weight (self, text, &number, ret_code))
        return FALSE;
      *(gint64 *) kd_partial_field (set, name) = number;
      break;
    case KD_PRODUCT_UNTRACKED:
    case KD_PRODUCT_OVERSELL: *(gboolean *) kd_partial_field (set, name) = *text != '\0'; break;
    default: return TRUE;
    }
  return kd_field_check (kd_shape_find (&set->record->kind->shape, name), set->record, ret_code);
}

gboolean
kd_product_read_cost (KdProductForm *self,
                      const char *text,
                      gint64 *ret_cost,
                      const char **ret_code)
{
  if (!kd_product_form_read_amount (self, KD_PRODUCT_COST, text, ret_cost, ret_code))
    return FALSE;
  *ret_code = "number.range";
  if (*ret_cost == KD_EMPTY || *ret_cost > KD_MONEY_MAX / COST_SCALE)
    return FALSE;
  *ret_cost *= COST_SCALE;
  return TRUE;
}
