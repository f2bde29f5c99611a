/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "kd-terminal.h"

#include <termios.h>
#include <unistd.h>

gboolean
kd_terminal_is_there (void)
{
  return isatty (STDIN_FILENO) != 0;
}

void
kd_terminal_hide (gboolean hide)
{
  struct termios now;

  if (tcgetattr (STDIN_FILENO, &now) != 0)
    return;
  if (hide)
    now.c_lflag &= ~(tcflag_t) ECHO;
  else
    now.c_lflag |= ECHO;
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &now);
}
