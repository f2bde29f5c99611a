/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-phone.h"
#include "kd-text.h"
#include "kd-web-page.h"

#include <string.h>

/* What a buyer types to order: the same form for a cart and for a draft from the shop. */

static const struct
{
  const char *name, *type, *autocomplete;
  guint max;          /* bytes, as the order's field */
  gboolean required;
} specs[KD_WEB_N_FIELDS] = {
  [KD_WEB_FIELD_NAME] = { "name", "text", "name", 120, TRUE },
  [KD_WEB_FIELD_PHONE] = { "phone", "tel", "tel", 32, TRUE },
  [KD_WEB_FIELD_ADDRESS] = { "address", NULL, "street-address", 500, TRUE },
  [KD_WEB_FIELD_NOTE] = { "note", NULL, "off", 1000, FALSE },
};

void
kd_web_buyer_form_clear (KdWebBuyerForm *form)
{
  for (guint i = 0; i < KD_WEB_N_FIELDS; i++)
    {
      g_clear_pointer (&form->fields[i], g_free);
      g_clear_pointer (&form->wrong[i], g_free);
    }
}

gboolean
kd_web_buyer_form_recall (KdWebView *view,
                          KdWebBuyerForm *form,
                          GError **error)
{
  g_autoptr (GArray) orders =
    kd_buyer_orders (view->connection, view->shop, &view->session.token, error);

  if (orders == NULL)
    return FALSE;
  for (guint i = 0; i < orders->len; i++)
    {
      const KdBuyerOrder *own = &g_array_index (orders, KdBuyerOrder, i);
      const KdOrder *order =
        own->typed ? (const KdOrder *) kd_rows_get (view->rows, &kd_kind_order, &own->order) : NULL;

      if (order == NULL || order->name == NULL)
        continue;
      form->fields[KD_WEB_FIELD_NAME] = g_strdup (order->name);
      form->fields[KD_WEB_FIELD_PHONE] = g_strdup (order->phone);
      form->fields[KD_WEB_FIELD_ADDRESS] = g_strdup (order->address);
      form->cod = order->method == KD_METHOD_COD;
      return TRUE;
    }
  return TRUE;
}

static void
check_field (KdWebView *view,
             KdWebBuyerForm *form,
             KdWebBuyerField field)
{
  char **value = &form->fields[field];
  const char *wrong = NULL;

  if (specs[field].required && kd_text_is_blank (*value))
    wrong = _ ("Please fill this in.");
  else if (strlen (*value) > specs[field].max)
    wrong = _ ("This is too long.");
  else if (field == KD_WEB_FIELD_PHONE)
    {
      g_autoptr (KdPhone) phone = kd_phone_parse (*value, view->profile->region);

      if (phone->e164 == NULL || !phone->possible)
        wrong = _ ("Please check the phone number.");
      else if (phone->valid)
        {
          g_free (*value);
          *value = g_strdup (phone->e164);
        }
    }
  form->wrong[field] = g_strdup (wrong);
}

gboolean
kd_web_buyer_form_read (KdWebView *view,
                        KdWebBuyerForm *form)
{
  gboolean good = TRUE;

  for (guint i = 0; i < KD_WEB_N_FIELDS; i++)
    {
      form->fields[i] = kd_web_plain_text (kd_web_form (view, specs[i].name));
      check_field (view, form, i);
      good = good && form->wrong[i] == NULL;
    }
  form->cod = g_str_equal (kd_web_form (view, "method"), "cod");
  return good;
}

static const char *
label_of (KdWebView *view,
          KdWebBuyerField field)
{
  switch (field)
    {
    case KD_WEB_FIELD_NAME:
      return _ ("Name");
    case KD_WEB_FIELD_PHONE:
      return _ ("Phone");
    case KD_WEB_FIELD_ADDRESS:
      return _ ("Address");
    default:
      return _ ("Note for the shop (optional)");
    }
}

static void
append_field (KdWebView *view,
              const KdWebBuyerForm *form,
              KdWebBuyerField field)
{
  const char *value = form->fields[field] != NULL ? form->fields[field] : "";
  const char *required = specs[field].required ? " required" : "";
  const char *name = specs[field].name;
  const char *wrong = form->wrong[field] != NULL ? " aria-invalid=true" : "";
  g_autofree char *described =
    form->wrong[field] != NULL ? g_strdup_printf (" aria-describedby=wrong-%s", name) : g_strdup ("");

  kd_web_print (view->html, "<label class=field><span>%s</span>", label_of (view, field));
  if (specs[field].type != NULL)
    kd_web_print (view->html,
                  "<input name=%s type=%s autocomplete=%s maxlength=%u dir=auto value=\"%s\"%s%s%s>",
                  name, specs[field].type, specs[field].autocomplete, specs[field].max, value,
                  required, wrong, described);
  else
    kd_web_print (view->html,
                  "<textarea name=%s rows=%d autocomplete=%s maxlength=%u dir=auto%s%s%s>\n%s</textarea>",
                  name, field == KD_WEB_FIELD_ADDRESS ? 3 : 2, specs[field].autocomplete,
                  specs[field].max, required, wrong, described, value);
  if (form->wrong[field] != NULL)
    kd_web_print (view->html, "<em id=wrong-%s>%s</em>", name, form->wrong[field]);
  g_string_append (view->html, "</label>");
}

void
kd_web_buyer_form_show (KdWebView *view,
                        const KdWebBuyerForm *form)
{
  for (guint i = 0; i < KD_WEB_N_FIELDS; i++)
    append_field (view, form, i);
  kd_web_print (view->html,
                "<fieldset class=methods><legend>%s</legend>"
                "<label class=method><input type=radio name=method value=transfer%s><span>%s"
                "<small>%s</small></span></label>"
                "<label class=method><input type=radio name=method value=cod%s><span>%s"
                "<small>%s</small></span></label></fieldset>",
                _ ("How do you want to pay?"), form->cod ? "" : " checked", _ ("Bank transfer"),
                _ ("The shop's account is shown after you order."), form->cod ? " checked" : "",
                _ ("Cash on delivery"), _ ("You pay when the goods arrive."));
}
