/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-cli-import.h"

#include "kd-cli-value.h"
#include "kd-csv-file.h"
#include "kd-csv-writer.h"
#include "kd-files.h"
#include "kd-phone.h"
#include "kd-sql-kind.h"
#include "kd-text.h"
#include "kd-wire-call.h"
#include "kd-wire-record.h"

#include <stdio.h>
#include <string.h>

/* A table of people: our own export, or any with a heading for a name or a phone number. Matched by
 * our id, then by the phone number, the e-mail, and the name where there is nothing else. The whole
 * file is one operation in one commit. */

#define ROWS_MAX 100000
#define N_FIELDS 8

typedef struct
{
  KdCli *cli;
  const char *region;
  int at[N_FIELDS];       /* column of each field, -1 for none */
  guint n_headings;
  KdImportMode mode;
  gboolean header, too_many;
  const char *problem;    /* of the row that comes next */
  guint64 problem_row;
  GPtrArray *calls;       /* (owned) of KdCall */
  GHashTable *seen;       /* (owned): what stood in the file before: ids, numbers, addresses, names */
  guint64 created, updated, skipped, n_errors;
  GString *errors;        /* (owned): JSON objects with commas between them */
  KdJsonWriter writer;
  GString *bad;           /* (owned): the rows set aside, as CSV */
  KdCsvWriter *bad_csv;   /* (owned) */
  KdSqlConnection *connection;
  GError *error;          /* (owned) (nullable) */
} Contacts;

enum { ID, NAME, PHONE, EMAIL };

static const struct { const char *field; const char *const headings[6]; } fields[N_FIELDS] = {
  { NULL, { "kedai contact" } },
  { "name", { "name", "nama", "nama lengkap", "full name" } },
  { "phone", { "phone", "telepon", "no hp", "nomor hp", "whatsapp", "telp" } },
  { "email", { "e-mail", "email", "surel" } },
  { "address", { "address", "alamat" } },
  { "notes", { "notes", "catatan", "note" } },
  { "tags", { "tags", "label", "tag" } },
  { "language", { "language", "bahasa" } },
};

/* ---- the rows that are set aside ---- */

static void
add_bad_row (Contacts *self,
             const char *reason,
             const KdCsvRow *row)
{
  kd_csv_writer_add_text (self->bad_csv, reason);
  for (guint c = 0; c < row->n_fields; c++)
    if ((int) c == self->at[PHONE])
      kd_csv_writer_add_plain (self->bad_csv, row->fields[c].text);
    else
      kd_csv_writer_add_text (self->bad_csv, kd_csv_unguard (row->fields[c].text));
  kd_csv_writer_end_row (self->bad_csv);
}

static void
add_error (Contacts *self,
           const KdCsvRow *row,
           const char *column,
           const char *code,
           const char *value)
{
  g_autofree char *message = kd_cli_import_message (code, value, NULL);

  kd_cli_import_problem (&self->writer, row->number, column, code, message);
  kd_cli_say (self->cli, "row %" G_GUINT64_FORMAT ", %s: %s", row->number, column != NULL ? column : "", message);
  add_bad_row (self, message, row);
  self->n_errors++;
}

/* ---- reading ---- */

static gboolean
read_header (Contacts *self,
             const KdCsvRow *row)
{
  for (guint f = 0; f < N_FIELDS; f++)
    for (guint c = 0; c < row->n_fields && self->at[f] < 0; c++)
      for (guint h = 0; h < G_N_ELEMENTS (fields[f].headings) && fields[f].headings[h] != NULL; h++)
        if (kd_text_same (row->fields[c].text, fields[f].headings[h]))
          self->at[f] = (int) c;
  self->header = TRUE;
  self->n_headings = row->n_fields;
  add_bad_row (self, "Reason", row);
  return self->at[ID] >= 0 || self->at[NAME] >= 0 || self->at[PHONE] >= 0;
}

