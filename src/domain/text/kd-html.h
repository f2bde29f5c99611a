/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* More of a description than this is cut before it is read. */
#define KD_HTML_INPUT_MAX (128 * 1024)

/* Elements below this depth lose their tags; their text stays. */
#define KD_HTML_DEPTH_MAX 32

/* What one description may become; nodes beyond are left out. */
#define KD_HTML_OUTPUT_MAX (256 * 1024)

/* Widest span of a table's cell. */
#define KD_HTML_SPAN_MAX 100

/**
 * kd_html_sanitize:
 * @html: (nullable): what somebody typed or a file brought; any bytes
 *
 * Cleans by an allow-list: p br b strong i em u s ul ol li h1-h4 a[href] blockquote pre code hr and
 * simple tables. A link keeps an http, https or mailto address alone and gets
 * rel="nofollow noopener". What is not on the list loses its tag and keeps its text; scripts,
 * styles, frames, forms' fields, pictures and foreign markup go with all they hold. Everything is
 * written anew from the parsed tree, so nothing of the source's own syntax comes through.
 *
 * Cleaning is done at every rendering (SECURITY 5); its result never replaces what is stored.
 *
 * Returns: (transfer full): markup that is safe inside an element of a page
 */
char *kd_html_sanitize (const char *html) G_GNUC_WARN_UNUSED_RESULT;

/**
 * kd_html_to_text:
 * @html: (nullable)
 *
 * The words alone, for search, previews and cards: a line for each block, a dash before list items,
 * a tab between cells.
 */
char *kd_html_to_text (const char *html) G_GNUC_WARN_UNUSED_RESULT;

/* Where a text is put into a page. */
typedef enum
{
  KD_HTML_TEXT,      /* between tags */
  KD_HTML_ATTRIBUTE, /* value of an attribute, quoted or not */
  KD_HTML_URL,       /* one part of an address: path segment, query value */
  KD_HTML_JS,        /* inside a JavaScript string */
  KD_HTML_CSS,       /* inside a CSS string or identifier */
} KdHtmlContext;

/**
 * kd_html_context_parse:
 *
 * Reads "text" (or "html"), "attribute" (or "attr"), "url", "js" or "css".
 */
gboolean kd_html_context_parse (const char *name,
                                KdHtmlContext *ret_context);

/**
 * kd_html_escape:
 *
 * Writes @text so that it stands in @context as itself and can't end it.
 */
char *kd_html_escape (const char *text,
                      KdHtmlContext context) G_GNUC_WARN_UNUSED_RESULT;

/* As kd_html_escape() for the commonest case, appended. */
void kd_html_append_text (GString *page,
                          const char *text);

G_END_DECLS
