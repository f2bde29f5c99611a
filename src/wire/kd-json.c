/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-json.h"

#include <math.h>
#include <string.h>

/* Our own parser: json-glib's takes comments, single quotes and numbers that wrap, and recurses as
 * deep as its text says. The nodes are json-glib's, for whoever reads them. */

typedef struct
{
  const char *key; /* NULL: an array, at `index` */
  guint index;
} Frame;

typedef struct
{
  const char *start, *at, *end;
  GString *scratch;
  Frame frames[KD_JSON_DEPTH_MAX];
  guint depth;
  GError **error;
} Parser;

static JsonNode *parse_value (Parser *parser);

static char *
path_of (const Parser *parser)
{
  GString *path = g_string_new (NULL);

  for (guint i = 0; i < parser->depth; i++)
    {
      const Frame *frame = &parser->frames[i];

      if (i > 0)
        g_string_append_c (path, '/');
      if (frame->key != NULL)
        g_string_append (path, frame->key);
      else
        g_string_append_printf (path, "%u", frame->index);
    }
  return g_string_free (path, FALSE);
}

static gpointer
fail (Parser *parser,
      const char *code)
{
  g_autofree char *path = path_of (parser);

  kd_wire_set_error (parser->error, KD_WIRE_ERROR_JSON, code, path,
                     (gsize) (parser->at - parser->start));
  return NULL;
}

static int
peek (const Parser *parser)
{
  return parser->at < parser->end ? (guchar) *parser->at : -1;
}

static void
skip_space (Parser *parser)
{
  while (parser->at < parser->end
         && (*parser->at == ' ' || *parser->at == '\n' || *parser->at == '\t' || *parser->at == '\r'))
    parser->at++;
}

static int
hex4 (Parser *parser)
{
  int value = 0;

  if (parser->end - parser->at < 4)
    return -1;
  for (guint i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (parser->at[i]);
      if (digit < 0)
        return -1;
      value = value << 4 | digit;
    }
  parser->at += 4;
  return value;
}

/* What follows "\u". */
static gboolean
parse_unicode (Parser *parser)
{
  int high = hex4 (parser), low;
  gunichar c;

  if (high < 0)
    return fail (parser, KD_JSON_SYNTAX) != NULL;
  if (high == 0)
    return fail (parser, KD_JSON_NUL) != NULL;
  c = (gunichar) high;
  if (high >= 0xd800 && high <= 0xdfff)
    {
      if (high >= 0xdc00 || parser->end - parser->at < 2 || parser->at[0] != '\\'
          || parser->at[1] != 'u')
        return fail (parser, KD_JSON_NOT_UTF8) != NULL;
      parser->at += 2;
      low = hex4 (parser);
      if (low < 0xdc00 || low > 0xdfff)
        return fail (parser, KD_JSON_NOT_UTF8) != NULL;
      c = 0x10000 + ((gunichar) (high - 0xd800) << 10) + (gunichar) (low - 0xdc00);
    }
  g_string_append_unichar (parser->scratch, c);
  return TRUE;
}

static gboolean
parse_escape (Parser *parser)
{
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  int c = peek (parser);
  const char *known;

  if (c == 'u')
    {
      parser->at++;
      return parse_unicode (parser);
    }
  known = c > 0 ? strchr (from, c) : NULL;
  if (known == NULL)
    return fail (parser, KD_JSON_SYNTAX) != NULL;
  g_string_append_c (parser->scratch, to[known - from]);
  parser->at++;
  return TRUE;
}

/* The string at the parser's place, in `scratch`. */
static gboolean
parse_string (Parser *parser)
{
  g_string_truncate (parser->scratch, 0);
  if (peek (parser) != '"')
    return fail (parser, KD_JSON_SYNTAX) != NULL;
  parser->at++;
  for (;;)
    {
      const char *run = parser->at;

      while (parser->at < parser->end && *parser->at != '"' && *parser->at != '\\'
             && (guchar) *parser->at >= 0x20)
        parser->at++;
      g_string_append_len (parser->scratch, run, parser->at - run);
      switch (peek (parser))
        {
        case '"':
          parser->at++;
          return TRUE;
        case '\\':
          parser->at++;
          if (!parse_escape (parser))
            return FALSE;
          break;
        default:
          return fail (parser, KD_JSON_SYNTAX) != NULL;
        }
    }
}

