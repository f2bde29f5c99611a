/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-store.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* One case for each thing that a file can be: what is said of it, what comes in, and that what stood
 * in the shop before is as it was. */

typedef struct
{
  const char *name;
  const char *bytes;
  gssize n;                     /* -1: up to the NUL */
  gboolean (*make) (const char *path); /* instead of bytes */
  const char *refused;          /* code of the whole file; NULL: it can be read */
  guint created, errors;
  guint64 row;                  /* of the first problem */
  const char *column, *code;
  const char *check;            /* SQL: a number that must be @wanted after the run */
  gint64 wanted;
} Case;

#define BYTES(text) .bytes = text, .n = sizeof (text) - 1

static gboolean
make_sparse (const char *path)
{
  int fd = g_open (path, O_CREAT | O_WRONLY, 0600);
  gboolean ok = fd >= 0 && ftruncate (fd, (off_t) 2 * 1024 * 1024 * 1024) == 0;

  close (fd);
  return ok;
}

static gboolean
make_folder (const char *path)
{
  return g_mkdir (path, 0700) == 0;
}

static gboolean
make_nothing (const char *path)
{
  return TRUE;
}

static const Case cases[] = {
  { .name = "utf-16", BYTES ("\xff\xfeN\0a\0m\0e\0,\0S\0K\0U\0,\0P\0r\0i\0c\0e\0\n\0K\0\xe9\0,\0A\0,\0""5\0\n\0"),
    .created = 1, .check = "SELECT count(*) FROM product WHERE name='Ké' AND price=5", .wanted = 1 },
  { .name = "utf-16-big-endian-without-bom", BYTES ("\0N\0a\0m\0e\0,\0P\0r\0i\0c\0e\0\n\0K\0o\0p\0i\0,\0""5\0\n"),
    .created = 1, .check = "SELECT count(*) FROM product WHERE name='Kopi' AND price=5", .wanted = 1 },
  { .name = "windows-1252",
    BYTES ("Nama;Harga;Deskripsi\r\nCaf\xe9 cr\xe8me;5000;Un caf\xe9 tr\xe8s doux \x96 d\xe9licieux, prix 5 \x80\r\n"
           "P\xe2t\xe9 de for\xeat;6000;Le go\xfbt authentique de la for\xeat\r\n"),
    .created = 2, .check = "SELECT count(*) FROM product WHERE name='Café crème' AND description LIKE '% – %5 €'", .wanted = 1 },
  { .name = "semicolon", BYTES ("Nama Produk;Kode;Harga;Stok\r\nKopi, hitam;K1;15.000;3\r\n"),
    .created = 1, .check = "SELECT count(*) FROM product WHERE name='Kopi, hitam' AND price=15000", .wanted = 1 },
  { .name = "tab", BYTES ("Nama\tSKU\tHarga\nKopi\tK1\t15000\n"),
    .created = 1, .check = "SELECT count(*) FROM variant WHERE sku='K1'", .wanted = 1 },
  { .name = "bom", BYTES ("\xef\xbb\xbf" "Name,SKU,Price\nKopi,K1,15000\n"),
    .created = 1, .check = "SELECT count(*) FROM product WHERE name='Kopi'", .wanted = 1 },
  { .name = "quoted-newlines", BYTES ("Name,SKU,Description,Price\n\"Kopi\nGayo\",K1,\"satu\ndua & <3\",15000\nTeh,T1,x,1\n"),
    .created = 2,
    .check = "SELECT count(*) FROM product WHERE name='Kopi Gayo' AND description='satu<br>' || char(10) || 'dua &amp; &lt;3'",
    .wanted = 1 },
  { .name = "ragged-short", BYTES ("Name,SKU,Price,Stock\nKopi,K1,15000,1\nTeh,5000\n"),
    .created = 1, .errors = 1, .row = 3, .code = "csv.too_few_fields" },
  { .name = "ragged-long", BYTES ("Name,SKU,Price\nKopi,K1,15000,,\nTeh,T1,5,000\n"),
    .created = 1, .errors = 1, .row = 3, .code = "csv.too_many_fields" },
  { .name = "open-quote", BYTES ("Name,SKU,Price\nKopi,K1,15000\n\"Teh,T1,5\n"),
    .created = 1, .errors = 1, .row = 3, .code = "csv.unterminated_quote" },
  { .name = "duplicate-skus", BYTES ("Name,SKU,Price\nKopi,K1,1\nTeh, k1 ,2\nGula,K2,3\n"),
    .created = 2, .errors = 1, .row = 3, .column = "SKU", .code = "sku.repeated" },
  { .name = "sku-of-another", BYTES ("ID,Name,SKU,Price\n1,Baru,BASE,1\n"),
    .created = 0, .errors = 0, .check = "SELECT count(*) FROM variant WHERE sku='BASE'", .wanted = 1 },
  { .name = "points-group", BYTES ("Name,Price\nA,1.250.000\nB,15.000\nC,900\n"),
    .created = 3, .check = "SELECT sum(price) FROM product WHERE name IN('A','B','C')", .wanted = 1265900 },
  { .name = "commas-group", BYTES ("Name;Price\nA;\"1,250,000.50\"\nB;15,000\nC;900.00\n"),
    .created = 2, .errors = 1, .row = 2, .column = "Price", .code = "money.decimals",
    .check = "SELECT sum(price) FROM product WHERE name IN('B','C')", .wanted = 15900 },
  { .name = "decimals-in-rupiah", BYTES ("Name,SKU,Price\nKopi,K1,11.05\nTeh,T1,12.00\n"),
    .created = 1, .errors = 1, .row = 2, .column = "Price", .code = "money.decimals" },
  { .name = "another-currency", BYTES ("Name,SKU,Price\nKopi,K1,USD 11\nTeh,T1,Rp12.000\n"),
    .created = 1, .errors = 1, .row = 2, .column = "Price", .code = "money.currency" },
  { .name = "no-number", BYTES ("Name,SKU,Price\nKopi,K1,mahal\nTeh,T1,12000\n"),
    .created = 1, .errors = 1, .row = 2, .column = "Price", .code = "number.syntax" },
  { .name = "negative-price", BYTES ("Name,SKU,Price\nKopi,K1,-5\n"),
    .errors = 1, .row = 2, .column = "Price", .code = "number.range" },
  { .name = "huge-price", BYTES ("Name,SKU,Price\nKopi,K1,99999999999999999999\n"),
    .errors = 1, .row = 2, .column = "Price", .code = "number.range" },
  { .name = "formula", BYTES ("Name,SKU,Price\n=cmd(),'=1+1,5\n\"'@x\",+1,6\n"),
    .created = 2, .check = "SELECT count(*) FROM product p JOIN variant v ON v.product=p.id"
                           " WHERE (p.name='=cmd()' AND v.sku='=1+1') OR (p.name='@x' AND v.sku='+1')", .wanted = 2 },
  { .name = "no-name", BYTES ("Name,SKU,Price\n,K1,5\n"), .errors = 1, .row = 2, .column = "Name", .code = "import.name_missing" },
  { .name = "long-name", .make = NULL, BYTES ("Name,SKU,Price\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA,K1,5\n"),
    .errors = 1, .row = 2, .column = "Name", .code = "field.too_long" },
  { .name = "bad-barcode", BYTES ("Name,Barcode,Price\nKopi,4006381333932,5\nTeh,4006381333931,6\n"),
    .created = 1, .errors = 1, .row = 2, .column = "Barcode", .code = "code.invalid" },
  { .name = "same-options", BYTES ("Name,Ukuran,SKU,Price\nKaos,S,K1,5\nKaos,s,K2,5\n"),
    .errors = 1, .row = 3, .code = "option.repeated" },
  { .name = "orders", BYTES ("Name,Email,Financial Status,Lineitem name,Lineitem price\n#1,a@b.c,paid,Kaos,5\n"),
    .refused = "import.orders" },
  { .name = "contacts", BYTES ("Nama,No HP\nRina,08123\n"), .refused = "import.contacts" },
  { .name = "no-columns", BYTES ("a,b,c\n1,2,3\n"), .refused = "import.no_columns" },
  { .name = "headings-alone", BYTES ("Name,SKU,Price\n"), .refused = "import.no_rows" },
  { .name = "empty", BYTES (""), .refused = "file.empty" },
  { .name = "png", BYTES ("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\10\6\0\0\0\x1f\x15\xc4\x89"), .refused = "file.binary" },
  { .name = "sparse-2-gb", .make = make_sparse, .refused = "file.sparse" },
  { .name = "directory", .make = make_folder, .refused = "file.directory" },
  { .name = "missing", .make = make_nothing, .refused = "file.not_found" },
};