static char *
cell (const Contacts *self,
      const KdCsvRow *row,
      guint f)
{
  int at = self->at[f];

  return kd_text_trim (at >= 0 && (guint) at < row->n_fields ? kd_csv_unguard (row->fields[at].text) : "");
}

/* The contact with this value of an indexed field; @alone: that has neither number nor address */
static KdRecord *
find_by (Contacts *self,
         const char *field,
         const char *value,
         gboolean alone)
{
  g_autofree char *columns = kd_sql_kind_columns (&kd_kind_contact, KD_SQL_FORM_DEVICE, NULL);
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM contact WHERE \"%s\" = ?1%s ORDER BY rid LIMIT 1", columns, field,
                                          alone ? " AND ifnull(phone, '') = '' AND ifnull(email, '') = ''" : "");
  g_autoptr (KdSqlStatement) read = kd_sql_prepare (self->connection, sql, &self->error);

  if (read == NULL)
    return NULL;
  kd_sql_bind_text (read, 1, value);
  return kd_sql_step (read, &self->error) == KD_SQL_ROW ? kd_sql_kind_read (read, &kd_kind_contact, KD_SQL_FORM_DEVICE, 0) : NULL;
}

/* The contact that the row speaks of; NULL: a new one. */
static KdRecord *
find_contact (Contacts *self,
              const KdId *id,
              const KdContact *want)
{
  KdRecord *record = NULL;

  if (!kd_id_is_none (id))
    kd_sql_kind_get (self->connection, &kd_kind_contact, NULL, id, &record, NULL, &self->error);
  if (record == NULL && self->error == NULL && want->phone != NULL)
    record = find_by (self, "phone", want->phone, FALSE);
  if (record == NULL && self->error == NULL && want->phone == NULL && want->email != NULL)
    record = find_by (self, "email", want->email, FALSE);
  if (record == NULL && self->error == NULL && want->phone == NULL && want->email == NULL && want->name != NULL)
    record = find_by (self, "name", want->name, TRUE);
  return record;
}

/* An id that was used before can't be used again: a deleted contact comes in as a new one. */
static KdId
id_for_new (Contacts *self,
            const KdId *id)
{
  static const char sql[]
    = "SELECT 1 FROM tombstone WHERE kind=?1 AND row_id=?2 UNION ALL SELECT 1 FROM base_row WHERE kind=?1 AND row_id=?2";
  g_autoptr (KdSqlStatement) read = NULL;

  if (kd_id_is_none (id))
    return kd_store_new_id (self->cli->store);
  read = kd_sql_prepare (self->connection, sql, &self->error);
  if (read == NULL)
    return *id;
  kd_sql_bind_int64 (read, 1, kd_kind_contact.number);
  kd_sql_bind_id (read, 2, id);
  return kd_sql_step (read, &self->error) == KD_SQL_ROW ? kd_store_new_id (self->cli->store) : *id;
}

/* FALSE: the row is wrong, and its error was told. */
static gboolean
read_fields (Contacts *self,
             const KdCsvRow *row,
             KdRecord *record,
             guint64 *ret_mask)
{
  *ret_mask = 0;
  for (guint f = NAME; f < N_FIELDS; f++)
    {
      const KdField *field = kd_shape_find (&kd_kind_contact.shape, fields[f].field);
      const char *code = NULL;
      g_autofree char *text = cell (self, row, f);
      g_autofree char *number = NULL;
      g_autoptr (GError) error = NULL;

      /* an empty cell keeps what is there */
      if (*text == '\0')
        continue;
      if (f == PHONE)
        number = kd_phone_normalize (text, self->region);
      if (!kd_cli_value_parse (field, number != NULL ? number : text, "IDR", record, &error)
          || !kd_field_check (field, record, &code))
        {
          if (code == NULL)
            code = field->max > 0 && (gint64) strlen (text) > field->max ? "field.too_long" : "field.invalid";
          add_error (self, row, fields[f].field, code, text);
          return FALSE;
        }
      *ret_mask |= G_GUINT64_CONSTANT (1) << kd_shape_index (&kd_kind_contact.shape, fields[f].field);
    }
  return TRUE;
}

