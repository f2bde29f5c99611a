/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-store.h"

#include "kd-import-run.h"

#include <glib/gstdio.h>
#include <string.h>

/* Files of other programs and our own, through the whole runner: dry run, run, again, undo. */

static char *
shared_file (const char *name)
{
  const char *shared = g_getenv ("KD_TEST_SHARED");
  char *path = shared != NULL ? g_build_filename (shared, "data", "catalog", name, NULL) : NULL;

  if (path != NULL && !g_file_test (path, G_FILE_TEST_EXISTS))
    g_clear_pointer (&path, g_free);
  if (path == NULL)
    g_test_skip ("the shared files are not here");
  return path;
}

char *
test_import_write (KdTestStore *self,
                   const char *name,
                   const char *bytes,
                   gssize n)
{
  char *path = g_build_filename (self->folder, name, NULL);

  g_assert_true (g_file_set_contents (path, bytes, n, NULL));
  return path;
}

static KdImport *
open_import (KdTestStore *self,
             const char *path,
             const KdImportOptions *options)
{
  GError *error = NULL;
  KdImport *import = kd_import_open (self->store, path, options, &error);

  g_assert_no_error (error);
  return import;
}

KdImportResult *
test_import_run (KdTestStore *self,
                 const char *path,
                 const KdImportOptions *options,
                 gboolean dry)
{
  g_autoptr (KdImport) import = open_import (self, path, options);
  GError *error = NULL;
  KdImportResult *result = dry ? kd_import_dry_run (import, NULL, NULL, NULL, &error)
                               : kd_import_run (import, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  return result;
}

static void
assert_counts (const KdImportCounts *a,
               const KdImportCounts *b)
{
  g_assert_cmpuint (a->created, ==, b->created);
  g_assert_cmpuint (a->updated, ==, b->updated);
  g_assert_cmpuint (a->skipped, ==, b->skipped);
  g_assert_cmpuint (a->errors, ==, b->errors);
  g_assert_cmpuint (a->variants_created, ==, b->variants_created);
  g_assert_cmpuint (a->variants_updated, ==, b->variants_updated);
  g_assert_cmpuint (a->variants_skipped, ==, b->variants_skipped);
}

/* Dry run and run agree; the second time nothing changes; one undo takes all of it back. */
static void
check_file (const char *path,
            const KdImportOptions *options,
            guint64 created,
            guint64 variants,
            guint64 skipped,
            guint64 errors)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (1);
  g_autofree char *before = kd_test_dump (self, FALSE), *imported = NULL, *again = NULL, *after = NULL;
  g_autoptr (KdImportResult) dry = test_import_run (self, path, options, TRUE), run = NULL, second = NULL;
  g_autofree char *untouched = kd_test_dump (self, FALSE);

  g_assert_cmpstr (before, ==, untouched);
  g_assert_cmpuint (dry->report->counts.created, ==, created);
  g_assert_cmpuint (dry->report->counts.variants_created, ==, variants);
  g_assert_cmpuint (dry->report->counts.skipped, ==, skipped);
  g_assert_cmpuint (dry->report->counts.errors, ==, errors);
  run = test_import_run (self, path, options, FALSE);
  assert_counts (&dry->report->counts, &run->report->counts);
  g_assert_cmpuint (dry->report->problems->len, ==, run->report->problems->len);
  g_assert_cmpuint (dry->report->notes->len, ==, run->report->notes->len);
  g_assert_cmpint (kd_test_number (self, "SELECT count(*) FROM product"), ==, (gint64) created);
  g_assert_cmpint (kd_test_number (self, "SELECT count(*) FROM variant"), ==, (gint64) variants);
  kd_test_check_search (self);
  imported = kd_test_dump (self, TRUE);
  second = test_import_run (self, path, options, FALSE);
  g_assert_cmpuint (second->report->counts.created + second->report->counts.updated, ==, 0);
  g_assert_cmpuint (second->report->counts.skipped, ==, created + skipped);
  g_assert_cmpuint (second->report->counts.errors, ==, errors);
  again = kd_test_dump (self, TRUE);
  g_assert_cmpstr (imported, ==, again);
  g_assert_true (kd_test_undo (self));
  after = kd_test_dump (self, FALSE);
  g_assert_cmpstr (before, ==, after);
  kd_test_check_search (self);
  g_assert_true (kd_test_redo (self));
  g_assert_cmpint (kd_test_number (self, "SELECT count(*) FROM variant"), ==, (gint64) variants);
}

