/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-words.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  const char *code;
  const char *words;
} Words;

static const Words codes[] = {
  { "scope", N_("Your role doesn't allow this") },
  { "origin", N_("This can't be done from here") },
  { "row.gone", N_("It was deleted meanwhile") },
  { "row.used", N_("It exists already") },
  { "row.parent_gone", N_("What it belongs to was deleted meanwhile") },
  { "row.not_here", N_("It waits for something that this computer hasn't received yet") },
  { "sku.taken", N_("Another product has this SKU. Choose another one") },
  { "code.taken", N_("Another product has this barcode") },
  { "category.cycle", N_("A category can't be inside itself") },
  { "stock.insufficient", N_("There is not enough stock") },
  { "stock.confirm", N_("There is not enough stock. Confirm that you sell it all the same") },
  { "price.changed", N_("A price has changed since. Look at it once more") },
  { "number.range", N_("The number is too large") },
  { "bad_field", N_("A value isn't allowed there") },
  { "message.empty", N_("There is nothing to send") },
  { "message.too_long", N_("The message is too long. Send it in parts") },
  { "order.state", N_("The order's state doesn't allow this any more") },
  { "unsupported", N_("The server doesn't know this change. Update Kedai") },
  { "uid_taken", N_("The server has another change under this name") },
  { "internal", N_("The server failed at this change three times. It is kept here") },
};

static const Words stops[] = {
  { "fork", N_("This copy of the shop is older than what it already sent. Nothing is lost: what waits is kept here") },
  { "rollback", N_("The server was restored from a backup. Nothing is lost: what waits is kept here") },
  { "digest", N_("This copy differs from the server's. Syncing has stopped, what waits is kept here") },
  { "scope", N_("Your rights in this shop have changed. What waits is kept here") },
  { "auth", N_("Sign in again to go on syncing. You can go on working meanwhile") },
  { "device_revoked", N_("This computer was removed from the shop") },
  { "upgrade", N_("Kedai is too old for this server. Update it to go on syncing") },
  { "moved", N_("The shop has moved to another server") },
};

static const Words servers[] = {
  { "server.missing", N_("The shop's server isn't installed on this computer. Install Kedai again") },
  { "server.not_ours", N_("Another program answers at the shop's address on this computer. Nothing was sent to it") },
  { "server.port", N_("Another program uses the shop's address on this computer. Close it and try again. What waits is kept here") },
};

static const char *
find (const Words *table,
      unsigned n,
      const char *code)
{
  for (unsigned i = 0; i < n; i++)
    if (g_strcmp0 (table[i].code, code) == 0)
      return _(table[i].words);
  return NULL;
}

const char *
kd_words_code (const char *code)
{
  const char *words = find (codes, G_N_ELEMENTS (codes), code);

  return words != NULL ? words : _("The server refused this change");
}

const char *
kd_words_stop (const char *reason)
{
  const char *words = find (stops, G_N_ELEMENTS (stops), reason);

  return words != NULL ? words : _("Syncing has stopped. What waits is kept here");
}

const char *
kd_words_server (const char *problem)
{
  const char *words = find (servers, G_N_ELEMENTS (servers), problem);

  return words != NULL ? words : _("The shop's server on this computer doesn't start. What waits is kept here");
}

/* What the store itself calls an operation; the others stand where they are committed. */
static const char *const store_labels[] G_GNUC_UNUSED = { N_("Import %s") };

char *
kd_words_operation (const char *label,
                    const char *value)
{
  const char *words = label != NULL ? _(label) : _("Change");
  const char *at = strstr (words, "%s");

  if (at == NULL)
    return g_strdup (words);
  /* only our own msgids come here; the one %s is filled by hand all the same */
  return g_strdup_printf ("%.*s%s%s", (int) (at - words), words, value != NULL ? value : "", at + 2);
}

typedef struct
{
  const char *name;
  const char *words;     /* with at most one %s for the summary's first value */
  const char *plain;     /* without it */
} EntryWords;

static const EntryWords entries[] = {
  { "product.save", N_("Product “%s” saved"), N_("Product saved") },
  { "product.patch", N_("Product “%s” changed"), N_("Product changed") },
  { "product.delete", NULL, N_("Product deleted") },
  { "variant.patch", NULL, N_("Variant changed") },
  { "category.create", N_("Category “%s” added"), N_("Category added") },
  { "category.patch", NULL, N_("Category changed") },
  { "category.delete", NULL, N_("Category deleted") },
  { "stock.adjust", NULL, N_("Stock changed") },
  { "stock.count", NULL, N_("Stock counted") },
  { "catalog.import_chunk", N_("Import of %s products"), N_("Import") },
  { "rows.patch", N_("%s rows changed"), N_("Rows changed") },
  { "rows.revert", N_("%s rows taken back"), N_("Rows taken back") },
  { "media.add", NULL, N_("Photo added") },
  { "media.remove", NULL, N_("Photo removed") },
  { "media.update", NULL, N_("Photo changed") },
  { "order.create", NULL, N_("Order made") },
  { "order.place", NULL, N_("Order placed") },
  { "order.set_lines", NULL, N_("Order's items changed") },
  { "order.transition", NULL, N_("Order's state changed") },
  { "order.update", NULL, N_("Order changed") },
  { "order.discard", NULL, N_("Draft discarded") },
  { "payment.record", NULL, N_("Payment recorded") },
  { "message.send", N_("Message “%s”"), N_("Message") },
  { "message.note", N_("Note “%s”"), N_("Note") },
  { "conversation.staff_seen", NULL, N_("Conversation read") },
  { "conversation.set_state", NULL, N_("Conversation's state changed") },
  { "conversation.assign", NULL, N_("Conversation assigned") },
  { "contact.create", N_("Customer “%s” added"), N_("Customer added") },
  { "contact.patch", NULL, N_("Customer changed") },
  { "shop_profile.patch", NULL, N_("Shop's profile changed") },
  { "setting.create", NULL, N_("Setting changed") },
  { "setting.patch", NULL, N_("Setting changed") },
};

char *
kd_words_entry (const KdQueueEntry *entry)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (entries); i++)
    if (g_strcmp0 (entries[i].name, entry->name) == 0)
      return entries[i].words != NULL && entry->summary.values[0] != NULL
             ? kd_words_operation (entries[i].words, entry->summary.values[0])
             : g_strdup (_(entries[i].plain));
  return g_strdup (_("Change"));
}

char *
kd_words_time (gint64 at_ms,
               gint64 now_ms)
{
  g_autoptr (GDateTime) at = g_date_time_new_from_unix_local (at_ms / 1000);
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (now_ms / 1000);
  g_autoptr (GDateTime) yesterday = now != NULL ? g_date_time_add_days (now, -1) : NULL;

  if (at == NULL || now == NULL)
    return g_strdup ("");
  if (g_date_time_get_year (at) == g_date_time_get_year (now)
      && g_date_time_get_day_of_year (at) == g_date_time_get_day_of_year (now))
    return g_date_time_format (at, _("%H:%M"));
  if (g_date_time_get_year (at) == g_date_time_get_year (yesterday)
      && g_date_time_get_day_of_year (at) == g_date_time_get_day_of_year (yesterday))
    return g_strdup (_("Yesterday"));
  return g_date_time_format (at, g_date_time_get_year (at) == g_date_time_get_year (now) ? "%-d %b" : "%-d %b %Y");
}