static guint
skip_digits (Parser *parser)
{
  const char *start = parser->at;

  while (parser->at < parser->end && g_ascii_isdigit (*parser->at))
    parser->at++;
  return (guint) (parser->at - start);
}

static gboolean
parse_integer (const char *at,
               const char *end,
               gint64 *ret_value)
{
  gboolean negative = *at == '-';
  guint64 limit = negative ? (guint64) G_MAXINT64 + 1 : G_MAXINT64, value = 0;

  for (at += negative; at < end; at++)
    {
      guint digit = (guint) (*at - '0');
      if (value > (limit - digit) / 10)
        return FALSE;
      value = value * 10 + digit;
    }
  *ret_value = negative ? (gint64) (0 - value) : (gint64) value;
  return TRUE;
}

static JsonNode *
parse_number (Parser *parser)
{
  const char *start = parser->at;
  g_autofree char *text = NULL;
  gboolean whole = TRUE;
  gint64 integer;
  double real;
  guint n;

  if (peek (parser) == '-')
    parser->at++;
  n = skip_digits (parser);
  if (n == 0 || (n > 1 && parser->at[-(gssize) n] == '0'))
    return fail (parser, KD_JSON_SYNTAX);
  if (peek (parser) == '.')
    {
      whole = FALSE;
      parser->at++;
      if (skip_digits (parser) == 0)
        return fail (parser, KD_JSON_SYNTAX);
    }
  if (peek (parser) == 'e' || peek (parser) == 'E')
    {
      whole = FALSE;
      parser->at++;
      if (peek (parser) == '+' || peek (parser) == '-')
        parser->at++;
      if (skip_digits (parser) == 0)
        return fail (parser, KD_JSON_SYNTAX);
    }
  if (whole)
    {
      if (parse_integer (start, parser->at, &integer))
        return json_node_init_int (json_node_alloc (), integer);
      parser->at = start;
      return fail (parser, KD_JSON_NUMBER);
    }
  text = g_strndup (start, (gsize) (parser->at - start));
  real = g_ascii_strtod (text, NULL);
  if (!isfinite (real))
    {
      parser->at = start;
      return fail (parser, KD_JSON_NUMBER);
    }
  return json_node_init_double (json_node_alloc (), real);
}

static gboolean
enter (Parser *parser)
{
  if (parser->depth == KD_JSON_DEPTH_MAX)
    return fail (parser, KD_JSON_TOO_DEEP) != NULL;
  parser->frames[parser->depth++] = (Frame){ 0 };
  parser->at++;
  skip_space (parser);
  return TRUE;
}

/* After a value: whether another follows. */
static gboolean
next (Parser *parser,
      char close,
      gboolean *ret_more)
{
  skip_space (parser);
  *ret_more = peek (parser) == ',';
  if (!*ret_more && peek (parser) != close)
    return fail (parser, KD_JSON_SYNTAX) != NULL;
  parser->at++;
  if (*ret_more)
    skip_space (parser);
  return TRUE;
}

static gboolean
parse_member (Parser *parser,
              JsonObject *object)
{
  g_autofree char *key = NULL;
  JsonNode *value;

  if (!parse_string (parser))
    return FALSE;
  key = g_strndup (parser->scratch->str, parser->scratch->len);
  parser->frames[parser->depth - 1].key = key;
  if (json_object_has_member (object, key))
    return fail (parser, KD_JSON_DUPLICATE) != NULL;
  skip_space (parser);
  if (peek (parser) != ':')
    return fail (parser, KD_JSON_SYNTAX) != NULL;
  parser->at++;
  value = parse_value (parser);
  if (value != NULL)
    json_object_set_member (object, key, value);
  parser->frames[parser->depth - 1].key = NULL;
  return value != NULL;
}

