/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-phone.h"

#include <phonenumbers/logger.h>
#include <phonenumbers/phonenumberutil.h>
#include <string.h>
#include <string>

/* The only C++ of the program: C in, C out, and no exception passes the border. */

using i18n::phonenumbers::NullLogger;
using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

namespace
{

PhoneNumberUtil *
get_util ()
{
  static PhoneNumberUtil *util = [] {
    PhoneNumberUtil *made = PhoneNumberUtil::GetInstance ();
    /* Its own logger writes to standard output, where our answers stand. It owns what it gets. */
    made->SetLogger (new NullLogger ());
    return made;
  }();
  return util;
}

const char *
type_to_text (PhoneNumberUtil::PhoneNumberType type)
{
  switch (type)
    {
    case PhoneNumberUtil::FIXED_LINE:
      return "FIXED_LINE";
    case PhoneNumberUtil::MOBILE:
      return "MOBILE";
    case PhoneNumberUtil::FIXED_LINE_OR_MOBILE:
      return "FIXED_LINE_OR_MOBILE";
    case PhoneNumberUtil::TOLL_FREE:
      return "TOLL_FREE";
    case PhoneNumberUtil::PREMIUM_RATE:
      return "PREMIUM_RATE";
    case PhoneNumberUtil::SHARED_COST:
      return "SHARED_COST";
    case PhoneNumberUtil::VOIP:
      return "VOIP";
    case PhoneNumberUtil::PERSONAL_NUMBER:
      return "PERSONAL_NUMBER";
    case PhoneNumberUtil::PAGER:
      return "PAGER";
    case PhoneNumberUtil::UAN:
      return "UAN";
    case PhoneNumberUtil::VOICEMAIL:
      return "VOICEMAIL";
    default:
      return "UNKNOWN";
    }
}

bool
parse_as (const std::string &text,
          const std::string &region,
          PhoneNumber *number)
{
  number->Clear ();
  return get_util ()->Parse (text, region, number) == PhoneNumberUtil::NO_PARSING_ERROR;
}

/* The numbering plan of Indonesia, for one, has no 00 before a country, but everybody writes it. */
bool
replace_double_zero (const std::string &text,
                     std::string *ret_text)
{
  std::string::size_type at = text.find_first_of ("+0123456789");

  if (at == std::string::npos || text.compare (at, 2, "00") != 0)
    return false;
  *ret_text = "+" + text.substr (at + 2);
  return true;
}

bool
parse (const std::string &text,
       const std::string &region,
       PhoneNumber *number)
{
  bool known = parse_as (text, region, number);
  std::string abroad;
  PhoneNumber other;

  if (known && get_util ()->IsValidNumber (*number))
    return true;
  if (replace_double_zero (text, &abroad) && parse_as (abroad, region, &other)
      && get_util ()->IsValidNumber (other))
    {
      *number = other;
      return true;
    }
  return known;
}

char *
format (const PhoneNumber &number,
        PhoneNumberUtil::PhoneNumberFormat how)
{
  std::string text;

  get_util ()->Format (number, how, &text);
  return g_strdup (text.c_str ());
}

void
fill (KdPhone *phone,
      const PhoneNumber &number)
{
  std::string region;

  phone->e164 = format (number, PhoneNumberUtil::E164);
  phone->national = format (number, PhoneNumberUtil::NATIONAL);
  phone->international = format (number, PhoneNumberUtil::INTERNATIONAL);
  phone->valid = get_util ()->IsValidNumber (number);
  phone->possible = get_util ()->IsPossibleNumber (number);
  phone->type = type_to_text (get_util ()->GetNumberType (number));
  if (number.has_extension () && !number.extension ().empty ())
    phone->extension = g_strdup (number.extension ().c_str ());
  get_util ()->GetRegionCodeForNumber (number, &region);
  if (region.size () == 2 && region != "ZZ")
    phone->region = g_strdup (region.c_str ());
}

/* What the library may be given: valid UTF-8 of a sensible length. */
bool
is_readable (const char *text)
{
  return text != nullptr && *text != '\0'
         && strnlen (text, KD_PHONE_INPUT_MAX + 1) <= KD_PHONE_INPUT_MAX
         && g_utf8_validate (text, -1, nullptr);
}

} // namespace

KdPhone *
kd_phone_parse (const char *text,
                const char *region)
{
  KdPhone *phone = g_new0 (KdPhone, 1);

  phone->type = "UNKNOWN";
  if (!is_readable (text))
    return phone;
  try
    {
      PhoneNumber number;

      if (parse (text, region != nullptr ? region : KD_PHONE_REGION, &number))
        fill (phone, number);
    }
  catch (...)
    {
      g_warning ("the phone number library threw");
    }
  return phone;
}

void
kd_phone_free (KdPhone *phone)
{
  if (phone == nullptr)
    return;
  g_free (phone->e164);
  g_free (phone->national);
  g_free (phone->international);
  g_free (phone->extension);
  g_free (phone->region);
  g_free (phone);
}

char *
kd_phone_normalize (const char *text,
                    const char *region)
{
  g_autoptr (KdPhone) phone = kd_phone_parse (text, region);

  return phone->valid ? g_strdup (phone->e164) : nullptr;
}

KdPhoneMatch
kd_phone_match (const char *a,
                const char *b)
{
  if (!is_readable (a) || !is_readable (b))
    return KD_PHONE_MATCH_NONE;
  try
    {
      switch (get_util ()->IsNumberMatchWithTwoStrings (a, b))
        {
        case PhoneNumberUtil::EXACT_MATCH:
          return KD_PHONE_MATCH_EXACT;
        case PhoneNumberUtil::NSN_MATCH:
          return KD_PHONE_MATCH_NSN;
        case PhoneNumberUtil::SHORT_NSN_MATCH:
          return KD_PHONE_MATCH_SHORT_NSN;
        default:
          return KD_PHONE_MATCH_NONE;
        }
    }
  catch (...)
    {
      g_warning ("the phone number library threw");
    }
  return KD_PHONE_MATCH_NONE;
}

const char *
kd_phone_match_to_text (KdPhoneMatch match)
{
  switch (match)
    {
    case KD_PHONE_MATCH_EXACT:
      return "exact";
    case KD_PHONE_MATCH_NSN:
      return "nsn";
    case KD_PHONE_MATCH_SHORT_NSN:
      return "short_nsn";
    default:
      return "none";
    }
}
