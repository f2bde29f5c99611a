/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-text.h"
#include "kd-web-page.h"

#include <string.h>

/* The shop's first page, its categories and its search. */

#define CATEGORY_DEPTH_MAX 16  /* a tree deeper than that is cut */
#define CATEGORIES_MAX 500     /* of one page's query */
#define DESCRIPTION_MAX 160

/* ---- categories ---- */

/* The category and all below it. */
static void
add_below (KdWebView *view,
           const KdId *id,
           guint depth,
           GArray *ids)
{
  KdCategory like = { .up = *id };
  g_autoptr (GPtrArray) children = NULL;

  g_array_append_val (ids, *id);
  if (depth >= CATEGORY_DEPTH_MAX)
    return;
  children = kd_rows_scan (view->rows, &kd_kind_category, "up", &like.parent, 1, 0);
  for (guint i = 0; i < children->len && ids->len < CATEGORIES_MAX; i++)
    add_below (view, &((KdRecord *) g_ptr_array_index (children, i))->id, depth + 1, ids);
}

static gboolean
has (GArray *ids,
     const KdId *id)
{
  for (guint i = 0; i < ids->len; i++)
    if (kd_id_equal (&g_array_index (ids, KdId, i), id))
      return TRUE;
  return FALSE;
}

/* Whether something is for sale in it or below. */
static gboolean
is_filled (KdWebView *view,
           const KdId *id,
           GArray *filled)
{
  g_autoptr (GArray) below = g_array_new (FALSE, FALSE, sizeof (KdId));

  add_below (view, id, 0, below);
  for (guint i = 0; i < below->len; i++)
    if (has (filled, &g_array_index (below, KdId, i)))
      return TRUE;
  return FALSE;
}

static void
append_chip (KdWebView *view,
             const KdCategory *category,
             gboolean current)
{
  char id[KD_ID_TEXT_LENGTH + 1];

  if (category == NULL)
    kd_web_print (view->html, "<a class=chip href=\"/%s\"%s>%s</a>", view->slug,
                  current ? " aria-current=true" : "", _ ("Everything"));
  else
    kd_web_print (view->html, "<a class=chip dir=auto href=\"/%s/c/%s\"%s>%s</a>", view->slug,
                  kd_id_to_text (&category->parent.id, id), current ? " aria-current=true" : "",
                  category->name);
}

/* The way up, then what stands below: one row of chips. */
static gboolean
append_categories (KdWebView *view,
                   const KdCategory *current,
                   GError **error)
{
  KdCategory like = { 0 };
  g_autoptr (GPtrArray) children = NULL;
  g_autoptr (GArray) filled = kd_buyer_categories (view->connection, view->shop, error);
  const KdCategory *up = NULL;

  if (filled == NULL)
    return FALSE;
  if (filled->len == 0)
    return TRUE;
  if (current != NULL)
    {
      like.up = current->parent.id;
      up = (const KdCategory *) kd_rows_get (view->rows, &kd_kind_category, &current->up);
    }
  children = kd_rows_scan (view->rows, &kd_kind_category, "up", &like.parent, 1, 0);
  kd_web_print (view->html, "<nav class=chips aria-label=\"%s\">", _ ("Categories"));
  append_chip (view, NULL, current == NULL);
  if (up != NULL)
    append_chip (view, up, FALSE);
  if (current != NULL)
    append_chip (view, current, TRUE);
  for (guint i = 0; i < children->len; i++)
    {
      const KdCategory *child = g_ptr_array_index (children, i);

      if (is_filled (view, &child->parent.id, filled))
        append_chip (view, child, FALSE);
    }
  g_string_append (view->html, "</nav>");
  return TRUE;
}

/* ---- products ---- */

static void
append_card (KdWebView *view,
             const KdId *id,
             gboolean lazy)
{
  g_autoptr (KdWebProduct) product = kd_web_product_load (view, id);
  g_autofree char *path = NULL;
  KdHash photo;

  if (product == NULL)
    return;
  path = kd_web_product_path (view, product->product);
  photo = kd_web_product_photo (product);
  kd_web_print (view->html, "<li%s><a class=card href=\"%s\"><span class=pic>",
                product->available ? "" : " class=out", path);
  kd_web_picture (view, &photo, KD_WEB_PICTURE_CARD, product->product->name, lazy);
  if (!product->available)
    kd_web_print (view->html, "<em>%s</em>", _ ("Sold out"));
  kd_web_print (view->html, "</span><span class=name dir=auto>%s</span><span class=row>",
                product->product->name);
  kd_web_price (view, product);
  g_string_append (view->html, "</span></a></li>");
}