/* FALSE: this person stood in the file before. */
static gboolean
first_time (Contacts *self,
            const KdCsvRow *row,
            const KdId *id,
            const KdContact *want)
{
  char text[KD_ID_TEXT_LENGTH + 1];
  const char *key = !kd_id_is_none (id) ? kd_id_to_text (id, text) : want->phone != NULL ? want->phone
                    : want->email != NULL ? want->email : want->name;
  guint f = !kd_id_is_none (id) ? ID : want->phone != NULL ? PHONE : want->email != NULL ? EMAIL : NAME;

  if (key == NULL || g_hash_table_add (self->seen, g_strdup_printf ("%u %s", f, key)))
    return TRUE;
  add_error (self, row, f == ID ? fields[ID].headings[0] : fields[f].field, "contact.repeated", key);
  return FALSE;
}

/* ---- what becomes of a row ---- */

static char *
call_args (const KdRecord *before,
           const KdRecord *after,
           guint64 mask)
{
  g_autoptr (GString) out = g_string_new (NULL);
  KdJsonWriter writer = KD_JSON_WRITER (out);
  char text[KD_ID_TEXT_LENGTH + 1];

  kd_json_begin_object (&writer);
  if (before != NULL)
    {
      kd_json_member (&writer, "base");
      kd_json_begin_object (&writer);
      kd_wire_write_fields (&writer, &kd_kind_contact.shape, before, mask, KD_WIRE_WRITE_ALL);
      kd_json_end_object (&writer);
    }
  kd_json_member (&writer, "id");
  kd_json_string (&writer, kd_id_to_text (&after->id, text));
  kd_json_member (&writer, "set");
  kd_json_begin_object (&writer);
  kd_wire_write_fields (&writer, &kd_kind_contact.shape, after, mask, KD_WIRE_WRITE_ALL);
  kd_json_end_object (&writer);
  kd_json_end_object (&writer);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
queue_call (Contacts *self,
            const KdCsvRow *row,
            const KdRecord *before,
            const KdRecord *after,
            guint64 mask)
{
  g_autofree char *args = call_args (before, after, mask);
  g_autoptr (GError) error = NULL;
  KdCall *call = kd_wire_call_parse (before != NULL ? "contact.patch" : "contact.create", 0, args, 0, &error);

  if (call == NULL)
    {
      add_error (self, row, NULL, "row.refused", error->message);
      return;
    }
  if (before != NULL)
    self->updated++;
  else
    self->created++;
  g_ptr_array_add (self->calls, call);
}

static void
take_row (Contacts *self,
          const KdCsvRow *row)
{
  g_autofree char *id_text = cell (self, row, ID);
  g_autoptr (KdRecord) want = kd_record_new (&kd_kind_contact);
  g_autoptr (KdRecord) before = NULL;
  g_autoptr (KdRecord) after = NULL;
  KdId id = KD_ID_NONE;
  guint64 mask;

  if (*id_text != '\0' && !kd_id_parse (id_text, &id))
    {
      add_error (self, row, fields[ID].headings[0], "id.syntax", id_text);
      return;
    }
  if (!read_fields (self, row, want, &mask) || !first_time (self, row, &id, (const KdContact *) want))
    return;
  before = find_contact (self, &id, (const KdContact *) want);
  if (self->error != NULL)
    return;
  after = before != NULL ? kd_record_copy (before) : kd_record_new (&kd_kind_contact);
  if (before == NULL)
    after->id = id_for_new (self, &id);
  for (guint i = 0; i < kd_kind_contact.shape.n_fields; i++)
    if ((mask >> i & 1) != 0)
      kd_field_copy (&kd_kind_contact.shape.fields[i], after, want);
  if (before != NULL)
    mask &= kd_record_diff (before, after);
  if (mask == 0 || self->mode == (before != NULL ? KD_IMPORT_CREATE : KD_IMPORT_UPDATE))
    self->skipped++;
  else
    queue_call (self, row, before, after, mask);
}

static void
problem_cb (const KdCsvProblem *problem,
            gpointer data)
{
  Contacts *self = data;

  if (problem->code != KD_CSV_UNTERMINATED_QUOTE && problem->code != KD_CSV_ROW_TOO_LONG)
    return;
  self->problem = kd_csv_problem_to_text (problem->code);
  self->problem_row = problem->row;
  if (problem->code == KD_CSV_ROW_TOO_LONG)
    add_error (self, &(KdCsvRow){ .number = problem->row }, NULL, self->problem, NULL);
}

static gboolean
row_cb (const KdCsvRow *row,
        gpointer data)
{
  Contacts *self = data;
  const char *problem = NULL;

  if (!self->header)
    return read_header (self, row);
  if (self->calls->len >= ROWS_MAX)
    {
      self->too_many = TRUE;
      return FALSE;
    }
  if (self->problem != NULL && self->problem_row == row->number)
    problem = self->problem;
  for (guint c = self->n_headings; c < row->n_fields && problem == NULL; c++)
    if (row->fields[c].length > 0)
      problem = "csv.too_many_fields";
  if (problem != NULL)
    add_error (self, row, NULL, problem, NULL);
  else
    take_row (self, row);
  return self->error == NULL;
}

static gpointer
read_file (KdStore *store,
           KdSqlConnection *connection,
           gpointer data,
           GError **error)
{
  Contacts *self = data;
  KdCsvOptions options = KD_CSV_OPTIONS_INIT;
  g_autoptr (KdCsvFile) file = NULL;
  const char *code = NULL;

  self->connection = connection;
  options.skip = KD_CSV_SKIP_BLANK;
  file = kd_csv_file_open (self->cli->words[1], kd_cli_option (self->cli, "encoding"), &options, row_cb, problem_cb, self, error);
  if (file == NULL || !kd_csv_file_run (file, NULL, error))
    return NULL;
  if (self->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&self->error));
      return NULL;
    }
  if (self->at[ID] < 0 && self->at[NAME] < 0 && self->at[PHONE] < 0)
    code = "import.no_columns";
  else if (self->too_many)
    code = "import.too_many_rows";
  else if (self->created + self->updated + self->skipped + self->n_errors == 0)
    code = "import.no_rows";
  return (gpointer) code;
}

