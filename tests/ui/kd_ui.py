# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives the program from outside, as a person and a screen reader do: finds things by role and
name on the accessibility bus, clicks and types with the X server. Waits are bounded; nothing
sleeps for its own sake. Roles are compared as enums: their names differ between versions."""
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib  # noqa: E402

Role = Atspi.Role
Atspi.set_timeout(3000, 3000)

WAIT_S = float(os.environ.get('KD_UI_WAIT', 30))  # generous: sanitizers, and other work
POLL_S = 0.05
CHILDREN_MAX = 80   # of one node: long lists are not walked to their end
SHOTS = os.environ.get('KD_UI_SHOTS')


def until(func, what, seconds=WAIT_S):
    """What func gives once it is true; nodes that go away while one looks are looked for again."""
    end = time.monotonic() + seconds
    while True:
        try:
            value = func()
            if value:
                return value
        except GLib.Error:
            pass
        context = GLib.MainContext.default()
        while context.pending():
            context.iteration(False)
        if time.monotonic() > end:
            raise AssertionError('timed out waiting for ' + what)
        time.sleep(POLL_S)


def environment(**more):
    """GIO's modules stay allocated once they were asked for, which leak checks take for ours; the
    program needs none of them here: no TLS, no proxy, settings in memory."""
    env = dict(os.environ, LC_ALL='C.UTF-8', LANGUAGE='en', KEDAI_SECRETS='file',
               G_SLICE='always-malloc', GIO_MODULE_DIR='/dev/null', ADW_DEBUG_COLOR_SCHEME='prefer-light')
    env.update(more)
    return env


class Notes:
    """The fake notification daemon (notes.py)."""

    def __init__(self):
        self.process = subprocess.Popen(
            ['/usr/bin/python3', os.path.join(os.path.dirname(os.path.abspath(__file__)), 'notes.py')],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.next('the notification daemon')

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(json.loads(line))

    def next(self, what):
        return until(lambda: None if self.lines.empty() else self.lines.get(), what)

    def invoke(self, note, action):
        self.process.stdin.write('%d %s\n' % (note['id'], action))
        self.process.stdin.flush()

    def end(self):
        self.process.stdin.close()
        self.process.wait(10)


class App:
    """One run of the program."""

    def __init__(self, data, *args, **env):
        self.process = subprocess.Popen([os.environ['KD_KEDAI'], '--data', data, *args],
                                        env=environment(**env))
        self.root = until(self._find_root, 'the program on the accessibility bus')

    def _find_root(self):
        if self.process.poll() is not None:
            raise AssertionError('the program ended with %d' % self.process.returncode)
        desktop = Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(i)
            if child and child.get_process_id() == self.process.pid and child.get_child_count():
                return child
        return None

    # ---- looking ----

    def walk(self, root=None):
        todo = [root or self.root]
        while todo:
            node = todo.pop(0)
            if node is None:
                continue
            yield node
            try:
                todo += [node.get_child_at_index(i)
                         for i in range(min(node.get_child_count(), CHILDREN_MAX))]
            except GLib.Error:
                pass

    @staticmethod
    def shows(node):
        """GTK 4.8 sets the state SHOWING for windows alone; what has a place shows."""
        iface = node.get_component_iface()
        if iface is None:
            return False
        box = iface.get_extents(Atspi.CoordType.WINDOW)
        return box.width > 0 and box.height > 0

    def scan(self, name, role=None, part=False, root=None):
        """The first one that shows; a squeezer's hidden copies don't count."""
        for node in self.walk(root):
            try:
                has = node.get_name() or ''
                if (role is None or node.get_role() == role) \
                        and (has == name or (part and name in has)) \
                        and self.shows(node):
                    return node
            except GLib.Error:
                pass
        return None

    def get(self, name, role=None, part=False, root=None, seconds=WAIT_S):
        what = '%s %r' % (role.value_nick if role else 'a widget', name)
        try:
            return until(lambda: self.scan(name, role, part, root), what, seconds)
        except AssertionError:
            self.shot('failed')
            print(self.dump(), file=sys.stderr)
            raise

    def gone(self, name, role=None, part=False):
        until(lambda: self.scan(name, role, part) is None, 'the end of %r' % name)

    def dump(self):
        lines = []
        for node in self.walk():
            try:
                if node.get_name() and self.shows(node):
                    lines.append('%s: %s' % (node.get_role().value_nick, node.get_name()))
            except GLib.Error:
                pass
        return '\n'.join(lines)

    def text(self, node):
        iface = node.get_text_iface()
        return Atspi.Text.get_text(iface, 0, Atspi.Text.get_character_count(iface))

    def focused(self):
        for node in self.walk():
            try:
                states = node.get_state_set()
                if states.contains(Atspi.StateType.FOCUSED):
                    return node
            except GLib.Error:
                pass
        return None

    # ---- doing ----

    def window(self):
        """The topmost one: dialogs come after the windows they belong to. Tooltips and menus are
        windows of X too, but the places of what is in them count from the window below."""
        def is_popup(window):
            told = subprocess.run(['xwininfo', '-id', window], capture_output=True, text=True)
            return told.returncode != 0 or 'Override Redirect State: yes' in told.stdout

        def find():
            out = subprocess.run(['xdotool', 'search', '--onlyvisible', '--pid',
                                  str(self.process.pid)], capture_output=True, text=True)
            return next((window for window in reversed(out.stdout.split()) if not is_popup(window)), None)
        return until(find, 'a window')

    def click(self, node):
        """With the pointer, in the middle; without a window manager it stays in the window, so
        that the keyboard does too."""
        def place():
            box = node.get_component_iface().get_extents(Atspi.CoordType.WINDOW)
            return box if box.width > 0 and box.height > 0 else None
        box = until(place, 'the place of ' + node.get_name())
        subprocess.run(['xdotool', 'mousemove', '--window', self.window(),
                        str(box.x + box.width // 2), str(box.y + box.height // 2), 'click', '1'],
                       check=True)

    def focus(self):
        """Without a window manager nobody gives a new window the keyboard when another one goes."""
        subprocess.run(['xdotool', 'windowfocus', '--sync', self.window()], check=True)

    def press(self, node):
        assert node.get_action_iface().do_action(0)

    def key(self, *keys):
        subprocess.run(['xdotool', 'key', '--delay', '20', *keys], check=True)

    def type(self, text):
        subprocess.run(['xdotool', 'type', '--delay', '12', text], check=True)

    def set_text(self, node, text):
        assert Atspi.EditableText.set_text_contents(node.get_editable_text_iface(), text)

    def shot(self, name):
        """For a person to look at; only where KD_UI_SHOTS names a folder."""
        if SHOTS:
            subprocess.run(['import', '-window', 'root', os.path.join(SHOTS, name + '.png')],
                           check=False)

    def quit(self):
        """As a person who logs out: the program ends in order, and leak checks speak."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(WAIT_S * 2)
        assert code == 0, 'the program ended with %d' % code

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
