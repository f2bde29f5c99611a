/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-picture-private.h"

#include <math.h>
#include <string.h>

#define SNIFF_BYTES (64 * 1024)
#define ELEMENTS_MAX 20000
#define DEPTH_MAX 64
#define CHAIN_MAX 200
/* How many elements would be drawn with every use and pattern written out. */
#define DRAWN_MAX 200000
#define PIXELS_WITHOUT_SIZE 512
#define PIXELS_PER_INCH 96.0

typedef struct
{
  guint first_child;   /* 1 + index, 0 for none */
  guint next;
  guint refs_from;     /* a run in Check.refs */
  guint refs_n;
  guint drawn;         /* 0 unknown, else as DRAWN_MAX counts */
  gboolean open;       /* being counted: a reference back to it is a circle */
} Node;

typedef struct
{
  GArray *nodes;
  GPtrArray *refs;       /* ids that elements refer to */
  GHashTable *ids;       /* id -> 1 + index */
  GArray *path;          /* indices of the open elements */
  GArray *last_child;    /* of each open element, 1 + index */
  double width;
  double height;
  double box_width;
  double box_height;
  gboolean in_style;
} Check;

static const char *const refused_elements[] = {
  "script", "image", "feImage", "foreignObject", "include", "handler", "iframe", "video", "audio",
  /* Their cost grows with their parameters, not with the picture. */
  "feTurbulence", "feConvolveMatrix", "feMorphology", "feDiffuseLighting", "feSpecularLighting",
  "feDisplacementMap", NULL
};

static gboolean
refuse (GError **error,
        const char *why)
{
  g_set_error (error, KD_PICTURE_ERROR, KD_PICTURE_ERROR_SVG_REFUSED, "The vector picture %s", why);
  return FALSE;
}

static const char *
local_name (const char *name)
{
  const char *colon = strrchr (name, ':');

  return colon ? colon + 1 : name;
}

/* ---- is it one? ---- */

static const char *
skip_past (const char *at,
           const char *end,
           const char *what)
{
  const char *found = g_strstr_len (at, end - at, what);

  return found ? found + strlen (what) : end;
}

static const char *
skip_doctype (const char *at,
              const char *end)
{
  while (at < end && *at != '>')
    at = *at == '[' ? skip_past (at, end, "]") : at + 1;
  return at < end ? at + 1 : end;
}

gboolean
kd_svg_sniff (const char *text,
              gsize size)
{
  const char *at = text;
  const char *end = text + MIN (size, SNIFF_BYTES);
  const char *name;

  if (size >= 3 && memcmp (at, "\xEF\xBB\xBF", 3) == 0)
    at += 3;
  for (;;)
    {
      while (at < end && g_ascii_isspace (*at))
        at++;
      if (end - at < 5 || *at != '<')
        return FALSE;
      if (at[1] == '?')
        at = skip_past (at, end, "?>");
      else if (memcmp (at, "<!--", 4) == 0)
        at = skip_past (at + 4, end, "-->");
      else if (at[1] == '!')
        at = skip_doctype (at, end);
      else
        break;
    }
  for (name = ++at; at < end && (g_ascii_isalnum (*at) || *at == '_' || *at == '-'); at++)
    if (at + 1 < end && at[1] == ':')
      name = at + 2, at++;
  return at - name == 3 && memcmp (name, "svg", 3) == 0 && at < end
         && (g_ascii_isspace (*at) || *at == '>' || *at == '/');
}

/* ---- attributes ---- */

static double
parse_length (const char *text)
{
  static const struct
  {
    const char *unit;
    double pixels;
  } units[] = {
    { "", 1 },
    { "px", 1 },
    { "in", PIXELS_PER_INCH },
    { "cm", PIXELS_PER_INCH / 2.54 },
    { "mm", PIXELS_PER_INCH / 25.4 },
    { "pt", PIXELS_PER_INCH / 72 },
    { "pc", PIXELS_PER_INCH / 6 },
    { "em", 16 },
  };
  char *rest = NULL;
  double value = g_ascii_strtod (text, &rest);

  g_strstrip (rest);
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_ascii_strcasecmp (rest, units[i].unit) == 0)
      return isfinite (value) && value > 0 ? value * units[i].pixels : 0;
  return 0;
}

static double
length_of (const char *text)
{
  g_autofree char *copy = g_strdup (text);

  return parse_length (copy);
}