/* Where the next page begins: the same address with the last product. */
static void
append_more (KdWebView *view,
             const KdCategory *category,
             const KdId *last)
{
  char id[KD_ID_TEXT_LENGTH + 1], category_id[KD_ID_TEXT_LENGTH + 1];
  g_autoptr (GString) path = g_string_new (NULL);
  const char *search = kd_web_query (view, "q");

  if (category != NULL)
    g_string_append_printf (path, "/c/%s", kd_id_to_text (&category->parent.id, category_id));
  g_string_append_printf (path, "?before=%s", kd_id_to_text (last, id));
  if (*search != '\0')
    {
      g_autofree char *escaped = g_uri_escape_string (search, NULL, FALSE);

      g_string_append_printf (path, "&q=%s", escaped);
    }
  kd_web_print (view->html, "<a class=\"button more\" rel=next href=\"/%s%s\">%s</a>", view->slug,
                path->str, _ ("More products"));
}

static gboolean
append_products (KdWebView *view,
                 const KdCategory *category,
                 GError **error)
{
  const char *search = kd_web_query (view, "q");
  g_autoptr (GArray) categories = NULL;
  g_autoptr (GArray) ids = NULL;
  KdBuyerList list = { .limit = KD_WEB_PAGE_PRODUCTS + 1 };
  guint n;

  if (!kd_text_is_blank (search))
    list.search = search;
  kd_id_parse (kd_web_query (view, "before"), &list.before);
  if (category != NULL)
    {
      categories = g_array_new (FALSE, FALSE, sizeof (KdId));
      add_below (view, &category->parent.id, 0, categories);
      list.categories = categories;
    }
  ids = kd_buyer_products (view->connection, view->shop, &list, error);
  if (ids == NULL)
    return FALSE;
  n = MIN (ids->len, KD_WEB_PAGE_PRODUCTS);
  if (n == 0)
    kd_web_print (view->html, "<div class=empty><p>%s</p></div>",
                  list.search != NULL ? _ ("Nothing was found. Try fewer or other words.")
                                      : _ ("There is nothing for sale here yet."));
  else
    g_string_append (view->html, "<ul class=grid>");
  for (guint i = 0; i < n; i++)
    append_card (view, &g_array_index (ids, KdId, i), i >= 4);
  if (n > 0)
    g_string_append (view->html, "</ul>");
  if (ids->len > n)
    append_more (view, category, &g_array_index (ids, KdId, n - 1));
  return TRUE;
}

/* ---- pages ---- */

static void
append_intro (KdWebView *view)
{
  const KdShopProfile *profile = view->profile;

  kd_web_print (view->html, "<section class=intro><h1 dir=auto>%s</h1>", profile->name);
  if (profile->about != NULL)
    kd_web_print (view->html, "<p dir=auto>%s</p>", profile->about);
  g_string_append (view->html, "</section>");
}

gboolean
kd_web_shop_page (KdWebView *view,
                  GError **error)
{
  const char *search = kd_web_query (view, "q");
  gboolean searching = !kd_text_is_blank (search);
  gboolean first = !searching && *kd_web_query (view, "before") == '\0';
  g_autofree char *about = kd_text_truncate (view->profile->about != NULL ? view->profile->about : "",
                                             DESCRIPTION_MAX);
  g_autofree char *canonical = g_strdup_printf ("/%s", view->slug);
  KdWebHead head = { .description = about, .canonical = canonical };
  g_autofree char *title =
    searching ? g_strdup_printf (_ ("Search for “%s”"), search) : g_strdup (view->profile->name);

  kd_web_page_begin_with (view, KD_WEB_FRAME_SHOP, title, first ? NULL : "", searching ? NULL : &head);
  if (first)
    append_intro (view);
  if (searching)
    kd_web_print (view->html, "<h1 class=found dir=auto>%s</h1>", title);
  else if (!append_categories (view, NULL, error))
    return FALSE;
  if (!append_products (view, NULL, error))
    return FALSE;
  kd_web_page_end (view, NULL);
  return TRUE;
}

gboolean
kd_web_category_page (KdWebView *view,
                      GError **error)
{
  const KdCategory *category = NULL;
  g_autofree char *canonical = NULL;
  KdWebHead head = { 0 };
  KdId id;

  if (kd_id_parse (view->parts[1], &id))
    category = (const KdCategory *) kd_rows_get (view->rows, &kd_kind_category, &id);
  if (category == NULL)
    {
      kd_web_not_found (view);
      return TRUE;
    }
  canonical = g_strdup_printf ("/%s/c/%s", view->slug, view->parts[1]);
  head.canonical = canonical;
  kd_web_page_begin_with (view, KD_WEB_FRAME_SHOP, category->name, "", &head);
  if (!append_categories (view, category, error) || !append_products (view, category, error))
    return FALSE;
  kd_web_page_end (view, NULL);
  return TRUE;
}
