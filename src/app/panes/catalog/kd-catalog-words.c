/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-catalog-words.h"

#include "kd-money.h"
#include "kd-store-lists.h"

#include <glib/gi18n.h>
#include <string.h>

#define QUANTITY_DIGITS 3

const char *
kd_status_words (int status)
{
  switch (status)
    {
    case KD_PRODUCT_DRAFT: return _("Draft");
    case KD_PRODUCT_ACTIVE: return _("Active");
    case KD_PRODUCT_ARCHIVED: return _("Archived");
    default: return _("Unknown status");
    }
}

const char *
kd_status_icon (int status)
{
  switch (status)
    {
    case KD_PRODUCT_DRAFT: return "document-edit-symbolic";
    case KD_PRODUCT_ACTIVE: return "emblem-ok-symbolic";
    default: return "folder-symbolic";
    }
}

KdTone
kd_status_tone (int status)
{
  switch (status)
    {
    case KD_PRODUCT_DRAFT: return KD_TONE_WARNING;
    case KD_PRODUCT_ACTIVE: return KD_TONE_GOOD;
    default: return KD_TONE_NEUTRAL;
    }
}

char *
kd_price_words (gint64 amount,
                const char *currency)
{
  char *text = amount != KD_EMPTY ? kd_money_format (amount, currency, NULL) : NULL;

  return text != NULL ? text : g_strdup (_("No price"));
}

char *
kd_price_range_words (gint64 min,
                      gint64 max,
                      const char *currency)
{
  g_autofree char *from = kd_price_words (min, currency);
  g_autofree char *to = NULL;

  if (min == max || max == KD_EMPTY)
    return g_steal_pointer (&from);
  to = kd_price_words (max, currency);
  return g_strdup_printf ("%s – %s", from, to);
}

char *
kd_quantity_change_words (gint64 quantity,
                          const char *currency)
{
  g_autofree char *text = kd_quantity_words (quantity, currency);

  return quantity > 0 ? g_strconcat ("+", text, NULL) : g_steal_pointer (&text);
}

gboolean
kd_quantity_parse (const char *text,
                   const char *currency,
                   gint64 *ret_quantity,
                   const char **ret_code)
{
  g_autoptr (GString) plain = g_string_new (text);

  /* What we write for below zero is no hyphen. */
  g_string_replace (plain, "−", "-", 0);
  return kd_money_parse (plain->str, currency, NULL, QUANTITY_DIGITS, ret_quantity, ret_code);
}

char *
kd_stock_words (gint64 available,
                const char *currency)
{
  if (available == G_MAXINT64)
    return g_strdup (_("Untracked"));
  if (available == 0)
    return g_strdup (_("Out of stock"));
  return kd_quantity_words (available, currency);
}

KdTone
kd_stock_tone (gint64 available)
{
  if (available == G_MAXINT64)
    return KD_TONE_NEUTRAL;
  if (available <= 0)
    return KD_TONE_BAD;
  return KD_TONE_GOOD;
}

const char *
kd_stock_icon (gint64 available)
{
  if (available == G_MAXINT64)
    return NULL;
  return available <= 0 ? "dialog-warning-symbolic" : NULL;
}

const char *
kd_move_words (int class_)
{
  switch (class_)
    {
    case KD_MOVE_OPENING: return _("Opening stock");
    case KD_MOVE_RECEIPT: return _("Received");
    case KD_MOVE_SALE: return _("Sold");
    case KD_MOVE_SHIPMENT: return _("Shipped");
    case KD_MOVE_RETURN: return _("Returned");
    case KD_MOVE_DAMAGE: return _("Damaged or lost");
    case KD_MOVE_ADJUST: return _("Adjusted");
    case KD_MOVE_COUNT: return _("Counted");
    case KD_MOVE_TRANSFER: return _("Moved");
    default: return _("Movement");
    }
}

static const struct
{
  const char *code, *words;
} reasons[] = {
  { "field.required", N_("Fill this in") },
  { "field.long", N_("Too long") },
  { "field.lines", N_("Line breaks aren't allowed here") },
  { "bad_field", N_("This value can't be stored") },
  { "name.empty", N_("A product needs a name") },
  { "number.range", N_("The number is too large") },
  { "number.syntax", N_("This is not a number") },
  { "money.syntax", N_("This is not an amount: try 15rb, 1,5jt or 15000") },
  { "money.decimals", N_("The shop's currency has no such decimals") },
  { "money.currency", N_("This is another currency than the shop's") },
  { "money.negative", N_("A price can't be below zero") },
  { "quantity.negative", N_("Stock can't begin below zero") },
  { "sku.taken", N_("Another product has this SKU") },
  { "code.taken", N_("Another product has this barcode") },
  { "code.digit", N_("The barcode's check digit is wrong") },
  { "weight.syntax", N_("Write a weight such as 250 or 1,5 kg") },
  { "option.name", N_("An option needs a name") },
  { "option.twice", N_("Two options have this name") },
  { "option.values", N_("An option needs at least one value") },
  { "variants.many", N_("These options make too many variants") },
  { "stock.places", N_("Its stock lies in several places: count it below") },
  { "variants.none", N_("Tick at least one variant") },
  { "disk", N_("The disk could not be written: what you typed is kept here") },
  { "row.gone", N_("It was deleted meanwhile") },
  { "row.used", N_("It exists already") },
  { "row.parent_gone", N_("The product isn't saved yet") },
  { "category.cycle", N_("A category can't lie in itself") },
  { "scope", N_("Your role may not do this") },
  { "import.busy", N_("Still checking: one moment") },
  { "import.ask_currency", N_("Say first which currency the prices are in") },
  { "import.all_or_nothing", N_("There are wrong rows, and all or nothing is chosen") },
  { "import.nothing", N_("There is nothing to import") },
  { "nothing.selected", N_("Choose a product first") },
  { "nothing.typed", N_("There is nothing to save") },
  { "product.new", N_("Save the product first") },
  { "product.waits", N_("The product is still being read") },
  { "picture.not_a_picture", N_("This is not a picture: use JPEG, PNG, WebP, GIF or SVG") },
  { "picture.too_large", N_("The picture is larger than 20 MB") },
  { "picture.too_many_pixels", N_("The picture has more than 100 million pixels") },
  { "picture.damaged", N_("The picture is damaged") },
  { "picture.svg_refused", N_("This SVG holds more than a picture may") },
  { "picture.no_decoder", N_("This computer can't read pictures of this sort") },
  { "file.network", N_("Pictures can't be stored at the moment") },
};

const char *
kd_catalog_reason (const char *code)
{
  for (guint i = 0; code != NULL && i < G_N_ELEMENTS (reasons); i++)
    if (g_str_equal (reasons[i].code, code))
      return _(reasons[i].words);
  return NULL;
}

const char *
kd_catalog_reason_or_code (const char *code)
{
  const char *words = kd_catalog_reason (code);

  if (words != NULL)
    return words;
  return code != NULL ? code : _("It was refused");
}

char *
kd_catalog_time_words (gint64 ms)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (ms / 1000);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;

  /* TRANSLATORS: A day and a time, as of strftime: "3 March 2026, 14:05" */
  return local != NULL ? g_date_time_format (local, _("%-d %B %Y, %H:%M")) : g_strdup ("");
}
