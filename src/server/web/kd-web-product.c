/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-html.h"
#include "kd-option-values.h"
#include "kd-price.h"
#include "kd-stock-ledger.h"
#include "kd-stock.h"
#include "kd-text.h"
#include "kd-web-page.h"

#include <string.h>

/* One product: photos, variants, price, what is left of it, and the two ways on: ask, or take it. */

#define FEW 5000            /* thousandths: from here down the number left is told */
#define DESCRIPTION_MAX 160

/* ---- which variant ---- */

static const KdVariant *
choose_variant (KdWebView *view,
                const KdWebProduct *product,
                const KdId *asked)
{
  for (guint i = 0; i < product->variants->len; i++)
    {
      const KdVariant *variant = g_ptr_array_index (product->variants, i);

      if (asked != NULL && kd_id_equal (&variant->parent.id, asked))
        return variant;
    }
  for (guint i = 0; i < product->variants->len; i++)
    {
      const KdVariant *variant = g_ptr_array_index (product->variants, i);

      if (kd_web_variant_available (view, variant, 1000))
        return variant;
    }
  return product->variants->len > 0 ? g_ptr_array_index (product->variants, 0) : NULL;
}

/* How many values two variants share. */
static guint
shared (const KdVariant *a,
        const KdVariant *b)
{
  guint n = 0;

  for (guint i = 0; a->values != NULL && i < a->values->len; i++)
    if (kd_ref_set_has (b->values, &g_array_index (a->values, KdId, i)))
      n++;
  return n;
}

/* (nullable): the one with this value that is most like what is chosen now */
static const KdVariant *
nearest (const KdWebProduct *product,
         const KdVariant *chosen,
         const KdId *value)
{
  const KdVariant *best = NULL;

  for (guint i = 0; i < product->variants->len; i++)
    {
      const KdVariant *variant = g_ptr_array_index (product->variants, i);

      if (kd_ref_set_has (variant->values, value)
          && (best == NULL || shared (variant, chosen) > shared (best, chosen)))
        best = variant;
    }
  return best;
}

static void
append_value (KdWebView *view,
              const KdWebProduct *product,
              const KdVariant *chosen,
              const KdOptionValue *value,
              const char *path)
{
  const KdVariant *target = nearest (product, chosen, &value->id);
  gboolean current = kd_ref_set_has (chosen->values, &value->id);
  char id[KD_ID_TEXT_LENGTH + 1];

  if (target == NULL)
    return;
  if (current)
    target = chosen;
  kd_web_print (view->html, "<a class=\"choice%s\" href=\"%s?v=%s\" dir=auto%s>%s</a>",
                kd_web_variant_available (view, target, 1000) ? "" : " out", path,
                kd_id_to_text (&target->parent.id, id), current ? " aria-current=true" : "",
                value->name);
}

static void
append_options (KdWebView *view,
                const KdWebProduct *product,
                const KdVariant *chosen)
{
  KdOption like = { .product = product->product->parent.id };
  g_autoptr (GPtrArray) options =
    kd_rows_scan (view->rows, &kd_kind_option, "product", &like.parent, 1, 0);
  g_autofree char *path = kd_web_product_path (view, product->product);

  for (guint i = 0; i < options->len; i++)
    {
      const KdOption *option = g_ptr_array_index (options, i);
      g_autoptr (GPtrArray) values = kd_option_values_parse (option->values);

      if (values == NULL || values->len == 0)
        continue;
      kd_web_print (view->html, "<div class=option><h2 dir=auto>%s</h2><div class=choices>",
                    option->name);
      for (guint k = 0; k < values->len; k++)
        {
          const KdOptionValue *value = g_ptr_array_index (values, k);

          if (!value->archived)
            append_value (view, product, chosen, value, path);
        }
      g_string_append (view->html, "</div></div>");
    }
}

/* ---- what it looks like ---- */