static void
test_woocommerce (void)
{
  g_autofree char *path = shared_file ("woocommerce/sample_products.csv");

  if (path != NULL)
    check_file (path, NULL, 16, 21, 2, 0);
}

static void
test_shopify (void)
{
  g_autofree char *path = shared_file ("shopify/partners_apparel.csv");

  if (path != NULL)
    check_file (path, NULL, 20, 22, 0, 0);
}

static const char woocommerce_twin[] =
  "ID,Type,SKU,Name,Published,\"In stock?\",Stock,\"Sale price\",\"Regular price\",Categories,Parent,"
  "\"Weight (kg)\",\"Attribute 1 name\",\"Attribute 1 value(s)\",\"Date sale price ends\"\n"
  "1,variable,kaos,Kaos Polos,1,1,,,,\"Pakaian > Kaos, Promo\",,0.2,Ukuran,\"S, M\",\n"
  "2,simple,topi,Topi,1,1,7,15000,20000,Pakaian,,,,,\n"
  "3,simple,jam,Jam,0,1,2,15000,20000,,,,,,2030-01-01\n"
  "4,\"simple, virtual\",kursus,Kursus,1,1,,,50000,,,,,,\n"
  "5,grouped,paket,Paket,1,1,,,,,,,,,\n"
  "6,external,luar,Luar,1,1,,,9.5,,,,,,\n"
  "7,variation,kaos-s,Kaos S,1,1,3,,40000,,id:1,,Ukuran,S,\n"
  "8,variation,kaos-m,Kaos M,1,1,4,,45000,,kaos,,Ukuran,M,\n"
  "9,variation,yatim,Yatim,1,1,4,,45000,,id:99,,Ukuran,M,\n";

static void
test_woocommerce_twin (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (2);
  g_autofree char *path = test_import_write (self, "woo.csv", woocommerce_twin, -1);
  g_autoptr (KdImportResult) run = NULL;

  check_file (path, NULL, 4, 5, 2, 1);
  run = test_import_run (self, path, NULL, FALSE);
  /* what all have in common is the product's; the rest is each variant's own */
  g_assert_cmpint (kd_test_number (self, "SELECT price FROM product WHERE name='Topi'"), ==, 15000);
  g_assert_cmpint (kd_test_number (self, "SELECT compare_at FROM product WHERE name='Topi'"), ==, 20000);
  g_assert_cmpint (kd_test_number (self, "SELECT price FROM product WHERE name='Jam'"), ==, 20000);
  g_assert_cmpint (kd_test_number (self, "SELECT weight FROM product WHERE name='Kaos Polos'"), ==, 200);
  g_assert_cmpint (kd_test_number (self, "SELECT price FROM variant WHERE sku='kaos-m'"), ==, 45000);
  g_assert_cmpint (kd_test_number (self, "SELECT untracked FROM variant WHERE sku='kursus'"), ==, 1);
  g_assert_cmpint (kd_test_number (self, "SELECT count(*) FROM product WHERE status='draft'"), ==, 1);
  g_assert_cmpint (kd_test_number (self, "SELECT sum(on_hand) FROM stock_level"), ==, 16000);
  g_assert_cmpint (kd_test_number (self, "SELECT count(*) FROM category"), ==, 3);
  g_assert_cmpstr (((KdImportProblem *) g_ptr_array_index (run->report->problems, 0))->code, ==, "import.parent_missing");
  g_assert_cmpuint (((KdImportProblem *) g_ptr_array_index (run->report->problems, 0))->row, ==, 10);
}

static const char shopify_twin[] =
  "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,"
  "Variant Inventory Tracker,Variant Inventory Qty,Variant Price,Variant Compare At Price,Image Src,Image Alt Text\n"
  "kemeja,Kemeja,<p>Katun</p>,Toko,Pria,\"a, b\",true,Warna,Biru,K-1,200,shopify,5,90000,100000,https://example.com/1.jpg,Biru\n"
  "kemeja,,,,,,,,Merah,K-2,200,shopify,6,90000,100000,,\n"
  "kemeja,,,,,,,,,,,,,,,https://example.com/2.jpg,\n"
  "syal,Syal,,Toko,,,false,Title,Default Title,,0,,0,30000,,,\n";

