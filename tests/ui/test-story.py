#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A seller's first day: a shop is started, a product made by keyboard, a buyer writes, the program
ends and comes back as it was, the server is away for a while. One program, one story, in order;
each step is a line of TAP."""
import http.cookiejar
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import traceback
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kd_ui import App, Notes, Role, until  # noqa: E402

SHOP, OWNER, PRODUCT, BUYER = 'Toko Sari', 'Sari', 'Keripik tempe', 'Budi'
# GLib's quarks outgrow their first block in so long a run; only a whole stack tells that from a leak.
WHOLE_STACKS = {'ASAN_OPTIONS': ':'.join(filter(None, [
    os.environ.get('ASAN_OPTIONS'), 'fast_unwind_on_malloc=0:malloc_context_size=12']))}
QUESTION, DRAFT = 'Masih ada keripik?', 'Masih kak, mau berapa'


class Story:
    def __init__(self):
        self.data = tempfile.mkdtemp(prefix='kedai-ui.')
        self.notes = Notes()
        self.app = None

    def run_file(self):
        with open(os.path.join(self.data, 'server', 'run.json')) as file:
            return json.load(file)

    def server_pid(self):
        """None while there is none."""
        try:
            return self.run_file()['pid']
        except (OSError, ValueError):
            return None

    def buyer_writes(self, text):
        """Like a browser: the page first, with its cookie, then its form."""
        base = self.run_file()['address']
        chat = '%s/toko-sari/chat' % base
        jar = http.cookiejar.CookieJar()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        page = opener.open(chat, timeout=20).read().decode()
        fields = {'name': BUYER, 'text': text}
        for name, value in re.findall(r'<input type=hidden name=(\w+) value="?([^">]*)', page):
            fields[name] = value
        request = urllib.request.Request(chat, data=urllib.parse.urlencode(fields).encode(),
                                         headers={'Origin': base, 'Sec-Fetch-Site': 'same-origin'})
        opener.open(request, timeout=20).read()

    # ---- the steps ----

    def start_a_shop(self):
        self.app = app = App(self.data, **WHOLE_STACKS)
        app.click(app.get('Start a shop here'))
        app.click(app.get('Name of the shop'))
        app.type(SHOP)
        app.key('Tab')
        app.type(OWNER)
        app.key('Return')
        app.get('Saved', part=True, role=Role.PUSH_BUTTON, seconds=60)
        app.get(SHOP)
        # Without a window manager the X server's focus goes with a click.
        app.click(app.get('Choose a conversation', role=Role.LABEL))
        app.shot('shop')

    def panes_by_keyboard(self):
        app = self.app
        app.key('ctrl+3')
        app.get('Orders', role=Role.PANEL)
        app.shot('orders')
        app.key('ctrl+4')
        app.get('Catalog', role=Role.PANEL)
        app.shot('catalog')
        app.key('ctrl+1')
        app.get('Inbox', role=Role.PANEL)

    def add_a_product(self):
        app = self.app
        app.key('ctrl+4')
        app.get('Catalog', role=Role.PANEL)
        app.key('ctrl+n')
        until(lambda: app.focused() is not None and app.focused().get_role() in (Role.TEXT, Role.ENTRY)
              and app.text(app.focused()) == '', 'an empty field that has the cursor')
        app.type(PRODUCT)
        app.key('ctrl+s')
        app.get(PRODUCT, part=True, role=Role.LIST_ITEM)
        app.shot('product')

    def undo(self):
        """Messages are passed over: the newest operation that can be undone made the product."""
        app = self.app
        app.key('ctrl+4')
        app.get(PRODUCT, part=True, role=Role.LIST_ITEM)
        app.key('Escape')
        app.key('ctrl+z')
        until(lambda: app.scan(PRODUCT, part=True, role=Role.LIST_ITEM) is None, 'the product gone again')

    def palette(self):
        app = self.app
        app.key('ctrl+1')
        app.get('Inbox', role=Role.PANEL)
        app.key('ctrl+k')
        until(lambda: app.focused() is not None and app.focused().get_role() in (Role.TEXT, Role.ENTRY),
              'the search field')
        app.type('keripik')
        app.get(PRODUCT, part=True)
        app.shot('palette')
        app.key('Return')
        app.get('Catalog', role=Role.PANEL)

    def a_buyer_writes(self):
        app = self.app
        app.key('ctrl+4')
        self.buyer_writes(QUESTION)
        note = self.notes.next('a notification')
        assert BUYER in note['summary'], note
        assert QUESTION in note['body'], note
        app.get('1', role=Role.LABEL)  # the badge of the rail
        app.shot('unread')
        self.notes.invoke(note, note['actions'][0] if note['actions'] else 'default')
        app.get(QUESTION, part=True)
        until(lambda: app.focused() is not None and app.focused().get_name() == 'Message',
              'the cursor in the composer')
        app.shot('conversation')

    def quit_and_come_back(self):
        app = self.app
        app.type(DRAFT)
        until(lambda: app.text(app.get('Message', role=Role.TEXT)) == DRAFT, 'the words typed')
        app.quit()
        self.app = app = App(self.data, **WHOLE_STACKS)
        app.click(app.get(SHOP, role=Role.LABEL))
        composer = app.get('Message', role=Role.TEXT)
        until(lambda: app.text(composer) == DRAFT, 'the draft where it was')
        app.get(QUESTION, part=True)
        app.shot('back')

    def answer(self):
        app = self.app
        app.click(app.get('Message', role=Role.TEXT))
        app.key('End')
        app.type('?')
        app.key('Return')
        until(lambda: app.text(app.get('Message', role=Role.TEXT)) == '', 'the composer empty')
        app.get(DRAFT + '?', part=True)
        app.get('Saved', part=True, role=Role.PUSH_BUTTON)

    def offline(self):
        """Stopped where it stands: connections hang, as on a train. Then it is gone for good, and
        the program starts it again by itself."""
        app, pid = self.app, self.run_file()['pid']
        os.kill(pid, signal.SIGSTOP)
        try:
            app.click(app.get('Message', role=Role.TEXT))
            app.type('satu')
            app.key('Return')
            app.type('dua')
            app.key('Return')
            app.get('2 changes', part=True, role=Role.PUSH_BUTTON)
            app.shot('waiting')
        finally:
            os.kill(pid, signal.SIGCONT)
        app.get('Saved', part=True, role=Role.PUSH_BUTTON, seconds=90)
        os.kill(pid, signal.SIGKILL)
        app.type('tiga')
        app.key('Return')
        until(lambda: self.server_pid() not in (None, pid), 'another server', 90)
        app.get('Saved', part=True, role=Role.PUSH_BUTTON, seconds=90)
        app.shot('online')

    def end(self):
        self.app.quit()

    steps = (start_a_shop, panes_by_keyboard, add_a_product, palette, a_buyer_writes,
             quit_and_come_back, answer, offline, undo, end)


def main():
    story = Story()
    failed = 0
    print('1..%d' % len(Story.steps))
    try:
        for number, step in enumerate(Story.steps, 1):
            try:
                step(story)
                print('ok %d - %s' % (number, step.__name__), flush=True)
            except Exception:
                failed += 1
                traceback.print_exc()
                if story.app:
                    story.app.shot('failed-' + step.__name__)
                print('not ok %d - %s' % (number, step.__name__), flush=True)
                print('Bail out! what follows stands on this')
                break
    finally:
        if story.app:
            story.app.kill()
        story.notes.end()
        shutil.rmtree(story.data, ignore_errors=True)
    return 1 if failed else 0


sys.exit(main())
