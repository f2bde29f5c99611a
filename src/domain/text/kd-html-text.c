/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-html.h"

#include "kd-html-private.h"

#include <string.h>

typedef struct
{
  GString *out;
  guint verbatim;   /* inside how many pre elements */
  gboolean space;   /* white space was seen and not yet written */
  gboolean line;    /* a new line must begin before the next word */
} Reader;

static gboolean
is_named (xmlNode *node,
          const char *name)
{
  return strcmp ((const char *) node->name, name) == 0;
}

/* What stands before the next word: nothing at the very beginning. */
static void
write_gap (Reader *reader)
{
  if (reader->out->len > 0 && reader->line)
    g_string_append_c (reader->out, '\n');
  else if (reader->out->len > 0 && reader->space
           && !g_ascii_isspace (reader->out->str[reader->out->len - 1]))
    g_string_append_c (reader->out, ' ');
  reader->line = reader->space = FALSE;
}

static void
read_words (Reader *reader,
            const char *text)
{
  if (reader->verbatim > 0)
    {
      write_gap (reader);
      g_string_append (reader->out, text);
      return;
    }
  for (; *text != '\0'; text++)
    {
      if (g_ascii_isspace (*text))
        {
          reader->space = TRUE;
          continue;
        }
      write_gap (reader);
      g_string_append_c (reader->out, *text);
    }
}

static void
end_cb (xmlNode *node,
        gpointer data)
{
  Reader *reader = data;

  if (kd_html_find_element ((const char *) node->name)->is_block)
    reader->line = TRUE;
  if (is_named (node, "pre"))
    reader->verbatim--;
}

/* Whether to go on with @node's children. */
static gboolean
begin (Reader *reader,
       xmlNode *node)
{
  const KdHtmlElement *element;

  if (node->type == XML_TEXT_NODE)
    read_words (reader, (const char *) node->content);
  if (node->type != XML_ELEMENT_NODE)
    return FALSE;
  element = kd_html_find_element ((const char *) node->name);
  if (element->fate == KD_HTML_DROP)
    return FALSE;
  if (is_named (node, "br"))
    {
      if (reader->line && reader->out->len > 0)
        g_string_append_c (reader->out, '\n');
      reader->line = TRUE;
    }
  if (element->is_block)
    reader->line = TRUE;
  if (is_named (node, "li"))
    {
      write_gap (reader);
      g_string_append (reader->out, "- ");
    }
  if ((is_named (node, "td") || is_named (node, "th")) && !reader->line && reader->out->len > 0)
    {
      g_string_append_c (reader->out, '\t');
      reader->space = FALSE;
    }
  if (is_named (node, "pre"))
    reader->verbatim++;
  if (node->children != NULL)
    return TRUE;
  end_cb (node, reader);
  return FALSE;
}

char *
kd_html_to_text (const char *html)
{
  xmlDoc *doc = kd_html_parse (html);
  xmlNode *top = doc != NULL ? xmlDocGetRootElement (doc) : NULL;
  Reader reader = { .out = g_string_new (NULL) };

  for (xmlNode *node = top != NULL ? top->children : NULL; node != NULL;)
    {
      if (begin (&reader, node))
        node = node->children;
      else
        node = kd_html_next_after (node, top, end_cb, &reader);
    }
  if (doc != NULL)
    xmlFreeDoc (doc);
  while (reader.out->len > 0 && g_ascii_isspace (reader.out->str[reader.out->len - 1]))
    g_string_truncate (reader.out, reader.out->len - 1);
  return g_string_free (reader.out, FALSE);
}
