/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-list-private.h"

#include "kd-text.h"

#include <string.h>

/* Searching a list: every word (single letters beside longer words apart) is the beginning of a
 * word of the row's, or of one of its codes, or the digits at the end of one of its numbers. What one
 * source finds is shown before what the next one does, each in its own order (names: those that came
 * last first), so that the first 50 can be had without the rest; ranking by how well they fit costs a
 * hundred times as much. */

#define WORDS_MAX 8
#define TYPED_MAX 256           /* bytes of what was typed that count */
#define TAIL_MIN 3              /* fewer digits are at the end of too many numbers */
#define CANDIDATES_MAX 200      /* rows that one word finds by code, looked at for the others */
#define ABOVE "\xf4\x8f\xbf\xbf" /* sorts after everything that begins the same */

char *
kd_search_match_word (const char *word)
{
  GString *match = g_string_new ("\"");

  for (const char *at = word; *at != '\0'; at++)
    {
      if (*at == '"')
        g_string_append_c (match, '"');
      g_string_append_c (match, *at);
    }
  g_string_append (match, "\"*");
  return g_string_free (match, FALSE);
}

char *
kd_search_tail (const char *word)
{
  g_autoptr (GString) tail = g_string_new (NULL);

  for (gsize i = strlen (word); i-- > 0;)
    if (g_ascii_isdigit (word[i]))
      g_string_append_c (tail, word[i]);
    else if (strchr ("+-.() /", word[i]) == NULL)
      return NULL;
  return tail->len >= TAIL_MIN ? g_string_free (g_steal_pointer (&tail), FALSE) : NULL;
}

/* One letter finds beginnings of names; one sign of a script that writes words so is a word. */
static gboolean
is_single_letter (const char *folded)
{
  return kd_text_count_graphemes (folded) == 1 && !g_unichar_iswide (g_utf8_get_char (folded));
}

/* Beside longer words a single letter narrows nothing: it stands for a tenth of all rows, is most
 * often the start of the next word, and costs more to look up than all the others. Of letters alone
 * the first counts. */
static gboolean
counts (char **words,
        guint index)
{
  if (*words[index] == '\0')
    return FALSE;
  if (!is_single_letter (words[index]))
    return TRUE;
  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0' && i != index && (i < index || !is_single_letter (words[i])))
      return FALSE;
  return TRUE;
}

KdSearch *
kd_search_new (const char *typed)
{
  g_autofree char *valid = g_utf8_make_valid (typed, -1);
  g_autofree char *cut = kd_text_truncate_bytes (valid, TYPED_MAX);
  g_autofree char *trimmed = kd_text_trim (cut);
  g_autofree char *folded = kd_text_fold (trimmed);
  g_auto (GStrv) parts = g_strsplit_set (folded, " \t\r\n", -1), raw = g_strsplit_set (trimmed, " \t\r\n", -1);
  KdSearch *search = g_new0 (KdSearch, 1);

  search->words = g_ptr_array_new_with_free_func (g_free);
  search->keys = g_ptr_array_new_with_free_func (g_free);
  search->digits = kd_search_tail (trimmed);
  for (guint i = 0; parts[i] != NULL && search->words->len < WORDS_MAX; i++)
    if (counts (parts, i))
      g_ptr_array_add (search->words, g_strdup (parts[i]));
  for (guint i = 0; raw[i] != NULL && search->keys->len < WORDS_MAX; i++)
    if (counts (raw, i))
      g_ptr_array_add (search->keys, kd_text_key (raw[i]));
  if (search->words->len == 1 && is_single_letter (g_ptr_array_index (search->words, 0)))
    search->begins = g_strdup (g_ptr_array_index (search->words, 0));
  else if (search->words->len > 0)
    {
      GString *all = g_string_new (NULL);

      for (guint i = 0; i < search->words->len; i++)
        {
          g_autofree char *match = kd_search_match_word (g_ptr_array_index (search->words, i));
          g_string_append_printf (all, "%s%s", i > 0 ? " AND " : "", match);
        }
      search->all = g_string_free (all, FALSE);
    }
  return search;
}

void
kd_search_free (KdSearch *search)
{
  if (search == NULL)
    return;
  g_ptr_array_unref (search->words);
  g_ptr_array_unref (search->keys);
  g_free (search->all);
  g_free (search->begins);
  g_free (search->digits);
  g_free (search);
}

/* ---- rows ---- */

typedef struct
{
  KdSqlConnection *connection;
  const KdListClass *list;
  const KdListQuery *query;
  const KdSearch *search;
  const KdListShared *shared;
  guint limit;
  GArray *rids;
  GHashTable *known;            /* of gint64 */
} Run;

static void
take (Run *run,
      gint64 rid)
{
  if (run->rids->len < run->limit && g_hash_table_add (run->known, g_memdup2 (&rid, sizeof rid)))
    g_array_append_val (run->rids, rid);
}

/* A range: everything that begins with @text. */
static void
bind_range (KdListSql *sql,
            const char *head,
            const char *text)
{
  g_autofree char *above = g_strconcat (text, ABOVE, NULL);

  kd_list_sql_text (sql, head, text);
  kd_list_sql_text (sql, "", above);
}