static void
run_refused (KdTestStore *self,
             const Case *one,
             const char *path)
{
  GError *error = NULL;
  g_autoptr (KdImport) import = kd_import_open (self->store, path, NULL, &error);
  g_autoptr (KdImportResult) run = import != NULL ? kd_import_run (import, NULL, NULL, NULL, &error) : NULL;

  g_assert_null (run);
  g_assert_nonnull (error);
  g_assert_cmpstr (kd_import_file_error_code (error), ==, one->refused);
  g_assert_cmpuint (strlen (error->message), >, 10);
  g_error_free (error);
}

static void
run_read (KdTestStore *self,
          const Case *one,
          const char *path)
{
  g_autoptr (KdImportResult) dry = test_import_run (self, path, NULL, TRUE), run = NULL;
  const KdImportReport *report = dry->report;

  g_assert_cmpuint (report->counts.created, ==, one->created);
  g_assert_cmpuint (report->counts.errors, ==, one->errors);
  if (one->code != NULL)
    {
      const KdImportProblem *problem;

      g_assert_cmpuint (report->problems->len, >, 0);
      problem = g_ptr_array_index (report->problems, 0);
      g_assert_cmpuint (problem->row, ==, one->row);
      g_assert_cmpstr (problem->column, ==, one->column);
      g_assert_cmpstr (problem->code, ==, one->code);
    }
  run = test_import_run (self, path, NULL, FALSE);
  g_assert_cmpuint (run->report->counts.created, ==, one->created);
  g_assert_cmpuint (run->report->counts.errors, ==, one->errors);
  if (one->check != NULL)
    g_assert_cmpint (kd_test_number (self, one->check), ==, one->wanted);
}

static void
test_case (gconstpointer data)
{
  const Case *one = data;
  g_autoptr (KdTestStore) self = kd_test_store_new (11);
  g_autofree char *path = g_build_filename (self->folder, "file.csv", NULL), *before = NULL, *after = NULL;

  kd_test_add_product (self, "Yang lama", "BASE", 7000, 3);
  before = kd_test_dump (self, FALSE);
  if (one->make != NULL)
    g_assert_true (one->make (path));
  else
    g_assert_true (g_file_set_contents (path, one->bytes, one->n, NULL));
  if (one->refused != NULL)
    run_refused (self, one, path);
  else
    run_read (self, one, path);
  if (kd_test_number (self, "SELECT count(*) FROM import_state") > 0)
    g_assert_true (kd_test_undo (self));
  after = kd_test_dump (self, FALSE);
  g_assert_cmpstr (before, ==, after);
  g_assert_cmpint (kd_test_number (self, "SELECT count(*) FROM variant WHERE sku='BASE'"), ==, 1);
}

void
test_import_bad_add (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strdup_printf ("/import/bad/%s", cases[i].name);
      g_test_add_data_func (name, &cases[i], test_case);
    }
}