static void
parse_view_box (Check *self,
                const char *text)
{
  double values[4] = { 0 };
  char *at = (char *) text;

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      at += strspn (at, " \t\r\n,");
      values[i] = g_ascii_strtod (at, &at);
    }
  if (isfinite (values[2]) && isfinite (values[3]) && values[2] > 0 && values[3] > 0)
    {
      self->box_width = values[2];
      self->box_height = values[3];
    }
}

static gboolean
add_ref (Check *self,
         const char *id,
         gsize n,
         GError **error)
{
  Node *node = &g_array_index (self->nodes, Node, self->nodes->len - 1);

  if (self->refs->len >= ELEMENTS_MAX * 4)
    return refuse (error, "refers to itself too often");
  g_ptr_array_add (self->refs, g_strndup (id, n));
  node->refs_n++;
  return TRUE;
}

/* url(#id) in a property or a style sheet; anything but an id of this document is refused. */
static gboolean
check_urls (Check *self,
            const char *text,
            gboolean count,
            GError **error)
{
  g_autofree char *lower = g_ascii_strdown (text, -1);
  const char *at = lower;

  while ((at = strstr (at, "url")))
    {
      gsize n;

      at += 3;
      at += strspn (at, " \t\r\n");
      if (*at != '(')
        continue;
      at++;
      at += strspn (at, " \t\r\n\"'");
      if (*at != '#')
        return refuse (error, "refers to something outside of it");
      at++;
      n = strcspn (at, ")\"' \t\r\n");
      if (count && !add_ref (self, text + (at - lower), n, error))
        return FALSE;
      at += n;
    }
  return TRUE;
}

static gboolean
check_attribute (Check *self,
                 const char *element,
                 const char *name,
                 const char *value,
                 GError **error)
{
  const char *local = local_name (name);

  if (g_str_equal (local, "id"))
    g_hash_table_insert (self->ids, g_strdup (value), GUINT_TO_POINTER (self->nodes->len));
  else if (g_str_equal (local, "href") && !g_str_equal (element, "a"))
    {
      if (value[0] != '#')
        return refuse (error, "refers to something outside of it");
      return add_ref (self, value + 1, strlen (value + 1), error);
    }
  else if (self->path->len == 0 && g_str_equal (name, "width"))
    self->width = length_of (value);
  else if (self->path->len == 0 && g_str_equal (name, "height"))
    self->height = length_of (value);
  else if (self->path->len == 0 && g_str_equal (name, "viewBox"))
    parse_view_box (self, value);
  return check_urls (self, value, TRUE, error);
}

/* ---- the walk ---- */

static void
start_element_cb (GMarkupParseContext *context,
                  const char *name,
                  const char **names,
                  const char **values,
                  gpointer data,
                  GError **error)
{
  Check *self = data;
  const char *element = local_name (name);
  guint index = self->nodes->len;
  guint none = 0;
  Node node = { .refs_from = self->refs->len };

  if (index >= ELEMENTS_MAX || self->path->len >= DEPTH_MAX)
    {
      refuse (error, "has too many elements");
      return;
    }
  if (g_strv_contains (refused_elements, element))
    {
      refuse (error, "holds what may not stand in it");
      return;
    }
  g_array_append_val (self->nodes, node);
  for (guint i = 0; names[i]; i++)
    if (!check_attribute (self, element, names[i], values[i], error))
      return;
  if (self->path->len > 0)
    {
      guint parent = g_array_index (self->path, guint, self->path->len - 1);
      guint *last = &g_array_index (self->last_child, guint, self->last_child->len - 1);

      if (*last == 0)
        g_array_index (self->nodes, Node, parent).first_child = index + 1;
      else
        g_array_index (self->nodes, Node, *last - 1).next = index + 1;
      *last = index + 1;
    }
  g_array_append_val (self->path, index);
  g_array_append_val (self->last_child, none);
  self->in_style = g_str_equal (element, "style");
}

static void
end_element_cb (GMarkupParseContext *context,
                const char *name,
                gpointer data,
                GError **error)
{
  Check *self = data;

  g_array_set_size (self->path, self->path->len - 1);
  g_array_set_size (self->last_child, self->last_child->len - 1);
  self->in_style = FALSE;
}

static void
text_cb (GMarkupParseContext *context,
         const char *text,
         gsize n,
         gpointer data,
         GError **error)
{
  Check *self = data;

  if (!self->in_style)
    return;
  if (strstr (text, "@import") || strchr (text, '\\'))
    refuse (error, "has a style sheet that is not plain");
  else
    check_urls (self, text, FALSE, error);
}

/* Prolog, comments and document types; entities could make a short text an endless one, and
 * another encoding could hide what was just looked for. */
