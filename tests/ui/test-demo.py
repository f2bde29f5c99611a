#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo shop, as somebody meets it who has never seen the program: from the welcome page, and
with --demo. Every pane has rows, and a second start has the same ones."""
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kd_ui import App, Atspi, Role, until  # noqa: E402


class Demo:
    def __init__(self):
        self.data = tempfile.mkdtemp(prefix='kedai-ui.')
        self.app = None

    def row(self, name):
        return self.app.get(name, Role.LIST_ITEM, part=True)

    def rows(self, name):
        return sum(node.get_role() == Role.LIST_ITEM for node in self.app.walk(self.app.get(name, Role.LIST)))

    def from_the_welcome_page(self):
        self.app = App(os.path.join(self.data, 'welcome'))
        self.app.focus()
        self.app.click(self.app.get('Look around the demo shop', part=True))
        self.row('Rina Wulandari')
        self.row('Dimas Pratama')
        assert self.rows('Conversations') >= 6
        self.app.shot('demo-inbox')

    def every_pane_has_rows(self):
        self.app.focus()
        self.app.key('ctrl+3')
        self.row('Awaiting payment')
        until(lambda: self.rows('Orders') >= 8, 'orders')
        self.app.shot('demo-orders')
        self.app.key('ctrl+4')
        self.row('Abon Sapi Solo')
        until(lambda: self.rows('Products') >= 8, 'products')
        self.app.shot('demo-catalog')

    def something_needs_attention(self):
        self.app.get('Needs attention: 1', part=True)
        self.app.quit()

    def at_once_with_demo(self):
        begun = time.monotonic()
        self.app = App(os.path.join(self.data, 'demo'), '--demo')
        self.row('Rina Wulandari')
        print('# first start to rows: %.2f s' % (time.monotonic() - begun), flush=True)
        self.app.quit()

    def the_same_one_again(self):
        self.app = App(os.path.join(self.data, 'demo'), '--demo')
        self.row('Rina Wulandari')
        self.app.quit()
        shops = os.listdir(os.path.join(self.data, 'demo', 'server', 'shops'))
        assert len({name.split('.')[0] for name in shops}) == 1, shops

    def what_is_sent_is_seen(self):
        """In a thread longer than its place, after one click and without another."""
        self.app = App(os.path.join(self.data, 'demo'), '--demo')
        self.app.focus()
        subprocess.run(['xdotool', 'windowsize', '--sync', self.app.window(), '1280', '600'], check=True)
        self.app.click(self.row('Dimas Pratama'))
        until(lambda: self.app.focused() is not None and self.app.focused().get_role() == Role.TEXT, 'the composer')
        self.app.type('sudah terkirim')
        self.app.key('Return')
        thread = self.app.get('Messages', Role.LIST)
        row = self.app.get('sudah terkirim', Role.LIST_ITEM, part=True, root=thread)

        def whole():
            at, place = (node.get_component_iface().get_extents(Atspi.CoordType.WINDOW) for node in (row, thread))
            return at.height > 0 and at.y >= place.y and at.y + at.height <= place.y + place.height

        until(whole, 'the message in sight')
        # and stays, while the composer takes more of the place
        before = thread.get_component_iface().get_extents(Atspi.CoordType.WINDOW).height
        self.app.key(*['shift+Return'] * 5)
        until(lambda: thread.get_component_iface().get_extents(Atspi.CoordType.WINDOW).height < before - 20,
              'a larger composer')
        until(whole, 'the message in sight still')
        self.app.shot('demo-sent')
        self.app.quit()

    def end(self):
        if self.app is not None:
            self.app.kill()
        shutil.rmtree(self.data, ignore_errors=True)


STEPS = ['from_the_welcome_page', 'every_pane_has_rows', 'something_needs_attention', 'at_once_with_demo', 'the_same_one_again',
         'what_is_sent_is_seen']


def main():
    demo = Demo()
    failed = 0
    print('1..%d' % len(STEPS), flush=True)
    for i, step in enumerate(STEPS):
        if failed:
            print('not ok %d - %s # a step before it failed' % (i + 1, step), flush=True)
            continue
        try:
            getattr(demo, step)()
            print('ok %d - %s' % (i + 1, step), flush=True)
        except Exception:
            traceback.print_exc()
            failed = 1
            print('not ok %d - %s' % (i + 1, step), flush=True)
    demo.end()
    sys.exit(failed)


main()