static void
append_gallery (KdWebView *view,
                const KdWebProduct *product,
                const KdVariant *chosen)
{
  const char *name = product->product->name;
  gboolean own = chosen != NULL && !kd_hash_is_none (&chosen->photo);

  kd_web_print (view->html, "<div class=gallery tabindex=0 role=group aria-label=\"%s\">",
                _ ("Photos"));
  if (own)
    kd_web_picture (view, &chosen->photo, KD_WEB_PICTURE_LARGE, name, FALSE);
  for (guint i = 0; i < product->media->len; i++)
    {
      const KdMedia *media = g_ptr_array_index (product->media, i);

      if (!own || !kd_hash_equal (&media->blob, &chosen->photo))
        kd_web_picture (view, &media->blob, KD_WEB_PICTURE_LARGE,
                        media->alt != NULL ? media->alt : name, i > 0 || own);
    }
  if (!own && product->media->len == 0)
    kd_web_picture (view, NULL, KD_WEB_PICTURE_LARGE, name, FALSE);
  g_string_append (view->html, "</div>");
}

static void
append_price (KdWebView *view,
              const KdWebProduct *product,
              const KdVariant *chosen)
{
  KdWebProduct one = *product;

  if (chosen != NULL)
    {
      one.low = one.high = kd_effective_price (product->product, chosen);
      one.compare_at =
        chosen->compare_at != KD_EMPTY ? chosen->compare_at : product->product->compare_at;
      if (one.compare_at <= one.low)
        one.compare_at = KD_EMPTY;
    }
  g_string_append (view->html, "<p class=\"row big\">");
  kd_web_price (view, &one);
  g_string_append (view->html, "</p>");
}

static void
append_stock (KdWebView *view,
              const KdVariant *chosen)
{
  gint64 available = kd_stock_available (view->rows, &chosen->parent.id, view->now);
  g_autofree char *left = NULL;

  if (!kd_web_variant_available (view, chosen, 1000))
    kd_web_print (view->html, "<p class=\"stock none\">%s</p>", _ ("Sold out"));
  else if (available > 0 && available <= FEW && !chosen->oversell && !chosen->by_weight)
    {
      left = g_strdup_printf (ngettext ("Only %d left", "Only %d left", available / 1000),
                              (int) (available / 1000));
      kd_web_print (view->html, "<p class=\"stock few\">%s</p>", left);
    }
  else
    kd_web_print (view->html, "<p class=stock>%s</p>", _ ("In stock"));
}

static void
append_in_cart (KdWebView *view,
                const KdVariant *chosen)
{
  KdWebCart *cart = kd_web_cart (view);

  for (guint i = 0; i < cart->lines->len; i++)
    {
      const KdWebCartLine *line = &g_array_index (cart->lines, KdWebCartLine, i);
      g_autofree char *quantity = NULL;
      g_autofree char *text = NULL;

      if (line->variant == NULL || !kd_id_equal (&line->variant->parent.id, &chosen->parent.id))
        continue;
      quantity = kd_web_quantity (view, line->line->quantity);
      text = g_strdup_printf (_ ("%s in your cart"), quantity);
      kd_web_print (view->html, "<a class=incart href=\"/%s/cart\">%s</a>", view->slug, text);
    }
}

/* ---- the bar: ask, or take it ---- */

