/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-html.h"

#include <string.h>

static const struct
{
  const char *name;
  KdHtmlContext context;
} contexts[] = {
  { "text", KD_HTML_TEXT },           { "html", KD_HTML_TEXT }, { "attribute", KD_HTML_ATTRIBUTE },
  { "attr", KD_HTML_ATTRIBUTE },      { "url", KD_HTML_URL },   { "js", KD_HTML_JS },
  { "css", KD_HTML_CSS },
};

gboolean
kd_html_context_parse (const char *name,
                       KdHtmlContext *ret_context)
{
  for (guint i = 0; i < G_N_ELEMENTS (contexts); i++)
    if (g_strcmp0 (name, contexts[i].name) == 0)
      {
        *ret_context = contexts[i].context;
        return TRUE;
      }
  return FALSE;
}

/* The five that markup gives a meaning to; %NULL for all others. */
static const char *
find_entity (gunichar c)
{
  switch (c)
    {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return NULL;
    }
}

void
kd_html_append_text (GString *page,
                     const char *text)
{
  const char *run = text;

  for (; *text != '\0'; text++)
    {
      const char *entity = find_entity ((guchar) *text);

      if (entity == NULL)
        continue;
      g_string_append_len (page, run, text - run);
      g_string_append (page, entity);
      run = text + 1;
    }
  g_string_append_len (page, run, text - run);
}

static gboolean
is_plain (gunichar c)
{
  return c < 0x80 && g_ascii_isalnum ((char) c);
}

static void
escape_attribute (GString *out,
                  gunichar c)
{
  const char *entity = c == '\'' ? NULL : find_entity (c);

  if (entity != NULL)
    g_string_append (out, entity);
  else if (is_plain (c) || c == ',' || c == '.' || c == '-' || c == '_')
    g_string_append_unichar (out, c);
  else if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || (c >= 0x7f && c < 0xa0))
    g_string_append (out, "&#xFFFD;"); /* a control character can't stand in HTML even escaped */
  else
    g_string_append_printf (out, "&#x%02X;", c);
}

static void
escape_url (GString *out,
            gunichar c)
{
  char bytes[6];
  int n;

  if (is_plain (c) || c == '-' || c == '.' || c == '_' || c == '~')
    {
      g_string_append_c (out, (char) c);
      return;
    }
  n = g_unichar_to_utf8 (c, bytes);
  for (int i = 0; i < n; i++)
    g_string_append_printf (out, "%%%02X", (guchar) bytes[i]);
}

static void
escape_js (GString *out,
           gunichar c)
{
  if (is_plain (c) || c == ',' || c == '.' || c == '_')
    g_string_append_c (out, (char) c);
  else if (c < 0x80)
    g_string_append_printf (out, "\\x%02X", c);
  else if (c < 0x10000)
    g_string_append_printf (out, "\\u%04X", c);
  else
    g_string_append_printf (out, "\\u%04X\\u%04X", 0xd800 + ((c - 0x10000) >> 10),
                            0xdc00 + ((c - 0x10000) & 0x3ff));
}

static void
escape_css (GString *out,
            gunichar c)
{
  if (is_plain (c))
    g_string_append_c (out, (char) c);
  else
    g_string_append_printf (out, "\\%X ", c); /* the space ends the number */
}

char *
kd_html_escape (const char *text,
                KdHtmlContext context)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *out = g_string_sized_new (strlen (valid) + 16);

  if (context == KD_HTML_TEXT)
    {
      kd_html_append_text (out, valid);
      return g_string_free (out, FALSE);
    }
  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (context == KD_HTML_ATTRIBUTE)
        escape_attribute (out, c);
      else if (context == KD_HTML_URL)
        escape_url (out, c);
      else if (context == KD_HTML_JS)
        escape_js (out, c);
      else
        escape_css (out, c);
    }
  return g_string_free (out, FALSE);
}
