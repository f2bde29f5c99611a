/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-media.h"

#include <string.h>

#define QUICKLY (500 * G_TIME_SPAN_MILLISECOND)
#define SLOWEST ((KD_SVG_MAX_MS + 1000) * G_TIME_SPAN_MILLISECOND)

#define XLINK "xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'"

/* Nine levels of ten uses each: a billion squares in under a kilobyte. */
static char *
bomb (void)
{
  GString *text = g_string_new ("<svg " XLINK " viewBox='0 0 9 9'><defs><g id='a0'>"
                                "<rect width='1' height='1'/></g>");

  for (int level = 1; level < 10; level++)
    {
      g_string_append_printf (text, "<g id='a%d'>", level);
      for (int i = 0; i < 10; i++)
        g_string_append_printf (text, "<use xlink:href='#a%d'/>", level - 1);
      g_string_append (text, "</g>");
    }
  g_string_append (text, "</defs><use xlink:href='#a9'/></svg>");
  return g_string_free (text, FALSE);
}

static char *
pattern_bomb (void)
{
  GString *text = g_string_new ("<svg " XLINK " viewBox='0 0 9 9'>");

  for (int level = 1; level < 10; level++)
    {
      g_string_append_printf (text, "<pattern id='p%d' width='.1' height='.1'>", level);
      for (int i = 0; i < 10; i++)
        g_string_append_printf (text, "<rect width='9' height='9' style='fill: URL( \"#p%d\" )'/>",
                                level - 1);
      g_string_append (text, "</pattern>");
    }
  g_string_append (text, "<rect width='9' height='9' fill='url(#p9)'/></svg>");
  return g_string_free (text, FALSE);
}

static char *
deep (void)
{
  GString *text = g_string_new ("<svg>");

  for (int i = 0; i < 100000; i++)
    g_string_append (text, "<g>");
  return g_string_free (text, FALSE);
}

static char *
chain (void)
{
  GString *text = g_string_new ("<svg " XLINK ">");

  for (int i = 0; i < 10000; i++)
    g_string_append_printf (text, "<use id='u%d' xlink:href='#u%d'/>", i, i + 1);
  g_string_append (text, "</svg>");
  return g_string_free (text, FALSE);
}

static char *
many (void)
{
  GString *text = g_string_new ("<svg>");

  for (int i = 0; i < 30000; i++)
    g_string_append (text, "<g/>");
  g_string_append (text, "</svg>");
  return g_string_free (text, FALSE);
}