static void
test_shopify_twin (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (3);
  g_autofree char *path = test_import_write (self, "shopify.csv", shopify_twin, -1);
  g_autoptr (KdImportResult) run = NULL;

  check_file (path, NULL, 2, 3, 0, 0);
  run = test_import_run (self, path, NULL, FALSE);
  g_assert_cmpint (kd_test_number (self, "SELECT price FROM product WHERE name='Kemeja'"), ==, 90000);
  g_assert_cmpint (kd_test_number (self, "SELECT count(*) FROM variant WHERE price IS NULL"), ==, 3);
  g_assert_cmpint (kd_test_number (self, "SELECT count(*) FROM media WHERE source IS NOT NULL"), ==, 2);
  g_assert_cmpint (kd_test_number (self, "SELECT untracked FROM variant WHERE sku IS NULL"), ==, 1);
  g_assert_cmpint (kd_test_number (self, "SELECT count(*) FROM variant WHERE title='Merah'"), ==, 1);
}

/* ---- changes in the file ---- */

static void
test_update (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (4);
  g_autofree char *first = test_import_write (self, "1.csv", "Nama Produk,SKU,Harga,Stok\nKopi,K1,10000,5\nTeh,T1,8000,6\n", -1);
  g_autofree char *second = test_import_write (self, "2.csv", "Nama Produk,SKU,Harga,Stok,Merek\nKopi,k1,12000,9,Gayo\nTeh,T1,,6,\n"
                                                              "Gula,G1,9000,1,\n", -1);
  g_autoptr (KdImportResult) a = test_import_run (self, first, NULL, FALSE), b = NULL, c = NULL, d = NULL;
  KdImportOptions create = { .mode = KD_IMPORT_CREATE }, update = { .mode = KD_IMPORT_UPDATE };
  g_autofree char *before = kd_test_dump (self, FALSE), *after = NULL;

  b = test_import_run (self, second, &update, TRUE);
  g_assert_cmpuint (b->report->counts.created, ==, 0);
  g_assert_cmpuint (b->report->counts.updated, ==, 1);
  g_assert_cmpuint (b->report->counts.skipped, ==, 2);
  c = test_import_run (self, second, &create, TRUE);
  g_assert_cmpuint (c->report->counts.created, ==, 1);
  g_assert_cmpuint (c->report->counts.skipped, ==, 2);
  d = test_import_run (self, second, NULL, FALSE);
  g_assert_cmpuint (d->report->counts.created, ==, 1);
  g_assert_cmpuint (d->report->counts.updated, ==, 1);
  g_assert_cmpuint (d->report->counts.skipped, ==, 1);
  /* an empty cell keeps, stock of what is there stays */
  g_assert_cmpint (kd_test_number (self, "SELECT price FROM product WHERE name='Teh'"), ==, 8000);
  g_assert_cmpint (kd_test_number (self, "SELECT price FROM product WHERE name='Kopi' AND brand='Gayo'"), ==, 12000);
  g_assert_cmpint (kd_test_number (self, "SELECT sum(on_hand) FROM stock_level"), ==, 12000);
  g_assert_true (kd_test_undo (self));
  after = kd_test_dump (self, FALSE);
  g_assert_cmpstr (before, ==, after);
}

static void
test_convert (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (5);
  g_autofree char *path = test_import_write (self, "usd.csv", "Name,SKU,Price\nA,1,11.05\nB,2,\"1,000.00\"\nC,3,Rp 5000\nD,4,EUR 3\n", -1);
  KdImportOptions options = { .rate_currency = "USD", .rate = 16000 * G_GINT64_CONSTANT (1000000), .rounding = 500 };
  g_autoptr (KdImportResult) run = test_import_run (self, path, &options, FALSE);

  g_assert_cmpuint (run->report->counts.created, ==, 3);
  g_assert_cmpuint (run->report->counts.errors, ==, 1);
  g_assert_cmpint (kd_test_number (self, "SELECT price FROM product WHERE name='A'"), ==, 177000);
  g_assert_cmpint (kd_test_number (self, "SELECT price FROM product WHERE name='B'"), ==, 16000000);
  g_assert_cmpint (kd_test_number (self, "SELECT price FROM product WHERE name='C'"), ==, 5000);
}

