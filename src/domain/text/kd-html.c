/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-html.h"

#include "kd-html-private.h"
#include "kd-text.h"

#include <stdlib.h>
#include <string.h>

typedef struct
{
  GString *out;
  GPtrArray *open;     /* names to close, one for each kept ancestor; NULL for a tag left out */
  guint depth;         /* of tags written and not yet closed */
  guint links;         /* of those, links: a link inside a link isn't HTML */
  guint paragraphs;    /* of those, boxes that hold words alone */
} Writer;

#define DROP(n) { n, KD_HTML_DROP, NULL, FALSE, FALSE }
#define BLOCK(n) { n, KD_HTML_BLOCK, "p", FALSE, TRUE }
#define KEEP(n) { n, KD_HTML_KEEP, NULL, FALSE, FALSE }
#define KEEP_BLOCK(n) { n, KD_HTML_KEEP, NULL, FALSE, TRUE }

/* In order of name. embed, source and track aren't here: the parser takes what follows them for
 * their content, which must stay. */
static const KdHtmlElement elements[] = {
  KEEP ("a"),
  BLOCK ("address"),
  DROP ("applet"),
  BLOCK ("article"),
  BLOCK ("aside"),
  DROP ("audio"),
  KEEP ("b"),
  DROP ("base"),
  KEEP_BLOCK ("blockquote"),
  { "br", KD_HTML_KEEP, NULL, TRUE, FALSE },
  DROP ("button"),
  DROP ("canvas"),
  KEEP_BLOCK ("caption"),
  BLOCK ("center"),
  KEEP ("code"),
  BLOCK ("dd"),
  { "del", KD_HTML_KEEP, "s", FALSE, FALSE },
  BLOCK ("details"),
  BLOCK ("div"),
  BLOCK ("dl"),
  BLOCK ("dt"),
  KEEP ("em"),
  BLOCK ("figcaption"),
  BLOCK ("figure"),
  BLOCK ("footer"),
  DROP ("frame"),
  DROP ("frameset"),
  KEEP_BLOCK ("h1"),
  KEEP_BLOCK ("h2"),
  KEEP_BLOCK ("h3"),
  KEEP_BLOCK ("h4"),
  { "h5", KD_HTML_KEEP, "h4", FALSE, TRUE },
  { "h6", KD_HTML_KEEP, "h4", FALSE, TRUE },
  DROP ("head"),
  BLOCK ("header"),
  { "hr", KD_HTML_KEEP, NULL, TRUE, TRUE },
  KEEP ("i"),
  DROP ("iframe"),
  DROP ("img"),
  DROP ("input"),
  { "ins", KD_HTML_KEEP, "u", FALSE, FALSE },
  KEEP_BLOCK ("li"),
  DROP ("link"),
  BLOCK ("main"),
  DROP ("map"),
  DROP ("marquee"),
  DROP ("math"),
  DROP ("meta"),
  BLOCK ("nav"),
  DROP ("noembed"),
  DROP ("noframes"),
  DROP ("noscript"),
  DROP ("object"),
  KEEP_BLOCK ("ol"),
  KEEP_BLOCK ("p"),
  DROP ("param"),
  DROP ("plaintext"),
  KEEP_BLOCK ("pre"),
  KEEP ("s"),
  DROP ("script"),
  BLOCK ("section"),
  DROP ("select"),
  { "strike", KD_HTML_KEEP, "s", FALSE, FALSE },
  KEEP ("strong"),
  DROP ("style"),
  DROP ("svg"),
  KEEP_BLOCK ("table"),
  KEEP_BLOCK ("tbody"),
  KEEP ("td"),
  DROP ("template"),
  DROP ("textarea"),
  KEEP_BLOCK ("tfoot"),
  KEEP ("th"),
  KEEP_BLOCK ("thead"),
  DROP ("title"),
  KEEP_BLOCK ("tr"),
  KEEP ("u"),
  KEEP_BLOCK ("ul"),
  DROP ("video"),
  DROP ("xml"),
  DROP ("xmp"),
};

static const KdHtmlElement unknown = { "", KD_HTML_UNWRAP, NULL, FALSE, FALSE };