static void
test_refused (void)
{
  g_autofree char *large = g_strnfill (KD_SVG_MAX_BYTES, ' ');
  const struct
  {
    const char *name;
    char *text;
    const char *code;
  } cases[] = {
    { "uses of uses", bomb (), "picture.svg_refused" },
    { "patterns of patterns", pattern_bomb (), "picture.svg_refused" },
    { "100,000 levels", deep (), "picture.svg_refused" },
    { "chain of 10,000 uses", chain (), "picture.svg_refused" },
    { "30,000 elements", many (), "picture.svg_refused" },
    { "circle", g_strdup ("<svg " XLINK "><g id='a'><use href='#a'/></g></svg>"),
      "picture.svg_refused" },
    { "entities",
      g_strdup ("<!DOCTYPE svg [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><svg>&b;</svg>"),
      "picture.svg_refused" },
    { "outer entity",
      g_strdup ("<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg>&x;</svg>"),
      "picture.svg_refused" },
    { "picture of a file",
      g_strdup ("<svg " XLINK "><image xlink:href='file:///etc/passwd'/></svg>"),
      "picture.svg_refused" },
    { "picture inside",
      g_strdup ("<svg><s:image xmlns:s='http://www.w3.org/2000/svg' href='data:image/png,x'/></svg>"),
      "picture.svg_refused" },
    { "use of an address", g_strdup ("<svg><use href='http://127.0.0.1/x.svg#a'/></svg>"),
      "picture.svg_refused" },
    { "address in an entity", g_strdup ("<svg><use href='&#104;ttp://127.0.0.1/x.svg#a'/></svg>"),
      "picture.svg_refused" },
    { "address in a style", g_strdup ("<svg><rect style='fill:url(http://10.0.0.1/#a)'/></svg>"),
      "picture.svg_refused" },
    { "import",
      g_strdup ("<svg><style><![CDATA[@import 'http://10.0.0.1/a.css';]]></style></svg>"),
      "picture.svg_refused" },
    { "style sheet", g_strdup ("<?xml-stylesheet href='a.css'?><svg/>"), "picture.svg_refused" },
    { "include",
      g_strdup ("<svg><xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='/etc/passwd'"
                " parse='text'/></svg>"),
      "picture.svg_refused" },
    { "script", g_strdup ("<svg><script>while(1);</script></svg>"), "picture.svg_refused" },
    { "turbulence",
      g_strdup ("<svg><filter id='f'><feTurbulence numOctaves='1000000000'/></filter></svg>"),
      "picture.svg_refused" },
    { "other encoding", g_strdup ("<?xml version='1.0' encoding='UTF-7'?><svg/>"),
      "picture.svg_refused" },
    { "huge", g_strdup ("<svg width='1000000' height='1000000'/>"), "picture.too_many_pixels" },
    { "inches", g_strdup ("<svg width='500in' height='500in'/>"), "picture.too_many_pixels" },
    { "too many bytes", g_strconcat ("<svg>", large, "</svg>", NULL), "picture.too_large" },
    { "not closed", g_strdup ("<svg><g></svg>"), "picture.damaged" },
    { "cut off", g_strdup ("<svg><g"), "picture.damaged" },
    { "no text", g_strdup ("<svg a='\xff\xfe'/>"), "picture.damaged" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_take (cases[i].text, strlen (cases[i].text));
      g_autoptr (GError) error = NULL;
      gint64 began = g_get_monotonic_time ();

      g_test_message ("%s", cases[i].name);
      g_assert_null (kd_picture_decode (bytes, KD_PICTURE_ALLOW_SVG, 100, NULL, &error));
      test_assert_code (error, cases[i].code);
      g_assert_cmpint (g_get_monotonic_time () - began, <, QUICKLY);
    }
}

static void
test_taken (void)
{
  static const struct
  {
    const char *text;
    int width, height;   /* at an edge of 100 */
  } cases[] = {
    { "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'/>", 100, 50 },
    { "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n"
      "<!-- drawn by hand -->\n<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" "
      "\"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\">\n"
      "<svg:svg xmlns:svg='http://www.w3.org/2000/svg' viewBox='0,0 10 20'/>", 50, 100 },
    { "<svg xmlns='http://www.w3.org/2000/svg' width='100%' height='10mm' viewBox='0 0 1 1'/>",
      100, 100 },
    { "<svg xmlns='http://www.w3.org/2000/svg'/>", 100, 100 },
    { "<svg " XLINK " viewBox='0 0 10 10'><style>.a{fill:url(#g)}</style>"
      "<linearGradient id='g'><stop stop-color='red'/></linearGradient>"
      "<symbol id='s'><rect class='a' width='5' height='5'/></symbol>"
      "<a href='https://example.com'><use xlink:href='#s'/></a>"
      "<filter id='f'><feGaussianBlur stdDeviation='1'/></filter>"
      "<rect filter='url(#f)' width='5' height='5'/><text>Halo</text></svg>", 100, 100 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (cases[i].text, strlen (cases[i].text));
      g_autoptr (GError) error = NULL;
      g_autoptr (GdkPixbuf) pixels
          = kd_picture_decode (bytes, KD_PICTURE_ALLOW_SVG, 100, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpint (gdk_pixbuf_get_width (pixels), ==, cases[i].width);
      g_assert_cmpint (gdk_pixbuf_get_height (pixels), ==, cases[i].height);
    }
}

static void
test_colours (void)
{
  static const char text[] = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 2 1'>"
                             "<rect width='1' height='1' fill='#10a040'/>"
                             "<rect x='1' width='1' height='1' fill='#ff0000' opacity='.5'/></svg>";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) small = NULL;
  g_autoptr (GdkPixbuf) pixels = kd_picture_decode (bytes, KD_PICTURE_ALLOW_SVG, 20, NULL, &error);
  KdPictureInfo info = { 0 };
  const guint8 *p;

  g_assert_no_error (error);
  p = gdk_pixbuf_read_pixels (pixels) + 5 * gdk_pixbuf_get_rowstride (pixels) + 5 * 4;
  g_assert_cmpmem (p, 4, "\x10\xa0\x40\xff", 4);
  p += 10 * 4;
  g_assert_cmpuint (p[0], ==, 255);
  g_assert_cmpuint (p[1], ==, 0);
  g_assert_cmpint (ABS (p[3] - 128), <=, 1);
  small = kd_picture_thumbnail (bytes, KD_PICTURE_ALLOW_SVG, 20, 0, &info, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (info.format, ==, KD_PICTURE_PNG);
}

/* What the check lets pass may still be slow: then the caller is not kept waiting. */
static void
test_slow (void)
{
  GString *text = g_string_new ("<svg " XLINK " viewBox='0 0 4000 4000'><filter id='f' x='0' y='0'"
                                " width='1' height='1'>");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPixbuf) pixels = NULL;
  gint64 began = g_get_monotonic_time ();

  for (int i = 0; i < 3; i++)
    g_string_append (text, "<feGaussianBlur stdDeviation='90'/>");
  g_string_append (text, "</filter>");
  for (int i = 0; i < 40; i++)
    g_string_append (text, "<rect width='4000' height='4000' filter='url(#f)'/>");
  g_string_append (text, "</svg>");
  bytes = g_string_free_to_bytes (text);
  pixels = kd_picture_decode (bytes, KD_PICTURE_ALLOW_SVG, KD_SVG_MAX_EDGE, NULL, &error);
  g_assert_null (pixels);
  test_assert_code (error, "picture.svg_refused");
  g_assert_cmpint (g_get_monotonic_time () - began, <, SLOWEST);
}

void
test_svg_add (void)
{
  g_test_add_func ("/svg/refused", test_refused);
  g_test_add_func ("/svg/taken", test_taken);
  g_test_add_func ("/svg/colours", test_colours);
  g_test_add_func ("/svg/slow", test_slow);
}