/* Runs a source for one value; rows not known yet are appended to @found. */
static gboolean
run_source (Run *run,
            const KdFindSource *source,
            const char *value,
            guint limit,
            GArray *found,
            GError **error)
{
  g_autoptr (KdListSql) sql = kd_list_sql_new (NULL);

  if (source->how == KD_FIND_ALL || source->how == KD_FIND_WORD)
    kd_list_sql_text (sql, source->head, value);
  else
    bind_range (sql, source->head, value);
  run->list->where (sql, run->query, run->shared);
  g_string_append_printf (sql->text, " ORDER BY %s", source->order);
  kd_list_sql_int64 (sql, " LIMIT ?", limit);
  return kd_list_sql_collect (sql, run->connection, found, error);
}

static gboolean
row_has (Run *run,
         gint64 rid,
         const char *word,
         gboolean *ret_has,
         GError **error)
{
  g_autofree char *match = kd_search_match_word (word);

  *ret_has = FALSE;
  for (guint i = 0; run->list->has != NULL && run->list->has[i] != NULL && !*ret_has; i++)
    {
      g_autoptr (KdSqlStatement) statement = kd_sql_prepare (run->connection, run->list->has[i], error);
      KdSqlStep step;

      if (statement == NULL)
        return FALSE;
      kd_sql_bind_text (statement, 1, match);
      kd_sql_bind_int64 (statement, 2, rid);
      step = kd_sql_step (statement, error);
      if (step == KD_SQL_ERRED)
        return FALSE;
      *ret_has = step == KD_SQL_ROW;
    }
  return TRUE;
}

/* Rows that one word found by a code or a number: the other words must be there too. */
static gboolean
take_with_others (Run *run,
                  GArray *found,
                  guint word,
                  GError **error)
{
  for (guint i = 0; i < found->len; i++)
    {
      gint64 rid = g_array_index (found, gint64, i);
      gboolean has = TRUE;

      if (g_hash_table_contains (run->known, &rid))
        continue;
      for (guint w = 0; w < run->search->words->len && has; w++)
        if (w != word && !row_has (run, rid, g_ptr_array_index (run->search->words, w), &has, error))
          return FALSE;
      if (has)
        take (run, rid);
    }
  return TRUE;
}

/* What a source compares with one of the words; NULL where it has no business with it. */
static char *
value_of_word (const KdSearch *search,
               KdFindHow how,
               guint word)
{
  const char *folded = g_ptr_array_index (search->words, word);
  const char *key = word < search->keys->len ? g_ptr_array_index (search->keys, word) : NULL;

  switch (how)
    {
    case KD_FIND_TAIL:
      return kd_search_tail (folded);
    case KD_FIND_CODE:
      return g_strdup (key);
    case KD_FIND_CAPITALS:
      return key != NULL ? g_ascii_strup (key, -1) : NULL;
    default:
      /* with a hyphen it is a code, and finding its parts among all codes would be slow */
      for (const char *at = folded; *at != '\0'; at++)
        if (g_ascii_ispunct (*at))
          return NULL;
      return kd_search_match_word (folded);
    }
}

static gboolean
run_words (Run *run,
           const KdFindSource *source,
           GError **error)
{
  guint n = run->search->words->len;
  guint limit = n > 1 ? CANDIDATES_MAX : run->limit;

  for (guint w = 0; w < n; w++)
    {
      g_autofree char *value = value_of_word (run->search, source->how, w);
      g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (gint64));

      if (value == NULL)
        continue;
      if (!run_source (run, source, value, limit, found, error)
          || !take_with_others (run, found, w, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
run_whole (Run *run,
           const KdFindSource *source,
           const char *value,
           GError **error)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (gint64));

  /* as many as may be known already, and as many as are wanted */
  if (!run_source (run, source, value, run->limit + run->rids->len, found, error))
    return FALSE;
  for (guint i = 0; i < found->len; i++)
    take (run, g_array_index (found, gint64, i));
  return TRUE;
}

static gboolean
run_one (Run *run,
         const KdFindSource *source,
         GError **error)
{
  const KdSearch *search = run->search;

  switch (source->how)
    {
    case KD_FIND_BEGINS:
      return search->begins == NULL || run_whole (run, source, search->begins, error);
    case KD_FIND_ALL:
      return search->all == NULL || run_whole (run, source, search->all, error);
    case KD_FIND_TAIL:
      /* a number typed with spaces is one number */
      if (search->digits != NULL)
        return run_whole (run, source, search->digits, error);
      return search->begins != NULL || run->list->has == NULL || run_words (run, source, error);
    case KD_FIND_WORD:
    case KD_FIND_CODE:
    case KD_FIND_CAPITALS:
    default:
      return search->begins != NULL || run_words (run, source, error);
    }
}

GArray *
kd_list_search (KdSqlConnection *connection,
                const KdListClass *list,
                const KdListQuery *query,
                const KdSearch *search,
                guint limit,
                const KdListShared *shared,
                GError **error)
{
  g_autoptr (GArray) rids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  Run run = { connection, list, query, search, shared, limit, rids, known };

  if (search->words->len == 0)
    return g_steal_pointer (&rids);
  for (const KdFindSource *source = list->sources; source->head != NULL && rids->len < limit; source++)
    if (!run_one (&run, source, error))
      return NULL;
  return g_steal_pointer (&rids);
}
