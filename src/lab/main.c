/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-lab.h"

#include <stdio.h>

/* Reads up to the line end. A line beyond the limit is read to its end and not kept. */
static gboolean
read_line (FILE *in,
           GString *line,
           gboolean *ret_too_long)
{
  int c;
  gboolean any = FALSE;

  g_string_truncate (line, 0);
  *ret_too_long = FALSE;
  while ((c = getc (in)) != EOF)
    {
      any = TRUE;
      if (c == '\n')
        break;
      if (line->len < KD_LAB_LINE_MAX)
        g_string_append_c (line, (char) c);
      else
        *ret_too_long = TRUE;
    }
  if (line->len > 0 && line->str[line->len - 1] == '\r')
    g_string_truncate (line, line->len - 1);
  return any;
}

int
main (int argc,
      char **argv)
{
  g_autoptr (GString) line = g_string_new (NULL);
  gboolean too_long;

  if (argc > 1)
    {
      g_printerr ("Usage: kedai-lab < requests\n"
                  "One JSON object a line, such as {\"fn\":\"list\"}; one answer a line.\n");
      return 2;
    }
  while (read_line (stdin, line, &too_long))
    {
      g_autofree char *answer = NULL;

      if (too_long)
        answer = g_strdup ("{\"error\":{\"code\":\"bad_request\",\"message\":\"line too long\"}}");
      else
        answer = kd_lab_answer (line->str, line->len);
      if (fputs (answer, stdout) == EOF || putc ('\n', stdout) == EOF || fflush (stdout) != 0)
        return 3;
    }
  return 0;
}
