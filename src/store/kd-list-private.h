/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kd-store-lists.h"

G_BEGIN_DECLS

/* A statement in the making: its text, and its values in the order of their question marks. */
typedef struct
{
  GString *text;
  GArray *values;         /* of KdListValue */
} KdListSql;

KdListSql *kd_list_sql_new (const char *text);
void kd_list_sql_free (KdListSql *sql);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdListSql, kd_list_sql_free)

/* Each adds @text, which has one question mark, and its value. */
void kd_list_sql_int64 (KdListSql *sql, const char *text, gint64 value);
void kd_list_sql_text (KdListSql *sql, const char *text, const char *value);
void kd_list_sql_id (KdListSql *sql, const char *text, const KdId *value);
void kd_list_sql_add (KdListSql *sql, const char *text);
/* Compiled and bound: (transfer none), as kd_sql_prepare(). */
KdSqlStatement *kd_list_sql_prepare (KdListSql *sql, KdSqlConnection *connection, GError **error);
/* Appends the first column of every row to @rids. */
gboolean kd_list_sql_collect (KdListSql *sql, KdSqlConnection *connection, GArray *rids, GError **error);

/* What was typed into a search: words folded, and what they can mean. */
typedef struct
{
  GPtrArray *words;       /* of char *: folded */
  GPtrArray *keys;        /* of char *: the same words as codes are compared */
  char *all;              /* (nullable): every word as a prefix, for MATCH */
  char *begins;           /* (nullable): a single letter: beginnings of names alone */
  char *digits;           /* (nullable): nothing but digits, from the last one on */
} KdSearch;

KdSearch *kd_search_new (const char *typed);
void kd_search_free (KdSearch *search);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KdSearch, kd_search_free)
/* One folded word as a prefix, quoted for MATCH. */
char *kd_search_match_word (const char *word);
/* The digits of a word that looks like the end of a number, reversed; NULL else. */
char *kd_search_tail (const char *word);

/* Where a list finds words: heads of statements that give `t.rid`, whose WHERE has one question
 * mark and goes on with the list's own conditions. */
typedef enum
{
  KD_FIND_ALL,            /* all words at once, MATCH */
  KD_FIND_BEGINS,         /* a single letter: two question marks, from and below */
  KD_FIND_WORD,           /* one word without punctuation, MATCH */
  KD_FIND_CODE,           /* the beginning of a code: two question marks, from and below */
  KD_FIND_CAPITALS,       /* the same in capitals */
  KD_FIND_TAIL,           /* the end of a number: two question marks, from and below */
} KdFindHow;

typedef struct
{
  KdFindHow how;
  const char *head;
  const char *order;      /* of what it finds, and which are taken where there are too many */
} KdFindSource;

/* What rows of one page share. The flags leave out of the statements what can't be there. */
typedef struct
{
  KdShopProfile *shop;    /* (owned) (nullable) */
  gint64 now;
  gboolean any_waiting;   /* the outbox wrote something */
  gboolean any_conflict;  /* an open one */
  gboolean any_transit;   /* a location that doesn't sell */
  gboolean any_expired;   /* a reservation that doesn't count any more */
} KdListShared;
gboolean kd_list_shared_init (KdListShared *shared, KdSqlConnection *connection, gint64 now, GError **error);

typedef struct
{
  const KdKind *kind;
  const char *table;      /* with the alias t */
  void (*where) (KdListSql *sql, const KdListQuery *query, const KdListShared *shared);
  /* What it is ordered by: an expression over t, whose values are bound by its maker. */
  void (*key) (KdListSql *sql, const KdListQuery *query, const KdListShared *shared);
  gboolean (*falling) (const KdListQuery *query); /* largest first */
  const KdFindSource *sources;  /* in the order in which what they find is shown */
  gboolean sorts_found;         /* a search is shown in the list's own order all the same */
  /* For the other words of a found row: ?1 MATCH of one word, ?2 its rid; NULL-terminated */
  const char *const *has;
  gpointer (*read_row) (KdStore *store, KdSqlConnection *connection, gint64 rid, const KdListShared *shared,
                        GError **error);
  void (*clear_row) (KdListRow *row);
  KdDepends (*depends) (const KdListQuery *query, const KdKind *kind, guint64 fields, KdLeads *ret_leads);
} KdListClass;

extern const KdListClass kd_list_products_class, kd_list_orders_class, kd_list_conversations_class,
  kd_list_contacts_class;
const KdListClass *kd_list_class (KdListKind kind);

/* The rids a search finds, source after source: (transfer full). Fewer are the first of more. */
GArray *kd_list_search (KdSqlConnection *connection, const KdListClass *list, const KdListQuery *query,
                        const KdSearch *search, guint limit, const KdListShared *shared, GError **error);

/* Whether a row has a change that is not acknowledged yet. */
gboolean kd_list_is_waiting (KdSqlConnection *connection, const KdKind *kind, const KdId *id,
                             gboolean *ret_waiting, GError **error);
/* A bit for a field of @kind by its name. */
guint64 kd_list_field (const KdKind *kind, const char *name);
guint64 kd_list_fields (const KdKind *kind, const char *first, ...) G_GNUC_NULL_TERMINATED;
/* PLACE where @fields meets @place, else SHOWN where it meets @shown. */
KdDepends kd_list_weigh (guint64 fields, guint64 place, guint64 shown);
gboolean kd_list_is_searching (const KdListQuery *query);

G_END_DECLS
