/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-cli-import.h"

#include "kd-cli-value.h"
#include "kd-csv-file.h"
#include "kd-csv-writer.h"
#include "kd-phone.h"
#include "kd-sql-kind.h"
#include "kd-text.h"
#include "kd-wire-call.h"
#include "kd-wire-record.h"

#include <string.h>

/* A table of people: our own export, or any with a heading for a name or a phone number. Matched by
 * our id, then by the phone number. The whole file is one operation. */

#define ROWS_MAX 100000
#define CHUNK 200

typedef struct
{
  KdCli *cli;
  const char *region;
  int at[8];              /* column of each field, -1 for none */
  gboolean header, create, update, dry;
  KdId operation;
  GPtrArray *calls;       /* (owned) of KdCall: of the next chunk */
  GHashTable *phones;     /* (owned): number -> row where it stands */
  guint64 created, updated, skipped, n_errors;
  GString *errors;        /* (owned): JSON objects with commas between them */
  KdJsonWriter writer;
  KdSqlConnection *connection;
  GError *error;          /* (owned) (nullable) */
} Contacts;

static const struct { const char *field; const char *const headings[6]; } fields[] = {
  { NULL, { "kedai contact" } },
  { "name", { "name", "nama", "nama lengkap", "full name" } },
  { "phone", { "phone", "telepon", "no hp", "nomor hp", "whatsapp", "telp" } },
  { "email", { "e-mail", "email", "surel" } },
  { "address", { "address", "alamat" } },
  { "notes", { "notes", "catatan", "note" } },
  { "tags", { "tags", "label", "tag" } },
  { "language", { "language", "bahasa" } },
};

static gboolean
read_header (Contacts *self,
             const KdCsvRow *row)
{
  for (guint f = 0; f < G_N_ELEMENTS (fields); f++)
    {
      self->at[f] = -1;
      for (guint c = 0; c < row->n_fields && self->at[f] < 0; c++)
        for (guint h = 0; h < G_N_ELEMENTS (fields[f].headings) && fields[f].headings[h] != NULL; h++)
          if (kd_text_same (row->fields[c].text, fields[f].headings[h]))
            self->at[f] = (int) c;
    }
  self->header = TRUE;
  return self->at[0] >= 0 || self->at[1] >= 0 || self->at[2] >= 0;
}

static const char *
cell (const Contacts *self,
      const KdCsvRow *row,
      guint f)
{
  int at = self->at[f];

  return at >= 0 && (guint) at < row->n_fields ? kd_csv_unguard (row->fields[at].text) : "";
}

static void
add_error (Contacts *self,
           const KdCsvRow *row,
           guint f,
           const char *code,
           const char *value)
{
  g_autofree char *message = kd_cli_import_message (code, value, NULL);

  kd_cli_import_problem (&self->writer, row->number, fields[f].field, code, message);
  self->n_errors++;
}

/* The contact that the row speaks of; NULL: a new one. */
static KdRecord *
find_contact (Contacts *self,
              const KdId *id,
              const char *phone)
{
  KdRecord *record = NULL;
  KdContact like = { .phone = (char *) phone };
  g_autoptr (GPtrArray) found = NULL;

  if (!kd_id_is_none (id))
    kd_sql_kind_get (self->connection, &kd_kind_contact, NULL, id, &record, NULL, &self->error);
  if (record != NULL || phone == NULL || self->error != NULL)
    return record;
  like.parent.kind = &kd_kind_contact;
  found = kd_sql_kind_scan (self->connection, &kd_kind_contact, NULL, kd_kind_find_index (&kd_kind_contact, "phone"),
                            &like.parent, 1, 1, &self->error);
  return found != NULL && found->len > 0 ? kd_record_copy (found->pdata[0]) : NULL;
}

/* FALSE: the row is wrong, and its error was told. */
static gboolean
read_fields (Contacts *self,
             const KdCsvRow *row,
             KdRecord *record,
             guint64 *ret_mask)
{
  *ret_mask = 0;
  for (guint f = 1; f < G_N_ELEMENTS (fields); f++)
    {
      const KdField *field = kd_shape_find (&kd_kind_contact.shape, fields[f].field);
      const char *text = cell (self, row, f), *code = NULL;
      g_autofree char *trimmed = kd_text_trim (text);
      g_autofree char *number = NULL;
      g_autoptr (GError) error = NULL;

      /* an empty cell keeps what is there */
      if (*trimmed == '\0')
        continue;
      if (f == 2)
        number = kd_phone_normalize (trimmed, self->region);
      if (!kd_cli_value_parse (field, number != NULL ? number : trimmed, "IDR", record, &error)
          || !kd_field_check (field, record, &code))
        {
          add_error (self, row, f, code != NULL ? code : "field.invalid", trimmed);
          return FALSE;
        }
      *ret_mask |= G_GUINT64_CONSTANT (1) << kd_shape_index (&kd_kind_contact.shape, fields[f].field);
    }
  return TRUE;
}

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
            const KdRecord *before,
            const KdRecord *after,
            guint64 mask)
{
  g_autofree char *args = call_args (before, after, mask);
  KdCall *call = kd_wire_call_parse (before != NULL ? "contact.patch" : "contact.create", 0, args, 0, &self->error);

  if (call != NULL)
    g_ptr_array_add (self->calls, call);
}