static char *
make_bar (KdWebView *view,
          const KdWebProduct *product,
          const KdVariant *chosen)
{
  GString *page = view->html;
  GString *bar = g_string_new ("<div class=buybar><div class=wrap>");
  gint64 price = chosen != NULL ? kd_effective_price (product->product, chosen) : KD_EMPTY;
  char id[KD_ID_TEXT_LENGTH + 1];

  kd_web_print (bar, "<a class=\"button ask\" href=\"/%s/chat?p=%s\">", view->slug,
                kd_id_to_text (&product->product->parent.id, id));
  kd_web_icon (bar, KD_WEB_ICON_CHAT);
  kd_web_print (bar, "<span>%s</span></a>", _ ("Ask"));
  if (price == KD_EMPTY || !kd_web_variant_available (view, chosen, 1000))
    {
      kd_web_print (bar, "<button class=\"button main\" disabled>%s</button></div></div>",
                    price == KD_EMPTY ? _ ("Not for sale online") : _ ("Sold out"));
      return g_string_free (bar, FALSE);
    }
  view->html = bar;
  kd_web_form_begin_once (view, "/cart", "data-stay data-swap=\"top bar\" class=grow");
  view->html = page;
  kd_web_print (bar,
                "<input type=hidden name=do value=add><input type=hidden name=variant value=%s>"
                "<input type=hidden name=price value=%" G_GINT64_FORMAT ">",
                kd_id_to_text (&chosen->parent.id, id), price);
  if (chosen->by_weight)
    kd_web_print (bar, "<input name=n inputmode=decimal value=1 size=4 maxlength=8 aria-label=\"%s\">",
                  _ ("Quantity"));
  kd_web_print (bar, "<button class=\"button main\" data-done=\"%s\">%s</button></form></div></div>",
                _ ("Added to the cart"), _ ("Add to cart"));
  return g_string_free (bar, FALSE);
}

/* ---- the page ---- */

static void
begin_page (KdWebView *view,
            const KdWebProduct *product)
{
  g_autofree char *text = kd_html_to_text (product->product->description);
  g_autofree char *short_text = kd_text_truncate (text, DESCRIPTION_MAX);
  g_autofree char *line = g_strdelimit (g_steal_pointer (&short_text), "\n\t", ' ');
  g_autofree char *path = kd_web_product_path (view, product->product);
  KdHash photo = kd_web_product_photo (product);
  char hash[KD_HASH_TEXT_LENGTH + 1];
  g_autofree char *image =
    kd_hash_is_none (&photo)
      ? NULL
      : g_strdup_printf ("/%s/m/%s?w=%d", view->slug, kd_hash_to_text (&photo, hash),
                         KD_WEB_PICTURE_LARGE);
  KdWebHead head = { .description = line, .canonical = path, .image = image };

  kd_web_page_begin_with (view, KD_WEB_FRAME_SHOP, product->product->name, "", &head);
}

void
kd_web_product_show (KdWebView *view,
                     const KdId *id,
                     const KdId *variant)
{
  g_autoptr (KdWebProduct) product = kd_web_product_load (view, id);
  g_autofree char *bar = NULL;
  g_autofree char *description = NULL;
  const KdVariant *chosen;

  if (product == NULL)
    {
      kd_web_not_found (view);
      return;
    }
  chosen = choose_variant (view, product, variant);
  begin_page (view, product);
  g_string_append (view->html, "<article class=product>");
  append_gallery (view, product, chosen);
  g_string_append (view->html, "<div class=info>");
  append_price (view, product, chosen);
  kd_web_print (view->html, "<h1 dir=auto>%s</h1>", product->product->name);
  if (chosen != NULL)
    {
      append_stock (view, chosen);
      append_in_cart (view, chosen);
      append_options (view, product, chosen);
    }
  description = kd_html_sanitize (product->product->description);
  if (!kd_text_is_blank (description))
    {
      kd_web_print (view->html, "<section class=about><h2>%s</h2><div class=prose dir=auto>",
                    _ ("Description"));
      g_string_append (view->html, description);
      g_string_append (view->html, "</div></section>");
    }
  g_string_append (view->html, "</div></article>");
  bar = make_bar (view, product, chosen);
  kd_web_page_end (view, bar);
}

gboolean
kd_web_product_page (KdWebView *view,
                     GError **error)
{
  const char *part = view->parts[1];
  gsize n = strlen (part);
  gboolean asked;
  KdId id, variant;

  /* The id alone counts; the words before it are for people. */
  if (n < KD_ID_TEXT_LENGTH || !kd_id_parse (part + n - KD_ID_TEXT_LENGTH, &id))
    {
      kd_web_not_found (view);
      return TRUE;
    }
  asked = kd_id_parse (kd_web_query (view, "v"), &variant);
  kd_web_product_show (view, &id, asked ? &variant : NULL);
  return TRUE;
}