static void
test_all_or_nothing (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (6);
  g_autofree char *path = test_import_write (self, "bad.csv", "Name,SKU,Price\nA,1,1000\nB,1,2000\n", -1);
  KdImportOptions options = { .all_or_nothing = TRUE };
  g_autofree char *before = kd_test_dump (self, TRUE), *after = NULL;
  g_autoptr (KdImportResult) run = test_import_run (self, path, &options, FALSE);

  g_assert_true (run->refused);
  g_assert_cmpuint (run->report->counts.errors, ==, 1);
  after = kd_test_dump (self, TRUE);
  g_assert_cmpstr (before, ==, after);
}

/* ---- interrupted ---- */

static char *
write_many (KdTestStore *self,
            guint n)
{
  g_autoptr (GString) text = g_string_new ("SKU,Name,Price,Stock,Category\n");

  for (guint i = 0; i < n; i++)
    if (i % 97 == 5)
      g_string_append_printf (text, "S%u,Barang %u,12.5,1,\n", i, i);
    else
      g_string_append_printf (text, "S%u,Barang %u,%u,%u,Rak %u\n", i, i, (i + 1) * 100, i % 7, i % 11);
  return test_import_write (self, "many.csv", text->str, (gssize) text->len);
}

typedef struct
{
  GCancellable *cancellable;
  KdTestStore *self;
  gint64 after;
} Stop;

static void
stop_cb (KdImport *import,
         const KdImportProgress *progress,
         gpointer data)
{
  Stop *stop = data;

  if (kd_test_number (stop->self, "SELECT count(*) FROM outbox") >= stop->after)
    g_cancellable_cancel (stop->cancellable);
}

