/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-domain.h"

#include "kd-html.h"
#include "kd-text.h"

#include <string.h>

/* Names the case in the log, on one line. */
static void
show (const char *text)
{
  g_autofree char *line = g_strescape (text, NULL);
  g_test_message ("%s", line);
}

typedef struct
{
  const char *in, *out;
} Pair;

static void
check_sanitize (const Pair *pairs,
                guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *clean = kd_html_sanitize (pairs[i].in);
      g_autofree char *again = kd_html_sanitize (clean);

      show (pairs[i].in);
      g_assert_cmpstr (clean, ==, pairs[i].out);
      g_assert_cmpstr (again, ==, clean);
    }
}

static void
test_keeps (void)
{
  static const Pair pairs[] = {
    { "", "" },
    { "Kopi & teh < 5", "Kopi &amp; teh &lt; 5" },
    { "hello <b>x</b>", "hello <b>x</b>" },
    { "<p>a<br>b</p>", "<p>a<br>b</p>" },
    { "<STRONG>a</STRONG><em>b</em><i>c</i><u>d</u><s>e</s>",
      "<strong>a</strong><em>b</em><i>c</i><u>d</u><s>e</s>" },
    { "<ul><li>a</li><li>b</li></ul><ol><li>c</li></ol>",
      "<ul><li>a</li><li>b</li></ul><ol><li>c</li></ol>" },
    { "<h1>1</h1><h2>2</h2><h3>3</h3><h4>4</h4>", "<h1>1</h1><h2>2</h2><h3>3</h3><h4>4</h4>" },
    { "<blockquote>q</blockquote><pre>a  b</pre><code>c</code>",
      "<blockquote>q</blockquote><pre>a  b</pre><code>c</code>" },
    { "<a href=\"https://a.id/x?y=1&amp;z=2\">l</a>",
      "<a href=\"https://a.id/x?y=1&amp;z=2\" rel=\"nofollow noopener\">l</a>" },
    { "<a href=' https://a.id/kopi gayo '>l</a>",
      "<a href=\"https://a.id/kopi%20gayo\" rel=\"nofollow noopener\">l</a>" },
    { "<a href='mailto:a@b.id' target=_blank onclick=x()>l</a>",
      "<a href=\"mailto:a@b.id\" rel=\"nofollow noopener\">l</a>" },
    { "<table><tr><td colspan=2 style=x>a</td><th rowspan=999>b</th></tr></table>",
      "<table><tr><td colspan=\"2\">a</td><th>b</th></tr></table>" },
    { "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>",
      "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>" },
    { "<del>a</del><h5>b</h5>", "<s>a</s><h4>b</h4>" },
    { "&eacute; &copy; &#x1F600; &nbsp;x", "é © \xf0\x9f\x98\x80 \xc2\xa0x" },
    { "日本 \xf0\x9f\x98\x80", "日本 \xf0\x9f\x98\x80" },
    { "<div>a</div><div>b</div>", "<p>a</p><p>b</p>" },
    { "<span class=x>a</span><font color=red>b</font>", "ab" },
    { "<b>unclosed <i>both", "<b>unclosed <i>both</i></b>" },
    { "</p></div></body></html>after", "<p>after</p>" },
    { "<!DOCTYPE html><html><head><title>t</title></head><body><p>x</p></body></html>tail",
      "<p>x</p>tail" },
    { "<meta charset=\"iso-8859-1\"><p>é</p>", "<p>é</p>" },
  };

  check_sanitize (pairs, G_N_ELEMENTS (pairs));
}