/* ---- writing ---- */

typedef struct
{
  Contacts *contacts;
  KdId operation;
  KdCommit *commit;
} Writing;

static gboolean
commit_work (KdSqlConnection *connection,
             gpointer data,
             GCancellable *cancellable,
             GError **error)
{
  Writing *writing = data;

  writing->commit = kd_store_commit_in (writing->contacts->cli->store, connection, &writing->operation, "Contacts imported",
                                        NULL, writing->contacts->calls, NULL, NULL, error);
  return writing->commit != NULL;
}

static gboolean
write_all (Contacts *self,
           KdId *ret_operation,
           GError **error)
{
  Writing writing = { .contacts = self, .operation = kd_store_new_id (self->cli->store) };
  gboolean ok;

  if (self->calls->len == 0)
    return TRUE;
  *ret_operation = writing.operation;
  ok = kd_sql_worker_run (kd_store_get_writer (self->cli->store), KD_SQL_INTERACTIVE, commit_work, &writing, error);
  if (ok && writing.commit->refused >= 0)
    {
      g_set_error_literal (error, KD_STORE_ERROR, KD_STORE_ERROR_REFUSED, writing.commit->outcome.code);
      ok = FALSE;
    }
  g_clear_pointer (&writing.commit, kd_commit_free);
  return ok;
}