static int
compare_name (const void *name,
              const void *element)
{
  return strcmp (name, ((const KdHtmlElement *) element)->name);
}

const KdHtmlElement *
kd_html_find_element (const char *name)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);
  const KdHtmlElement *found;

  found = bsearch (lower, elements, G_N_ELEMENTS (elements), sizeof elements[0], compare_name);
  return found != NULL ? found : &unknown;
}

xmlDoc *
kd_html_parse (const char *html)
{
  static gsize initialized;
  g_autofree char *head = NULL;
  g_autofree char *valid = NULL;
  g_autofree char *page = NULL;

  if (g_once_init_enter (&initialized))
    {
      xmlInitParser ();
      g_once_init_leave (&initialized, 1);
    }
  if (html == NULL || *html == '\0')
    return NULL;
  head = g_strndup (html, KD_HTML_INPUT_MAX);
  valid = g_utf8_make_valid (head, -1);
  /* Words that stand in no element stay so, instead of being wrapped in a paragraph. */
  page = g_strconcat ("<html><body>", valid, NULL);
  return htmlReadMemory (page, (int) strlen (page), NULL, "UTF-8",
                         HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING
                             | HTML_PARSE_NONET | HTML_PARSE_NODEFDTD);
}

xmlNode *
kd_html_next_after (xmlNode *node,
                    xmlNode *top,
                    void (*left) (xmlNode *node, gpointer data),
                    gpointer data)
{
  while (node != top && node->next == NULL)
    {
      node = node->parent;
      if (node != top)
        left (node, data);
    }
  return node == top ? NULL : node->next;
}

/* An address that opens a page or a letter and nothing else. Browsers ignore tabs and line breaks
 * in one, so they may not hide the scheme. */
static gboolean
is_allowed_href (const char *href)
{
  if (g_ascii_strncasecmp (href, "mailto:", 7) == 0)
    {
      for (const char *at = href + 7; *at != '\0'; at++)
        if ((guchar) *at <= ' ' || strchr ("\"<>", *at) != NULL)
          return FALSE;
      return href[7] != '\0';
    }
  return kd_text_is_web_address (href);
}

/* People write addresses with spaces and brackets, which browsers encode. */
static char *
encode_href (const char *text)
{
  g_autofree char *trimmed = kd_text_trim (text);
  GString *href = g_string_new (NULL);

  for (const char *at = trimmed; *at != '\0'; at++)
    if (strchr (" \"<>\\^`{|}", *at) != NULL)
      g_string_append_printf (href, "%%%02X", (guchar) *at);
    else
      g_string_append_c (href, *at);
  return g_string_free (href, FALSE);
}

static void
write_href (Writer *writer,
            xmlNode *node)
{
  xmlChar *value = xmlGetNoNsProp (node, (const xmlChar *) "href");
  g_autofree char *href = NULL;

  if (value == NULL)
    return;
  href = encode_href ((const char *) value);
  xmlFree (value);
  if (!is_allowed_href (href))
    return;
  g_string_append (writer->out, " href=\"");
  kd_html_append_text (writer->out, href);
  g_string_append (writer->out, "\" rel=\"nofollow noopener\"");
}

static void
write_span (Writer *writer,
            xmlNode *node,
            const char *name)
{
  xmlChar *value = xmlGetNoNsProp (node, (const xmlChar *) name);
  guint64 span;

  if (value == NULL)
    return;
  if (g_ascii_string_to_unsigned ((const char *) value, 10, 2, KD_HTML_SPAN_MAX, &span, NULL))
    g_string_append_printf (writer->out, " %s=\"%u\"", name, (guint) span);
  xmlFree (value);
}

static gboolean
is_block_node (xmlNode *node)
{
  return node->type == XML_ELEMENT_NODE
         && kd_html_find_element ((const char *) node->name)->is_block;
}

/* A box that isn't allowed becomes a paragraph if that is all it was. */
static gboolean
is_paragraph (Writer *writer,
              xmlNode *node)
{
  gboolean words = FALSE;

  if (writer->paragraphs > 0)
    return FALSE;
  for (xmlNode *child = node->children; child != NULL; child = child->next)
    {
      if (is_block_node (child))
        return FALSE;
      words = words || child->type != XML_TEXT_NODE
              || !kd_text_is_blank ((const char *) child->content);
    }
  return words;
}