static void
test_drops (void)
{
  static const Pair pairs[] = {
    { "<script>alert(1)</script>x", "x" },
    { "<p>a<script src=//e.id/x.js></script>b</p>", "<p>ab</p>" },
    { "<style>p{}</style>x", "x" },
    { "<img src=x onerror=alert(1)>x", "x" },
    { "<svg onload=alert(1)><circle/></svg>x", "x" },
    { "<math><mi xlink:href=\"javascript:x\">a</mi></math>x", "x" },
    { "<iframe src=//e.id></iframe>x", "x" },
    { "<object data=x><param name=a></object><embed src=x>x", "x" },
    { "<form action=//e.id><input name=a><button>b</button>c</form>", "c" },
    { "<!-- c --><?php x ?>y", "y" },
    { "<a href=\"javascript:alert(1)\">l</a>", "<a>l</a>" },
    { "<a href=\" jAvA\tscript:alert(1)\">l</a>", "<a>l</a>" },
    { "<a href=\"&#106;avascript:alert(1)\">l</a>", "<a>l</a>" },
    { "<a href=\"java&Tab;script:alert(1)\">l</a>", "<a>l</a>" },
    { "<a href=\"data:text/html,x\">l</a>", "<a>l</a>" },
    { "<a href=\"vbscript:x\">l</a>", "<a>l</a>" },
    { "<a href=\"//evil.id\">l</a>", "<a>l</a>" },
    { "<a href=\"https://a.id/&quot; onclick=x\">l</a>",
      "<a href=\"https://a.id/%22%20onclick=x\" rel=\"nofollow noopener\">l</a>" },
    { "<a href=\"https://a b.id/\">l</a>", "<a>l</a>" },
    { "<a href=\"https://user:pw@a.id/\">l</a>", "<a>l</a>" },
    { "<a href=\"mailto:a@b.id&#10;Bcc: c@d.id\">l</a>", "<a>l</a>" },
    { "<p onclick=alert(1) style=\"x\" id=a class=b>x</p>", "<p>x</p>" },
    { "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>x", "x" },
    { "<template><script>x</script></template>x", "x" },
    { "<base href=//e.id><link rel=stylesheet href=x><meta http-equiv=refresh content=0>x", "x" },
    { "<textarea><script>alert(1)</script></textarea>x", "x" },
    { "<scr<script>ipt>alert(1)</scr</script>ipt>", NULL },
    { "<<b>x</b>", NULL },
    { "<b", NULL },
    { "<a href=\"", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *clean = kd_html_sanitize (pairs[i].in);
      g_autofree char *again = kd_html_sanitize (clean);

      show (pairs[i].in);
      if (pairs[i].out != NULL)
        g_assert_cmpstr (clean, ==, pairs[i].out);
      g_assert_null (strstr (clean, "<script"));
      g_assert_null (strstr (clean, "<img"));
      g_assert_cmpstr (again, ==, clean);
    }
}

static void
test_limits (void)
{
  g_autoptr (GString) deep = g_string_new (NULL);
  g_autoptr (GString) wide = g_string_new (NULL);
  g_autofree char *clean_deep = NULL;
  g_autofree char *clean_wide = NULL;
  guint opened = 0;

  for (guint i = 0; i < 20000; i++)
    g_string_append (deep, "<blockquote>");
  g_string_append (deep, "bottom");
  clean_deep = kd_html_sanitize (deep->str);
  for (const char *at = clean_deep; (at = strstr (at, "<blockquote>")) != NULL; at++)
    opened++;
  g_assert_cmpuint (opened, ==, KD_HTML_DEPTH_MAX);
  g_assert_true (g_str_has_suffix (clean_deep, "</blockquote>"));

  while (wide->len < 2 * KD_HTML_INPUT_MAX)
    g_string_append (wide, "\"'<>&<p>");
  clean_wide = kd_html_sanitize (wide->str);
  g_assert_cmpuint (strlen (clean_wide), <=, 2 * KD_HTML_OUTPUT_MAX);
  g_assert_true (kd_text_is_clean (clean_wide, -1));
}

static void
test_to_text (void)
{
  static const Pair pairs[] = {
    { "", "" },
    { "plain", "plain" },
    { "<p>a</p><p>b</p>", "a\nb" },
    { "<div>a</div>b", "a\nb" },
    { "a<br>b<br><br>c", "a\nb\n\nc" },
    { "<ul><li>a</li><li> b </li></ul>c", "- a\n- b\nc" },
    { "a  <b> b </b>\n c", "a b c" },
    { "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a\tb\nc" },
    { "<pre>x\n  y</pre>z", "x\n  y\nz" },
    { "<script>x</script>a&amp;b", "a&b" },
    { "<p>Lace <em>trim</em>.</p>", "Lace trim." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *text = kd_html_to_text (pairs[i].in);

      show (pairs[i].in);
      g_assert_cmpstr (text, ==, pairs[i].out);
    }
}

static void
test_escape (void)
{
  static const struct
  {
    const char *in;
    KdHtmlContext context;
    const char *out;
  } cases[] = {
    { "<b>\"x\" & 'y'</b>", KD_HTML_TEXT, "&lt;b&gt;&quot;x&quot; &amp; &#39;y&#39;&lt;/b&gt;" },
    { "é\xf0\x9f\x98\x80", KD_HTML_TEXT, "é\xf0\x9f\x98\x80" },
    { "a b=\"'`<>&", KD_HTML_ATTRIBUTE, "a&#x20;b&#x3D;&quot;&#x27;&#x60;&lt;&gt;&amp;" },
    { "a,b.c-d_e\x01", KD_HTML_ATTRIBUTE, "a,b.c-d_e&#xFFFD;" },
    { "a b/é?&~", KD_HTML_URL, "a%20b%2F%C3%A9%3F%26~" },
    { "</script>'\"\\\n", KD_HTML_JS, "\\x3C\\x2Fscript\\x3E\\x27\\x22\\x5C\\x0A" },
    { "Ā\xf0\x9f\x98\x80", KD_HTML_JS, "\\u0100\\uD83D\\uDE00" },
    { "a<;}Ā", KD_HTML_CSS, "a\\3C \\3B \\7D \\100 " },
    { "\xff", KD_HTML_TEXT, "\xef\xbf\xbd" },
  };
  KdHtmlContext context;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *out = kd_html_escape (cases[i].in, cases[i].context);
      g_assert_cmpstr (out, ==, cases[i].out);
    }
  g_assert_true (kd_html_context_parse ("js", &context) && context == KD_HTML_JS);
  g_assert_false (kd_html_context_parse ("sql", &context));
  g_assert_false (kd_html_context_parse (NULL, &context));
}

/* What may come out: our own tags, with our own attributes, and nothing else between < and >. */
static void
assert_safe (const char *clean)
{
  static const char *const names
      = "|p|br|b|strong|em|i|u|s|ul|ol|li|h1|h2|h3|h4|a|blockquote|pre|code|hr|table|thead|tbody|"
        "tfoot|tr|th|td|caption|";

  g_assert_true (kd_text_is_clean (clean, -1));
  for (const char *at = clean; (at = strchr (at, '<')) != NULL; at++)
    {
      const char *name = at + (at[1] == '/' ? 2 : 1);
      gsize n = strspn (name, "abcdefghijklmnopqrstuvwxyz1234567890");
      g_autofree char *wanted = g_strdup_printf ("|%.*s|", (int) n, name);
      const char *rest = name + n;

      g_assert_nonnull (strstr (names, wanted));
      g_assert_true (*rest == '>' || g_str_has_prefix (rest, " href=\"http")
                     || g_str_has_prefix (rest, " href=\"HTTP")
                     || g_str_has_prefix (rest, " href=\"mailto:")
                     || g_str_has_prefix (rest, " colspan=\"")
                     || g_str_has_prefix (rest, " rowspan=\""));
    }
}

static void
test_mutations (void)
{
  static const char *const samples[] = {
    "<p>a<b>c</b><a href=\"https://a.id\">x</a></p><ul><li>1<li>2</ul>",
    "<table><tr><td><svg><style><img src=x onerror=1></style></svg><p>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1>\">",
    "<a href='jav&#x0A;ascript:1'>z</a><form><input><select><option>&lt;script&gt;",
  };
  static const char pieces[][12] = { "<", ">", "</", "\"", "'", "&#", "&lt;", "<!--", "-->",
                                     "<svg>", "<script>", "</script>", "\xff", "=", "<p", "/>",
                                     "<a href=" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  gint64 until = g_get_monotonic_time () + G_USEC_PER_SEC;

  for (guint i = 0; i < 4000 && g_get_monotonic_time () < until; i++)
    {
      g_autoptr (GString) text = g_string_new (samples[i % G_N_ELEMENTS (samples)]);
      guint changes = (guint) g_rand_int_range (rand, 1, 12);
      g_autofree char *clean = NULL;
      g_autofree char *words = NULL;

      for (guint j = 0; j < changes; j++)
        {
          gssize at = g_rand_int_range (rand, 0, (gint32) text->len);

          if (g_rand_boolean (rand))
            g_string_insert (text, at, pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))]);
          else
            text->str[at] = (char) g_rand_int_range (rand, 1, 256);
        }
      clean = kd_html_sanitize (text->str);
      assert_safe (clean);
      words = kd_html_to_text (text->str);
      g_assert_true (kd_text_is_clean (words, -1));
    }
}

void
kd_test_add_html (void)
{
  g_test_add_func ("/html/keeps", test_keeps);
  g_test_add_func ("/html/drops", test_drops);
  g_test_add_func ("/html/limits", test_limits);
  g_test_add_func ("/html/to-text", test_to_text);
  g_test_add_func ("/html/escape", test_escape);
  g_test_add_func ("/html/mutations", test_mutations);
}