static gboolean
row_cb (const KdCsvRow *row,
        gpointer data)
{
  Contacts *self = data;
  g_autofree char *phone = NULL;
  g_autoptr (KdRecord) before = NULL;
  g_autoptr (KdRecord) after = NULL;
  KdId id = KD_ID_NONE;
  guint64 mask;

  if (!self->header)
    return read_header (self, row);
  kd_id_parse (cell (self, row, 0), &id);
  phone = kd_phone_normalize (cell (self, row, 2), self->region);
  if (phone != NULL && kd_id_is_none (&id) && !g_hash_table_add (self->phones, g_strdup (phone)))
    {
      add_error (self, row, 2, "import.row_repeated", phone);
      return TRUE;
    }
  before = find_contact (self, &id, phone);
  if (self->error != NULL)
    return FALSE;
  after = before != NULL ? kd_record_copy (before) : kd_record_new (&kd_kind_contact);
  if (before == NULL)
    after->id = kd_id_is_none (&id) ? kd_store_new_id (self->cli->store) : id;
  if (!read_fields (self, row, after, &mask))
    return TRUE;
  if (before != NULL)
    mask &= kd_record_diff (before, after);
  if (mask == 0 || (before == NULL && !self->create) || (before != NULL && !self->update))
    {
      self->skipped++;
      return TRUE;
    }
  if (before != NULL)
    self->updated++;
  else
    self->created++;
  queue_call (self, before, after, mask);
  return self->error == NULL && self->calls->len < ROWS_MAX;
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

  self->connection = connection;
  options.skip = KD_CSV_SKIP_BLANK;
  file = kd_csv_file_open (self->cli->words[1], kd_cli_option (self->cli, "encoding"), &options, row_cb, NULL, self, error);
  if (file == NULL || !kd_csv_file_run (file, NULL, error))
    return NULL;
  if (self->error != NULL)
    g_propagate_error (error, g_steal_pointer (&self->error));
  else if (self->at[0] < 0 && self->at[1] < 0 && self->at[2] < 0)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "import.no_columns");
  return NULL;
}

typedef struct
{
  Contacts *contacts;
  GPtrArray *calls;
  KdCommit *commit;
} Chunk;

static gboolean
commit_work (KdSqlConnection *connection,
             gpointer data,
             GCancellable *cancellable,
             GError **error)
{
  Chunk *chunk = data;

  chunk->commit = kd_store_commit_in (chunk->contacts->cli->store, connection, &chunk->contacts->operation,
                                      "Contacts imported", NULL, chunk->calls, NULL, NULL, error);
  return chunk->commit != NULL;
}

static gboolean
write_all (Contacts *self,
           GError **error)
{
  self->operation = kd_store_new_id (self->cli->store);
  while (self->calls->len > 0)
    {
      g_autoptr (GPtrArray) calls = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_call_free);
      Chunk chunk = { .contacts = self, .calls = calls };
      gboolean ok;

      for (guint i = 0; i < CHUNK && self->calls->len > 0; i++)
        g_ptr_array_add (calls, g_ptr_array_steal_index (self->calls, 0));
      ok = kd_sql_worker_run (kd_store_get_writer (self->cli->store), KD_SQL_INTERACTIVE, commit_work, &chunk, error);
      if (ok && chunk.commit->refused >= 0)
        {
          g_set_error_literal (error, KD_STORE_ERROR, KD_STORE_ERROR_REFUSED, chunk.commit->outcome.code);
          ok = FALSE;
        }
      g_clear_pointer (&chunk.commit, kd_commit_free);
      if (!ok)
        return FALSE;
    }
  return TRUE;
}

static KdCliCode
run_contacts (Contacts *self)
{
  KdCli *cli = self->cli;
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  KdJsonWriter writer = KD_JSON_WRITER (out);
  gboolean refused;

  kd_store_read (cli->store, read_file, self, &error);
  if (error != NULL)
    return kd_cli_refuse (cli, KD_CLI_OPEN, error->message, error->message);
  refused = kd_cli_flag (cli, "all-or-nothing") && self->n_errors > 0;
  if (!self->dry && !refused && !write_all (self, &error))
    return kd_cli_fail (cli, error);
  kd_cli_import_begin (&writer, self->created, self->updated, self->skipped);
  kd_json_member (&writer, "errors");
  g_string_append_printf (self->errors, "]");
  kd_json_raw (&writer, self->errors->str, -1);
  kd_json_member (&writer, "notes");
  kd_json_raw (&writer, "[]", -1);
  kd_json_end_object (&writer);
  kd_cli_result (cli, out->str, "%" G_GUINT64_FORMAT " new, %" G_GUINT64_FORMAT " changed, %" G_GUINT64_FORMAT
                 " as they were, %" G_GUINT64_FORMAT " wrong", self->created, self->updated, self->skipped, self->n_errors);
  return refused ? KD_CLI_REFUSED : KD_CLI_DONE;
}

KdCliCode
kd_cli_import_contacts (KdCli *cli)
{
  const char *mode = kd_cli_option (cli, "mode");
  Contacts self = { .cli = cli, .dry = kd_cli_flag (cli, "dry-run") };
  KdShopProfile *profile;
  KdCliCode code;

  self.create = g_strcmp0 (mode, "update") != 0;
  self.update = g_strcmp0 (mode, "create") != 0;
  if (!kd_cli_open_to_write (cli, &code))
    return code;
  for (guint i = 0; i < G_N_ELEMENTS (self.at); i++)
    self.at[i] = -1;
  profile = kd_store_dup_profile (cli->store);
  self.region = profile != NULL && profile->region != NULL ? profile->region : "ID";
  self.calls = g_ptr_array_new_with_free_func ((GDestroyNotify) kd_call_free);
  self.phones = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self.errors = g_string_new ("[");
  self.writer = KD_JSON_WRITER (self.errors);
  code = run_contacts (&self);
  if (profile != NULL)
    kd_record_free (&profile->parent);
  g_ptr_array_unref (self.calls);
  g_hash_table_unref (self.phones);
  g_string_free (self.errors, TRUE);
  g_clear_error (&self.error);
  return code;
}