static JsonNode *
parse_object (Parser *parser)
{
  g_autoptr (JsonObject) object = NULL;
  gboolean more = TRUE;
  JsonNode *node;

  if (!enter (parser))
    return NULL;
  object = json_object_new ();
  if (peek (parser) == '}')
    {
      parser->at++;
      more = FALSE;
    }
  while (more)
    if (!parse_member (parser, object) || !next (parser, '}', &more))
      return NULL;
  parser->depth--;
  node = json_node_alloc ();
  return json_node_init_object (node, object);
}

static JsonNode *
parse_array (Parser *parser)
{
  g_autoptr (JsonArray) array = NULL;
  gboolean more = TRUE;
  JsonNode *node;

  if (!enter (parser))
    return NULL;
  array = json_array_new ();
  if (peek (parser) == ']')
    {
      parser->at++;
      more = FALSE;
    }
  while (more)
    {
      node = parse_value (parser);
      if (node == NULL)
        return NULL;
      json_array_add_element (array, node);
      if (!next (parser, ']', &more))
        return NULL;
      parser->frames[parser->depth - 1].index++;
    }
  parser->depth--;
  node = json_node_alloc ();
  return json_node_init_array (node, array);
}

static gboolean
take_word (Parser *parser,
           const char *word)
{
  gsize n = strlen (word);

  if ((gsize) (parser->end - parser->at) < n || memcmp (parser->at, word, n) != 0)
    return fail (parser, KD_JSON_SYNTAX) != NULL;
  parser->at += n;
  return TRUE;
}

static JsonNode *
parse_value (Parser *parser)
{
  skip_space (parser);
  switch (peek (parser))
    {
    case '{':
      return parse_object (parser);
    case '[':
      return parse_array (parser);
    case '"':
      if (!parse_string (parser))
        return NULL;
      return json_node_init_string (json_node_alloc (), parser->scratch->str);
    case 't':
      return take_word (parser, "true") ? json_node_init_boolean (json_node_alloc (), TRUE) : NULL;
    case 'f':
      return take_word (parser, "false") ? json_node_init_boolean (json_node_alloc (), FALSE) : NULL;
    case 'n':
      return take_word (parser, "null") ? json_node_init_null (json_node_alloc ()) : NULL;
    default:
      return parse_number (parser);
    }
}

JsonNode *
kd_json_parse (const char *text,
               gssize len,
               gsize max_bytes,
               GError **error)
{
  gsize n = len >= 0 ? (gsize) len : strlen (text);
  Parser parser = { .start = text, .at = text, .end = text + n, .error = error };
  g_autoptr (JsonNode) node = NULL;
  const char *bad;

  if (n > max_bytes)
    {
      parser.at = text + max_bytes;
      return fail (&parser, KD_JSON_TOO_LONG);
    }
  if (!g_utf8_validate_len (text, n, &bad))
    {
      parser.at = bad;
      return fail (&parser, *bad == '\0' ? KD_JSON_NUL : KD_JSON_NOT_UTF8);
    }
  parser.scratch = g_string_sized_new (256);
  node = parse_value (&parser);
  if (node != NULL)
    {
      skip_space (&parser);
      if (parser.at != parser.end)
        {
          fail (&parser, KD_JSON_SYNTAX);
          g_clear_pointer (&node, json_node_unref);
        }
    }
  g_string_free (parser.scratch, TRUE);
  return g_steal_pointer (&node);
}

JsonNode *
kd_json_parse_object (const char *text,
                      gssize len,
                      gsize max_bytes,
                      GError **error)
{
  g_autoptr (JsonNode) node = kd_json_parse (text, len, max_bytes, error);

  if (node != NULL && !JSON_NODE_HOLDS_OBJECT (node))
    {
      kd_wire_set_error (error, KD_WIRE_ERROR_FIELD, "field.type", "", 0);
      return NULL;
    }
  return g_steal_pointer (&node);
}