/* Boxes that hold words alone, not other boxes. */
static gboolean
holds_words (const char *name)
{
  return strcmp (name, "p") == 0 || strcmp (name, "pre") == 0 || strcmp (name, "caption") == 0
         || (name[0] == 'h' && g_ascii_isdigit (name[1]));
}

static gboolean
is_written (Writer *writer,
            const KdHtmlElement *element,
            xmlNode *node)
{
  if (element->fate == KD_HTML_UNWRAP || writer->depth >= KD_HTML_DEPTH_MAX)
    return FALSE;
  if (element->fate == KD_HTML_BLOCK)
    return is_paragraph (writer, node);
  return strcmp (element->name, "a") != 0 || writer->links == 0;
}

static void
open_tag (Writer *writer,
          const KdHtmlElement *element,
          xmlNode *node)
{
  const char *name = element->as != NULL ? element->as : element->name;

  g_string_append_printf (writer->out, "<%s", name);
  if (strcmp (name, "a") == 0)
    write_href (writer, node);
  else if (strcmp (name, "td") == 0 || strcmp (name, "th") == 0)
    {
      write_span (writer, node, "colspan");
      write_span (writer, node, "rowspan");
    }
  g_string_append_c (writer->out, '>');
}

/* Marks @node's tag as open; @name is %NULL where it isn't written. */
static void
push (Writer *writer,
      const char *name)
{
  g_ptr_array_add (writer->open, (gpointer) name);
  if (name == NULL)
    return;
  writer->depth++;
  writer->links += strcmp (name, "a") == 0;
  writer->paragraphs += holds_words (name);
}

static void
leave_cb (xmlNode *node,
          gpointer data)
{
  Writer *writer = data;
  const char *name = g_ptr_array_steal_index (writer->open, writer->open->len - 1);

  if (name == NULL)
    return;
  writer->depth--;
  writer->links -= strcmp (name, "a") == 0;
  writer->paragraphs -= holds_words (name);
  g_string_append_printf (writer->out, "</%s>", name);
}

/* Writes @node's beginning. Whether to go on with its children. */
static gboolean
enter (Writer *writer,
       xmlNode *node)
{
  const KdHtmlElement *element;

  if (node->type == XML_TEXT_NODE)
    {
      kd_html_append_text (writer->out, (const char *) node->content);
      return FALSE;
    }
  if (node->type != XML_ELEMENT_NODE)
    return FALSE;
  element = kd_html_find_element ((const char *) node->name);
  if (element->fate == KD_HTML_DROP)
    return FALSE;
  if (element->is_void)
    {
      open_tag (writer, element, node);
      return FALSE;
    }
  if (is_written (writer, element, node))
    {
      open_tag (writer, element, node);
      push (writer, element->as != NULL ? element->as : element->name);
    }
  else
    {
      /* Words of two boxes don't grow together when the boxes go. */
      if (element->is_block && writer->out->len > 0)
        g_string_append_c (writer->out, '\n');
      push (writer, NULL);
    }
  if (node->children != NULL)
    return TRUE;
  leave_cb (node, writer);
  return FALSE;
}

char *
kd_html_sanitize (const char *html)
{
  xmlDoc *doc = kd_html_parse (html);
  xmlNode *top = doc != NULL ? xmlDocGetRootElement (doc) : NULL;
  Writer writer = { .out = g_string_new (NULL), .open = g_ptr_array_new () };

  for (xmlNode *node = top != NULL ? top->children : NULL; node != NULL;)
    {
      if (writer.out->len > KD_HTML_OUTPUT_MAX)
        break;
      if (enter (&writer, node))
        node = node->children;
      else
        node = kd_html_next_after (node, top, leave_cb, &writer);
    }
  while (writer.open->len > 0)
    leave_cb (NULL, &writer);
  g_ptr_array_unref (writer.open);
  if (doc != NULL)
    xmlFreeDoc (doc);
  return g_string_free (writer.out, FALSE);
}
