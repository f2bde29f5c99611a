/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-bench.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define SYNC_ROUNDS 21
#define SYNC_BYTES 4096

const char *const kd_bench_goods[20] = { "Kopi", "Teh", "Gula", "Beras", "Minyak", "Sabun", "Kaos", "Kemeja", "Celana", "Sepatu",
                                         "Tas", "Dompet", "Topi", "Jaket", "Rok", "Daster", "Sarung", "Batik", "Sandal", "Jam" };
const char *const kd_bench_sorts[17] = { "Arabika", "Hijau", "Merah", "Biru", "Premium", "Ekonomis", "Jumbo", "Mini", "Pedas",
                                         "Manis", "Asin", "Putih", "Hitam", "Anak", "Dewasa", "Pria", "Wanita" };
const char *const kd_bench_towns[10] = { "Gayo", "Toraja", "Bandung", "Solo", "Jogja", "Bali", "Lombok", "Medan", "Padang",
                                         "Malang" };
static const char *const words[] = { "apakah", "masih", "ada", "ukuran", "warna", "kirim", "hari", "ini", "ongkir", "berapa",
                                     "terima", "kasih", "kak", "bisa", "cod", "transfer", "sudah", "ya", "stok", "pesan",
                                     "dua", "tiga", "alamat", "ke", "besok", "siang", "harga", "diskon", "baru", "lagi" };

void
kd_bench_say (const KdBenchFigure *figure)
{
  g_autoptr (GString) line = g_string_new (NULL);

  g_string_append_printf (line, "{\"name\":\"%s\",\"figure\":%.4g,\"unit\":\"%s\"", figure->name, figure->figure, figure->unit);
  if (figure->what != NULL)
    g_string_append_printf (line, ",\"reference\":%.4g,\"beside\":\"%s\"", figure->reference, figure->what);
  if (figure->ratio > 0)
    g_string_append_printf (line, ",\"ratio\":%.3g", figure->ratio);
  if (figure->reach != NULL)
    g_string_append_printf (line, ",\"reach\":\"%s\"", figure->reach);
  if (figure->n > 0)
    g_string_append_printf (line, ",\"n\":%u", figure->n);
  if (figure->more != NULL)
    g_string_append_printf (line, ",%s", figure->more);
  g_print ("%s,\"machine\":\"%u cores\"}\n", line->str, g_get_num_processors ());
  fflush (stdout);
}

double
kd_bench_now (void)
{
  return (double) g_get_monotonic_time () / 1e6;
}

double
kd_bench_cpu (int whose)
{
  struct rusage usage;

  getrusage (whose, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
         + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

double
kd_bench_at (GArray *values,
             double share)
{
  guint at;

  if (values->len == 0)
    return 0;
  g_array_sort (values, compare);
  at = (guint) (share * values->len);
  return g_array_index (values, double, MIN (at, values->len - 1));
}

double
kd_bench_fdatasync (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "fdatasync", NULL);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  char page[SYNC_BYTES];
  int file = g_open (path, O_CREAT | O_RDWR | O_TRUNC | O_CLOEXEC, 0600);

  memset (page, 'x', sizeof page);
  for (guint i = 0; file >= 0 && i < SYNC_ROUNDS; i++)
    {
      double begin = kd_bench_now (), took;

      if (write (file, page, sizeof page) != sizeof page || fdatasync (file) != 0)
        break;
      took = kd_bench_now () - begin;
      g_array_append_val (times, took);
    }
  if (file >= 0)
    close (file);
  g_unlink (path);
  return kd_bench_at (times, 0.5);
}

char *
kd_bench_product_name (guint i)
{
  KdRandom random = KD_RANDOM (7 + i);

  return g_strdup_printf ("%s %s %s %u", KD_BENCH_PICK (&random, kd_bench_goods), KD_BENCH_PICK (&random, kd_bench_sorts),
                          KD_BENCH_PICK (&random, kd_bench_towns), i);
}

char *
kd_bench_sentence (KdRandom *random)
{
  GString *text = g_string_new (NULL);
  guint n = 3 + kd_random_below (random, 9);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", KD_BENCH_PICK (random, words));
  return g_string_free (text, FALSE);
}
