# SPDX-License-Identifier: GPL-3.0-or-later
"""Start and memory of the program on a big shop, beside an empty libadwaita window, in the X server
of tests/support/isolated. Arguments: DATA, and which of start and memory."""
import os
import resource
import statistics
import subprocess
import sys
import time

from say import say

ROUNDS = 10
PATIENCE_S = 60
PANES = '3', '4', '1'      # their numbers in the rail
BUILD = os.environ['KEDAI_BUILD_DIR']
EMPTY = [os.path.join(BUILD, 'tests/bench/empty-window')]


def environment(**more):
    return dict(os.environ, KEDAI_SECRETS='file', KEDAI_REPORT_FRAMES='1', **more)


class Run:
    """One start: when which line came, in seconds after it."""

    def __init__(self, command):
        self.cpu = None
        begin = time.monotonic()
        self.process = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.begin = begin

    def wait(self, line):
        for text in self.process.stdout:
            if text.decode().strip() == line:
                return time.monotonic() - self.begin
        raise SystemExit('bench: %s ended before it had drawn' % self.process.args[0])

    def cpu_s(self):
        with open('/proc/%d/stat' % self.process.pid, encoding='ascii') as file:
            fields = file.read().rsplit(')', 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')

    def pss_mb(self):
        with open('/proc/%d/smaps_rollup' % self.process.pid, encoding='ascii') as file:
            for line in file:
                if line.startswith('Pss:'):
                    return int(line.split()[1]) / 1024
        raise SystemExit('bench: no memory to read')

    def end(self):
        self.process.terminate()
        try:
            self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


def start_once(command, line):
    run = Run(command)
    took = run.wait(line)
    cpu = run.cpu_s()
    run.end()
    return took, cpu


def measure_start(kedai):
    start_once(EMPTY, 'frame')      # the files come into memory
    start_once(kedai, 'rows')
    empty, real = [], []
    for _ in range(ROUNDS):
        empty.append(start_once(EMPTY, 'frame'))
        real.append(start_once(kedai, 'rows'))
    figure = statistics.median(took for took, _ in real)
    beside = statistics.median(took for took, _ in empty)
    cpu = statistics.median(cpu for _, cpu in real)
    cpu_beside = statistics.median(cpu for _, cpu in empty)
    say('start.rows', figure * 1000, 'ms', 'an empty libadwaita window', beside * 1000, figure / beside, '<= 1.5x', ROUNDS,
        best_ratio=round(min(took for took, _ in real) / min(took for took, _ in empty), 3),
        cpu_ratio=round(cpu / cpu_beside, 3) if cpu_beside else None)


def settle(run):
    """Until its memory stands still."""
    last, since = run.pss_mb(), time.monotonic()
    end = since + PATIENCE_S
    while time.monotonic() < end and time.monotonic() - since < 2:
        time.sleep(0.2)
        now = run.pss_mb()
        if abs(now - last) > 0.2:
            last, since = now, time.monotonic()
    return run.pss_mb()


def press(run, *keys):
    window = subprocess.check_output(['xdotool', 'search', '--sync', '--onlyvisible', '--pid', str(run.process.pid)],
                                     text=True).split()[0]
    subprocess.check_call(['xdotool', 'windowfocus', '--sync', window])
    for key in keys:
        subprocess.check_call(['xdotool', 'key', 'ctrl+' + key])
        settle(run)


def measure_memory(kedai):
    run = Run(EMPTY)
    run.wait('frame')
    beside = settle(run)
    run.end()
    run = Run(kedai)
    run.wait('rows')
    settle(run)
    first = run.pss_mb()
    press(run, *PANES)
    figure = settle(run)
    shot = os.environ.get('KD_UI_SHOTS')
    if shot:
        subprocess.call(['import', '-window', 'root', os.path.join(shot, 'bench-memory.png')])
    run.end()
    say('memory.panes', figure, 'MB PSS', 'an empty libadwaita window', beside, figure / beside, '<= 2x',
        started=round(first, 1), started_ratio=round(first / beside, 2))


def main():
    kedai = [os.environ['KD_KEDAI'], '--data', sys.argv[1]]
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if 'start' in sys.argv[2:]:
        measure_start(kedai)
    if 'memory' in sys.argv[2:]:
        measure_memory(kedai)


main()