static void
write_report (Contacts *self,
              const KdId *operation,
              GString *out)
{
  KdJsonWriter writer = KD_JSON_WRITER (out);
  char text[KD_ID_TEXT_LENGTH + 1];

  kd_cli_import_begin (&writer, self->created, self->updated, self->skipped);
  kd_json_member (&writer, "errors");
  g_string_append_c (self->errors, ']');
  kd_json_raw (&writer, self->errors->str, -1);
  kd_json_member (&writer, "notes");
  kd_json_raw (&writer, "[]", -1);
  if (!kd_id_is_none (operation))
    {
      kd_json_member (&writer, "operation");
      kd_json_string (&writer, kd_id_to_text (operation, text));
    }
  kd_json_end_object (&writer);
}

static KdCliCode
run_contacts (Contacts *self,
              gboolean dry)
{
  KdCli *cli = self->cli;
  const char *errors = kd_cli_option (cli, "errors"), *code;
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  KdId operation = KD_ID_NONE;
  gboolean refused, unwritten = FALSE;

  code = kd_store_read (cli->store, read_file, self, &error);
  if (error != NULL)
    return kd_cli_import_fail (cli, error);
  if (code != NULL)
    return kd_cli_refuse (cli, KD_CLI_OPEN, code, kd_cli_import_words (code));
  refused = kd_cli_flag (cli, "all-or-nothing") && self->n_errors > 0;
  if (!dry && !refused && !write_all (self, &operation, &error))
    return kd_cli_fail (cli, error);
  if (errors != NULL && !kd_files_write (errors, self->bad->str, self->bad->len, &error))
    {
      fprintf (stderr, "kedai-cli: --errors: %s\n", error->message);
      unwritten = TRUE;
    }
  if (refused)
    fputs ("kedai-cli: " KD_CLI_ALL_OR_NOTHING "\n", stderr);
  write_report (self, &operation, out);
  kd_cli_result (cli, out->str, "%s%" G_GUINT64_FORMAT " new, %" G_GUINT64_FORMAT " changed, %" G_GUINT64_FORMAT
                 " as they were, %" G_GUINT64_FORMAT " wrong%s", dry ? "would be: " : "", self->created, self->updated,
                 self->skipped, self->n_errors, refused ? "; nothing was written" : "");
  return unwritten ? KD_CLI_OPEN : refused ? KD_CLI_REFUSED : KD_CLI_DONE;
}

KdCliCode
kd_cli_import_contacts (KdCli *cli)
{
  gboolean dry = kd_cli_flag (cli, "dry-run");
  Contacts self = { .cli = cli };
  KdShopProfile *profile;
  KdCliCode code;

  if (kd_cli_option (cli, "rate") != NULL || kd_cli_flag (cli, "empty-clears"))
    return kd_cli_usage (cli, "--rate and --empty-clears are for products");
  if (!kd_cli_import_read_mode (cli, &self.mode, &code) || !kd_cli_import_errors_file (cli, &code)
      || !kd_cli_import_open (cli, dry, &code))
    return code;
  for (guint i = 0; i < N_FIELDS; i++)
    self.at[i] = -1;
  profile = kd_store_dup_profile (cli->store);
  self.region = profile != NULL && profile->region != NULL ? profile->region : KD_PHONE_REGION;
  self.calls = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_call_free);
  self.seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self.errors = g_string_new ("[");
  self.writer = KD_JSON_WRITER (self.errors);
  self.bad = g_string_new (NULL);
  self.bad_csv = kd_csv_writer_new (self.bad, ',', TRUE);
  code = kd_cli_import_end (cli, dry, run_contacts (&self, dry));
  if (profile != NULL)
    kd_record_free (&profile->parent);
  g_ptr_array_unref (self.calls);
  g_hash_table_unref (self.seen);
  g_string_free (self.errors, TRUE);
  kd_csv_writer_free (self.bad_csv);
  g_string_free (self.bad, TRUE);
  g_clear_error (&self.error);
  return code;
}