static KdImportResult *
run_until (KdTestStore *self,
           const char *path,
           gint64 chunks)
{
  g_autoptr (KdImport) import = open_import (self, path, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Stop stop = { cancellable, self, chunks };
  GError *error = NULL;
  KdImportResult *result;

  kd_import_set_progress_interval (import, 0);
  result = kd_import_run (import, stop_cb, &stop, cancellable, &error);
  g_assert_no_error (error);
  return result;
}

static void
test_resume (void)
{
  g_autoptr (KdTestStore) whole = kd_test_store_new (7), self = kd_test_store_new (7);
  g_autofree char *path = write_many (self, 9000), *before = kd_test_dump (self, FALSE), *after = NULL;
  g_autoptr (KdImportResult) all = test_import_run (whole, path, NULL, FALSE), run = NULL;
  guint rounds = 0;

  g_assert_cmpuint (all->report->counts.errors, >, 50);
  do
    {
      g_clear_pointer (&run, kd_import_result_free);
      run = run_until (self, path, kd_test_number (self, "SELECT count(*) FROM outbox") + 2);
      /* as a program that was killed leaves it */
      if (run->cancelled)
        kd_test_exec (self, "UPDATE import_state SET state=0");
      kd_test_store_reopen (self);
      rounds++;
    }
  while (run->cancelled && rounds < 50);
  g_assert_cmpuint (rounds, >, 2);
  g_assert_true (run->resumed);
  assert_counts (&run->report->counts, &all->report->counts);
  g_assert_cmpuint (run->report->problems->len, ==, all->report->problems->len);
  g_assert_cmpint (kd_test_number (self, "SELECT count(*) FROM product"), ==, kd_test_number (whole, "SELECT count(*) FROM product"));
  g_assert_cmpint (kd_test_number (self, "SELECT count(*) FROM category"), ==, 11);
  g_assert_cmpint (kd_test_number (self, "SELECT sum(on_hand) FROM stock_level"), ==,
                   kd_test_number (whole, "SELECT sum(on_hand) FROM stock_level"));
  g_assert_cmpint (kd_test_number (self, "SELECT count(*) FROM operation"), ==, kd_test_number (whole, "SELECT count(*) FROM operation"));
  kd_test_check_search (self);
  g_assert_true (kd_test_undo (self));
  after = kd_test_dump (self, FALSE);
  g_assert_cmpstr (before, ==, after);
}

/* What the server has already is answered by its inverse: that leaves nothing either, no category in
 * which another one lay. */
static void
test_undo_sealed (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (10);
  g_autofree char *path = test_import_write (self, "woo.csv", woocommerce_twin, -1);
  g_autofree char *before = kd_test_dump (self, FALSE), *after = NULL;
  g_autoptr (KdImportResult) run = test_import_run (self, path, NULL, FALSE);
  g_autoptr (KdCommit) undone = NULL;

  g_assert_cmpint (kd_test_number (self, "SELECT count(*) FROM category WHERE up IS NOT NULL"), >, 0);
  kd_test_exec (self, "UPDATE outbox SET mut_no=1000 + id");
  undone = kd_test_undo_operation (self, &run->operation);
  g_assert_cmpuint (undone->n_left, ==, 0);
  g_assert_cmpstr (undone->value, ==, "woo.csv");
  after = kd_test_dump (self, FALSE);
  g_assert_cmpstr (before, ==, after);
}

/* ---- the shop is closed in the middle ---- */

static gboolean
has_some (gpointer data)
{
  return kd_test_number (data, "SELECT count(*) FROM product") > 0;
}

static void
keep_result_cb (GObject *source,
                GAsyncResult *result,
                gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static gboolean
has_result (gpointer data)
{
  return *(GAsyncResult **) data != NULL;
}

/* Closing waits for the chunk that is being written; another day the rest comes in. */
static void
test_closing (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new_threaded (9);
  g_autofree char *path = write_many (self, 9000);
  g_autoptr (KdImport) import = open_import (self, path, NULL), late = open_import (self, path, NULL);
  g_autoptr (KdImportResult) run = NULL, rest = NULL, refused = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gint64 written;

  kd_import_run_async (import, NULL, NULL, NULL, keep_result_cb, &result);
  kd_test_until (has_some, self);
  kd_store_close (self->store);
  refused = kd_import_run (late, NULL, NULL, NULL, &error);
  g_assert_null (refused);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  kd_test_until (has_result, &result);
  run = kd_import_run_finish (import, result, &error);
  g_assert_no_error (error);
  g_assert_true (run->cancelled);
  g_clear_object (&result);
  g_clear_object (&import);
  g_clear_object (&late);
  kd_test_store_reopen (self);
  written = kd_test_number (self, "SELECT count(*) FROM product");
  g_assert_cmpint (written, ==, (gint64) run->report->counts.created);
  rest = test_import_run (self, path, NULL, FALSE);
  g_assert_true (rest->resumed);
  g_assert_cmpint (kd_test_number (self, "SELECT count(*) FROM product"), >, written);
  g_assert_cmpint (kd_test_number (self, "SELECT count(*) FROM product"), ==, (gint64) rest->report->counts.created);
  g_assert_true (kd_test_undo (self));
  g_assert_cmpint (kd_test_number (self, "SELECT count(*) FROM product"), ==, 0);
}

static char *
words_cb (const KdImportProblem *problem,
          gpointer data)
{
  return g_strdup (problem->code);
}

static void
test_errors_file (void)
{
  g_autoptr (KdTestStore) self = kd_test_store_new (8);
  g_autofree char *path = test_import_write (self, "e.csv", "Name;SKU;Price\n\"'=A\";1;12,5\nB;2;2000\nC;2;-5\n", -1);
  g_autofree char *out = g_build_filename (self->folder, "errors.csv", NULL), *text = NULL;
  g_autoptr (KdImport) import = open_import (self, path, NULL);
  g_autoptr (KdImportResult) run = kd_import_dry_run (import, NULL, NULL, NULL, NULL);
  GError *error = NULL;

  g_assert_true (kd_import_write_errors (import, run->report, out, "Reason", words_cb, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (out, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "Reason,Name,SKU,Price\r\nmoney.decimals,'=A,1,\"12,5\"\r\nnumber.range,C,2,-5\r\n");
}

void
test_import_add (void)
{
  g_test_add_func ("/import/woocommerce", test_woocommerce);
  g_test_add_func ("/import/shopify", test_shopify);
  g_test_add_func ("/import/woocommerce-twin", test_woocommerce_twin);
  g_test_add_func ("/import/shopify-twin", test_shopify_twin);
  g_test_add_func ("/import/update", test_update);
  g_test_add_func ("/import/convert", test_convert);
  g_test_add_func ("/import/all-or-nothing", test_all_or_nothing);
  g_test_add_func ("/import/resume", test_resume);
  g_test_add_func ("/import/undo-sealed", test_undo_sealed);
  g_test_add_func ("/import/closing", test_closing);
  g_test_add_func ("/import/errors-file", test_errors_file);
  test_import_bad_add ();
}
