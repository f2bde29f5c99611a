# SPDX-License-Identifier: GPL-3.0-or-later
"""What the story happens in: data folders, a server that can be unplugged, desks."""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

from kd_ui import CHILDREN_MAX, SHOTS, App, Atspi, GLib, Notes, Role, until

PANES = {1: 'Inbox', 3: 'Orders', 4: 'Catalog'}
BESIDE = 1280       # where on the wide screen the second computer stands

# Leaks are looked for at the end of tests/ui's story; every other sanitizer's word counts here too.
LEAKS = {'ASAN_OPTIONS': os.environ.get('ASAN_OPTIONS', '') + ':detect_leaks=0'}

# Stands for the server's program, so that it can be taken away: the window starts it again by
# itself, which must not be what brings it back too early.
PLUG = '''#!/bin/sh
[ -e '%s' ] && exit 1
exec '%s' "$@"
'''


class Desk(App):
    """A window of the program, and what one does at it."""

    def __init__(self, world, name):
        self.at, self.pane = 0, PANES[1]
        super().__init__(world.folder(name), KEDAI_SERVER=world.server, **LEAKS)

    def walk(self, root=None):
        """What is on the screen: GTK 4.8 doesn't tell which page of a stack that is, and panes that
        aren't shown would count, and cost their time."""
        todo = [root or self.root]
        while todo:
            node = todo.pop(0)
            try:
                if node is None or (node.get_role() == Role.PANEL and node.get_name() in PANES.values()
                                    and node.get_name() != self.pane):
                    continue
                yield node
                todo += [node.get_child_at_index(i)
                         for i in range(min(node.get_child_count(), CHILDREN_MAX))]
            except GLib.Error:
                pass

    def go(self, number):
        """To a pane, by its key."""
        self.focus()
        self.key('ctrl+%d' % number)
        self.pane = PANES[number]
        self.get(self.pane, role=Role.PANEL)

    def button(self, name):
        """GTK 4.8 tells a label with an access key twice, once with its underscore."""
        def look():
            for node in self.walk():
                if node.get_role() == Role.PUSH_BUTTON \
                        and node.get_name().replace('_', '') in (name, name + ' ' + name) and self.shows(node) \
                        and node.get_state_set().contains(Atspi.StateType.SENSITIVE):
                    return node
            return None
        return until(look, 'the button %r to be pressed' % name)

    def push(self, name):
        self.press(self.button(name))

    def place(self, x):
        """Beside the other one; without a window manager all windows begin in the corner."""
        self.at = x
        subprocess.run(['xdotool', 'windowmove', '--sync', self.window(), str(x), '0'], check=True)

    def saved(self):
        self.get('Saved', part=True, role=Role.PUSH_BUTTON, seconds=90)

    def focused_on(self, name):
        """GTK 4.8 tells a name twice where a field has a label with an access key."""
        def look():
            node = self.focused()
            return node is not None and node.get_name() in (name, name + ' ' + name)
        until(look, 'the cursor in %r' % name)

    def empty_field(self):
        def look():
            node = self.focused()
            return node is not None and node.get_role() in (Role.TEXT, Role.ENTRY) and self.text(node) == ''
        until(look, 'an empty field that has the cursor')

    def fill(self, name, text):
        """Types over what stands in a field."""
        self.click(self.get(name, role=Role.TEXT))
        self.key('ctrl+a')
        self.type(text)

    def fill_by_key(self, key, name, text):
        """The same for a field that may have to be scrolled to."""
        self.key(key)
        self.focused_on(name)
        self.key('ctrl+a')
        self.type(text)

    def say(self, text):
        """A message, from the composer that has the cursor."""
        self.focused_on('Message')
        self.type(text)
        self.key('Return')
        self.get('You: ' + text, part=True, role=Role.LIST_ITEM)
        until(lambda: self.text(self.get('Message', role=Role.TEXT)) == '', 'the composer empty')

    def matching(self, pattern):
        def look():
            for node in self.walk():
                name = node.get_name() or ''
                if re.fullmatch(pattern, name) and self.shows(node):
                    return name
            return None
        return until(look, 'something like ' + pattern)

    def names(self, role):
        return [node.get_name() for node in self.walk() if node.get_role() == role and self.shows(node)]

    def selected(self, name):
        """The row that is chosen in a list."""
        node = self.get(name, role=Role.LIST)
        return until(lambda: node.get_selection_iface().get_selected_child(0), 'a chosen row').get_name()

    def stock(self, on_hand, reserved, available):
        """As the catalog's detail tells it."""
        self.go(4)
        self.get('On hand %d · Reserved %d · Available %d' % (on_hand, reserved, available), part=True)

    def shot(self, name):
        """Its half of the screen, for a person to look at."""
        if SHOTS:
            os.makedirs(SHOTS, exist_ok=True)
            subprocess.run(['import', '-window', 'root', '-crop', '1280x800+%d+0' % getattr(self, 'at', 0),
                            '+repage', os.path.join(SHOTS, name + '.png')], check=False)


class World:
    def __init__(self):
        self.data = tempfile.mkdtemp(prefix='kedai-story.')
        self.unplugged = os.path.join(self.data, 'unplugged')
        self.server = os.path.join(self.data, 'kedai-server')
        with open(self.server, 'w') as file:
            file.write(PLUG % (self.unplugged, os.environ['KEDAI_SERVER']))
        os.chmod(self.server, 0o755)
        self.notes = Notes()
        self.desk = self.second = self.phone = None

    def folder(self, name):
        return os.path.join(self.data, name)

    def run_file(self):
        with open(os.path.join(self.folder('first'), 'server', 'run.json')) as file:
            return json.load(file)

    def pull_the_plug(self):
        open(self.unplugged, 'w').close()
        os.kill(self.run_file()['pid'], signal.SIGKILL)

    def plug_in(self):
        os.unlink(self.unplugged)

    @staticmethod
    def say(text):
        print('# ' + text, flush=True)

    def run(self, steps):
        begun = time.monotonic()
        failed = 0
        print('1..%d' % len(steps), flush=True)
        try:
            for number, step in enumerate(steps, 1):
                at = time.monotonic()
                try:
                    step(self)
                    print('ok %d - %s' % (number, step.__name__), flush=True)
                except Exception:  # pylint: disable=broad-except
                    failed += 1
                    traceback.print_exc()
                    for desk in (self.desk, self.second):
                        print(desk.dump() if desk else '', file=sys.stderr)
                    for desk in (self.desk, self.second):
                        if desk:
                            desk.shot('failed-%s-%d' % (step.__name__, desk.at))
                    if self.phone:
                        self.phone.shot('failed-%s-phone' % step.__name__)
                    print('not ok %d - %s' % (number, step.__name__), flush=True)
                    print('Bail out! what follows stands on this')
                    break
                self.say('%.1f s' % (time.monotonic() - at))
        finally:
            self.end()
        self.say('the whole story: %.0f s' % (time.monotonic() - begun))
        return 1 if failed else 0

    def end(self):
        if self.phone:
            self.phone.driver.quit()
        for desk in (self.second, self.desk):
            if desk:
                desk.kill()
        self.notes.end()
        try:
            os.kill(self.run_file()['pid'], signal.SIGTERM)
        except (OSError, ValueError):
            pass
        shutil.rmtree(self.data, ignore_errors=True)
        sys.stderr.flush()
