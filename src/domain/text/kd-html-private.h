/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libxml/HTMLparser.h>

G_BEGIN_DECLS

/* What becomes of an element. */
typedef enum
{
  KD_HTML_DROP,    /* with everything inside */
  KD_HTML_UNWRAP,  /* its tag alone goes */
  KD_HTML_BLOCK,   /* a box of its own that isn't allowed: becomes a paragraph where it can */
  KD_HTML_KEEP,
} KdHtmlFate;

typedef struct
{
  const char *name;
  KdHtmlFate fate;
  const char *as;    /* (nullable): written under this name */
  gboolean is_void;  /* has no content and no end tag */
  gboolean is_block; /* begins a line of its own */
} KdHtmlElement;

/* Never %NULL: what isn't known is unwrapped. */
const KdHtmlElement *kd_html_find_element (const char *name);

/* Reads any bytes; %NULL when nothing could be read. Everything stands below the root: head and
 * body are not told apart, because a broken source may have several. Free with xmlFreeDoc(). */
xmlDoc *kd_html_parse (const char *html);

/* Next in document order after leaving @node and its children, without leaving @top. @left is
 * called for every ancestor that ends on the way. */
xmlNode *kd_html_next_after (xmlNode *node,
                             xmlNode *top,
                             void (*left) (xmlNode *node, gpointer data),
                             gpointer data);

G_END_DECLS