static void
passthrough_cb (GMarkupParseContext *context,
                const char *text,
                gsize n,
                gpointer data,
                GError **error)
{
  g_autofree char *lower = g_ascii_strdown (text, (gssize) n);
  const char *encoding;

  if (g_str_has_prefix (lower, "<!--"))
    return;
  if (g_str_has_prefix (lower, "<!"))
    {
      if (strchr (lower, '[') || strstr (lower, "<!entity"))
        refuse (error, "declares entities");
      return;
    }
  if (g_str_has_prefix (lower, "<?xml-stylesheet"))
    refuse (error, "refers to something outside of it");
  encoding = g_str_has_prefix (lower, "<?xml ") ? strstr (lower, "encoding") : NULL;
  if (encoding)
    {
      encoding += strlen ("encoding");
      encoding += strspn (encoding, " \t\r\n=\"'");
      if (!g_str_has_prefix (encoding, "utf-8") && !g_str_has_prefix (encoding, "us-ascii"))
        refuse (error, "is not in UTF-8");
    }
}

static guint
count_drawn (Check *self,
             guint index,
             guint chain)
{
  Node *node = &g_array_index (self->nodes, Node, index);
  guint drawn = 1;

  if (node->drawn > 0)
    return node->drawn;
  if (node->open || chain > CHAIN_MAX)
    return DRAWN_MAX + 1;
  node->open = TRUE;
  for (guint child = node->first_child; child > 0 && drawn <= DRAWN_MAX;
       child = g_array_index (self->nodes, Node, child - 1).next)
    drawn += count_drawn (self, child - 1, chain + 1);
  for (guint i = 0; i < node->refs_n && drawn <= DRAWN_MAX; i++)
    {
      const char *id = self->refs->pdata[node->refs_from + i];
      guint target = GPOINTER_TO_UINT (g_hash_table_lookup (self->ids, id));

      if (target > 0)
        drawn += count_drawn (self, target - 1, chain + 1);
    }
  node->open = FALSE;
  node->drawn = MIN (drawn, DRAWN_MAX + 1);
  return node->drawn;
}

static gboolean
parse (Check *self,
       const char *text,
       gsize size,
       GError **error)
{
  static const GMarkupParser parser = {
    .start_element = start_element_cb,
    .end_element = end_element_cb,
    .text = text_cb,
    .passthrough = passthrough_cb,
  };
  g_autoptr (GMarkupParseContext) context
      = g_markup_parse_context_new (&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, self, NULL);
  g_autoptr (GError) local = NULL;
  gsize skip = size >= 3 && memcmp (text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

  if (g_markup_parse_context_parse (context, text + skip, (gssize) (size - skip), &local)
      && g_markup_parse_context_end_parse (context, &local))
    return TRUE;
  if (local->domain == KD_PICTURE_ERROR)
    g_propagate_error (error, g_steal_pointer (&local));
  else
    g_set_error (error, KD_PICTURE_ERROR, KD_PICTURE_ERROR_DAMAGED,
                 "The vector picture is broken: %s", local->message);
  return FALSE;
}

/* Missing sizes follow the view box; missing that too, a square. */
static void
get_size (const Check *self,
          double *ret_width,
          double *ret_height)
{
  double ratio = self->box_width > 0 ? self->box_width / self->box_height : 1;

  *ret_width = self->width > 0    ? self->width
               : self->height > 0 ? self->height * ratio
               : self->box_width > 0 ? self->box_width : PIXELS_WITHOUT_SIZE;
  *ret_height = self->height > 0 ? self->height : *ret_width / ratio;
}

gboolean
kd_svg_check (const char *text,
              gsize size,
              double *ret_width,
              double *ret_height,
              GError **error)
{
  Check self = { .nodes = g_array_new (FALSE, TRUE, sizeof (Node)),
                 .refs = g_ptr_array_new_with_free_func (g_free),
                 .ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
                 .path = g_array_new (FALSE, TRUE, sizeof (guint)),
                 .last_child = g_array_new (FALSE, TRUE, sizeof (guint)) };
  gboolean ok = parse (&self, text, size, error);

  if (ok && self.nodes->len > 0 && count_drawn (&self, 0, 0) > DRAWN_MAX)
    ok = refuse (error, "repeats itself without end");
  if (ok)
    get_size (&self, ret_width, ret_height);
  g_array_unref (self.nodes);
  g_ptr_array_unref (self.refs);
  g_hash_table_unref (self.ids);
  g_array_unref (self.path);
  g_array_unref (self.last_child);
  return ok;
}
