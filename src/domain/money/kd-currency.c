/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-currency.h"

#include <string.h>

/* Codes of ISO 4217 by the digits of their minor unit, each followed by a space. */
static const char *const codes_by_digits[] = {
  "BIF CLP DJF GNF IDR ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF ",
  "",
  "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD "
  "CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS "
  "GIP GMD GTQ GYD HKD HNL HTG HUF ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD "
  "MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP "
  "PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT "
  "TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG ",
  "BHD IQD JOD KWD LYD OMR TND ",
  "CLF UYW ",
};

/* Signs as typed and shown. Several currencies share a sign; the first sign of a currency is the
 * one that is shown, unless `home` names another language than the reader's. */
static const struct
{
  const char *sign, *currency;
  const char *home; /* languages in which the bare sign is enough, NULL: in all */
} signs[] = {
  { "Rp", "IDR", NULL },
  { "$", "USD", "en" },
  { "US$", "USD", NULL },
  { "€", "EUR", NULL },
  { "£", "GBP", NULL },
  { "¥", "JPY", NULL },
  { "￥", "JPY", NULL },
  { "¥", "CNY", "zh" },
  { "CN¥", "CNY", NULL },
  { "₩", "KRW", NULL },
  { "₹", "INR", NULL },
  { "RM", "MYR", NULL },
  { "S$", "SGD", NULL },
  { "$", "SGD", "" },
  { "฿", "THB", NULL },
  { "₫", "VND", NULL },
  { "đ", "VND", NULL },
  { "₱", "PHP", NULL },
  { "A$", "AUD", NULL },
  { "$", "AUD", "" },
  { "CA$", "CAD", NULL },
  { "$", "CAD", "" },
  { "NZ$", "NZD", NULL },
  { "$", "NZD", "" },
  { "HK$", "HKD", NULL },
  { "$", "HKD", "" },
  { "NT$", "TWD", NULL },
  { "$", "TWD", "" },
  { "B$", "BND", NULL },
  { "$", "BND", "" },
  { "MX$", "MXN", NULL },
  { "$", "MXN", "es" },
  { "R$", "BRL", NULL },
  { "₽", "RUB", NULL },
  { "₺", "TRY", NULL },
  { "zł", "PLN", NULL },
  { "₪", "ILS", NULL },
  { "₦", "NGN", NULL },
  { "₴", "UAH", NULL },
};

int
kd_currency_digits (const char *currency)
{
  if (strlen (currency) != 3 || strchr (currency, ' ') != NULL)
    return -1;
  for (guint digits = 0; digits < G_N_ELEMENTS (codes_by_digits); digits++)
    if (strstr (codes_by_digits[digits], currency) != NULL)
      return (int) digits;
  return -1;
}

const char *
kd_currency_symbol (const char *currency,
                    const char *language)
{
  for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
    if (strcmp (signs[i].currency, currency) == 0 &&
        (signs[i].home == NULL || g_strcmp0 (signs[i].home, language) == 0))
      return signs[i].sign;
  return NULL;
}

static gboolean
same_token (const char *token,
            gsize length,
            const char *sign)
{
  return strlen (sign) == length && g_ascii_strncasecmp (token, sign, length) == 0;
}

gboolean
kd_currency_named (const char *token,
                   gsize length,
                   const char *currency,
                   gboolean *ret_known)
{
  *ret_known = FALSE;
  if (length > 1 && token[length - 1] == '.')
    length--;
  for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
    if (same_token (token, length, signs[i].sign))
      {
        *ret_known = TRUE;
        if (strcmp (signs[i].currency, currency) == 0)
          return TRUE;
      }
  if (length == 3)
    {
      char code[4] = { 0 };

      for (guint i = 0; i < 3; i++)
        code[i] = g_ascii_toupper (token[i]);
      *ret_known |= kd_currency_digits (code) >= 0;
      return strcmp (code, currency) == 0;
    }
  return FALSE;
}
