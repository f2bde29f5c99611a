#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of products are dropped on the catalog by a real drag: the dry run, the question about the
currency, the import, one Ctrl+Z, the import again, and the second time nothing changes. Lists of our
own first, then those of other shop systems where they are at hand. Files that are no lists. The file
chooser by keyboard, in Indonesian, in a narrow and in a dark window."""
import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import traceback

os.makedirs(os.environ.setdefault('KD_UI_SHOTS', tempfile.mkdtemp(prefix='kedai-shots.')), exist_ok=True)
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kd_ui import App, Role, until  # noqa: E402

SHOP, OWNER = 'Toko Sari', 'Sari'
CATALOG = os.path.join(os.environ.get('KD_TEST_SHARED', ''), 'data', 'catalog')
DRAG_TRIES = 3
ENTER_S = 8.0       # until the catalog says that it takes the file
TOAST_DEPTH = 17    # below the program, and never within a pane

WOOCOMMERCE = '''ID,Type,SKU,Name,Published,"In stock?",Stock,"Regular price",Categories,Parent,"Attribute 1 name","Attribute 1 value(s)"
1,variable,kaos,Kaos Polos,1,1,,,Pakaian,,Ukuran,"S, M"
2,simple,topi,Topi Rajut,1,1,7,11.05,Pakaian,,,
3,grouped,paket,Paket Hemat,1,1,,,,,,
4,variation,kaos-s,Kaos S,1,1,3,20,,id:1,Ukuran,S
5,variation,kaos-m,Kaos M,1,1,4,22,,kaos,Ukuran,M
6,variation,yatim,Yatim,1,1,4,22,,id:99,Ukuran,M
'''
SHOPIFY = '''Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src
kemeja,Kemeja Biru,<p>Katun</p>,Toko,Pria,,true,Warna,Biru,K-1,9.50,https://example.com/1.jpg
kemeja,,,,,,,,Merah,K-2,9.50,
syal,Syal Sutra,,Toko,,,true,Title,Default Title,S-1,30,
'''


class Skip(Exception):
    """What the step needs isn't here."""


class Source:
    """The window that files are dragged from, beside the program's."""

    def __init__(self, *paths):
        self.process = subprocess.Popen([os.environ['KD_DRAG_SOURCE'], *paths],
                                        stdout=subprocess.PIPE, text=True,
                                        env=dict(os.environ, ASAN_OPTIONS='detect_leaks=0'))
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.window = until(self._find, 'the window that files are dragged from')[-1]
        run('xdotool', 'windowmove', '--sync', self.window, '1280', '100')

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line.strip())

    def _find(self):
        return run('xdotool', 'search', '--onlyvisible', '--name', '^drag-source$').split()

    def drag_to(self, window):
        """The first moves pass the threshold; the last ones give the
        target time to say that it takes the file."""
        (x0, y0), (x1, y1) = centre(self.window), centre(window)
        steps = ['mousemove', x0, y0, 'sleep', .1, 'mousedown', 1]
        for i in range(1, 7):
            steps += ['sleep', .05, 'mousemove', x0 + (x1 - x0) * i // 6, y0 + (y1 - y0) * i // 6]
        for i in range(4):
            steps += ['sleep', .1, 'mousemove', x1 + i, y1 + i]
        run('xdotool', *map(str, steps + ['sleep', .3]))
        return lambda: run('xdotool', 'mouseup', '1')

    def ended(self):
        return until(lambda: None if self.lines.empty() else self.lines.get(), 'the end of the drag', 5)

    def end(self):
        self.process.terminate()
        self.process.wait(10)


def run(*args):
    return subprocess.run(args, capture_output=True, text=True).stdout.strip()


def centre(window):
    place = dict(re.findall(r'(\w+)=(-?\d+)', run('xdotool', 'getwindowgeometry', '--shell', window)))
    return (int(place['X']) + int(place['WIDTH']) // 2, int(place['Y']) + int(place['HEIGHT']) // 2)


class Import:
    def __init__(self):
        self.data = tempfile.mkdtemp(prefix='kedai-import.')
        self.files = tempfile.mkdtemp(prefix='kedai-files.')
        self.app = None
        self.source = None

    def write(self, name, content):
        path = os.path.join(self.files, name)
        with open(path, 'wb') as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return path

    # ---- what a person does ----

    def drop(self, path, shot='drop'):
        """From the small window onto the catalog. A drag can miss, as the X server's do; what is
        dropped is taken once."""
        for attempt in range(DRAG_TRIES):
            self.source = Source(path)
            try:
                release = self.source.drag_to(self.app.window())
                try:
                    until(lambda: self.app.scan('Drop it here', part=True), 'the words over the catalog', ENTER_S)
                    self.app.shot(shot)
                finally:
                    release()
                words = [self.source.ended()]
                while words[-1] == 'BEGIN':
                    words.append(self.source.ended())
                if words[-1] == 'END':
                    return
            except AssertionError:
                if attempt == DRAG_TRIES - 1:
                    raise
            finally:
                self.source.end()
        raise AssertionError('the drag was not taken: %r' % words)

    def counts(self):
        """The numbers above "new", "changed", "skipped" and "wrong"."""
        found = {}
        for node in self.app.walk():
            match = re.fullmatch(r'([\d.]+) (new|changed|skipped|wrong)', node.get_name() or '')
            if match and self.app.shows(node):
                found[match[2]] = int(match[1].replace('.', ''))
                if len(found) == 4:
                    break
        return tuple(found.get(word) for word in ('new', 'changed', 'skipped', 'wrong'))

    def said(self, words):
        """A toast: it lies near the top, and it doesn't wait for a walk through all that is shown."""
        def look():
            level = [self.app.root]
            for _ in range(TOAST_DEPTH):
                for node in level:
                    if node.get_name() == words and self.app.shows(node):
                        return True
                level = [node.get_child_at_index(i) for node in level
                         for i in range(min(node.get_child_count(), 10))]
                level = [node for node in level if node is not None and node.get_name() != 'Catalog']
            return False
        until(look, 'the toast ' + words)

    def settled(self, *counts):
        until(lambda: self.counts() == counts, 'the counts %r' % (counts,))

    def whole_story(self, path, first, counts, again, product, shot):
        """@first: counts before the currency is known; @counts: with it; @again: the second time."""
        app, name, number = self.app, os.path.basename(path), counts[0]
        words = '%d products imported' % number
        app.key('ctrl+4')
        app.get('Catalog', role=Role.PANEL)
        self.drop(path, shot + '-drop')
        app.get(name, role=Role.LABEL)
        app.get("The file doesn't say which currency its prices are in.")
        self.settled(*first)
        app.shot(shot + '-question')
        app.click(app.get('In another currency'))
        until(lambda: app.focused() is not None and app.focused().get_role() in (Role.TEXT, Role.ENTRY),
              'the cursor in the exchange rate')
        app.type('16rb')
        app.key('Return')
        self.settled(*counts)
        app.get('becomes Rp', part=True)
        app.get('Import %d Products' % number, role=Role.PUSH_BUTTON)
        app.shot(shot + '-checked')
        app.key('ctrl+Return')
        self.said(words)
        app.shot(shot + '-imported')
        if counts[3]:
            app.get('Save Wrong Rows…', role=Role.PUSH_BUTTON)
            app.key('Escape')
        app.get(product, part=True, role=Role.LIST_ITEM)
        app.key('ctrl+z')
        self.said('Undone: Import ' + name)
        app.gone(product, part=True, role=Role.LIST_ITEM)
        app.shot(shot + '-undone')
        # The same file asks nothing again: the answer stands there.
        self.drop(path)
        self.settled(*counts)
        app.click(app.get('Import %d Products' % number, role=Role.PUSH_BUTTON))
        self.said(words)
        if counts[3]:
            app.get('Save Wrong Rows…', role=Role.PUSH_BUTTON)
            app.key('Escape')
        app.get(product, part=True, role=Role.LIST_ITEM)
        self.drop(path)
        self.settled(*again)
        app.get('Nothing changes: what the file says is in the shop already.' if again[3] == 0
                else 'Nothing changes but for the wrong rows: mend them and import the file again.')
        assert not [n for n in app.walk() if re.fullmatch(r'Import [\d.]+ Products?', n.get_name() or '')
                    and n.get_role() == Role.PUSH_BUTTON and app.shows(n)], 'a button to import nothing'
        app.shot(shot + '-again')
        app.click(app.get('Back to the Products', role=Role.PUSH_BUTTON))
        app.get(product, part=True, role=Role.LIST_ITEM)

    def begin(self, **env):
        """GTK 4.8 itself leaks a stream for each drop it takes, and a file chooser when it goes:
        nobody counts here. The tests of the pane do."""
        options = os.environ.get('ASAN_OPTIONS')
        self.app = App(self.data, ASAN_OPTIONS=(options + ':' if options else '') + 'detect_leaks=0', **env)
        return self.app

    # ---- the steps ----

    def start_a_shop(self):
        app = self.begin()
        app.click(app.get('Start a shop here'))
        app.click(app.get('Name of the shop'))
        app.type(SHOP)
        app.key('Tab')
        app.type(OWNER)
        app.key('Return')
        app.get('Saved', part=True, role=Role.PUSH_BUTTON, seconds=60)
        app.click(app.get(SHOP, role=Role.LABEL))
        app.key('ctrl+4')
        app.get('No products yet')
        app.get('Import a file…', role=Role.PUSH_BUTTON)

    def own_woocommerce_list(self):
        self.whole_story(self.write('toko-lama.csv', WOOCOMMERCE), (1, 0, 1, 2), (2, 0, 1, 1), (0, 0, 3, 1),
                         'Topi Rajut', 'own-woocommerce')

    def own_shopify_list(self):
        self.whole_story(self.write('daftar.csv', SHOPIFY), (1, 0, 0, 1), (2, 0, 0, 0), (0, 0, 2, 0), 'Syal Sutra',
                         'own-shopify')

    def shared(self, name):
        path = os.path.join(CATALOG, name)
        if not os.path.exists(path):
            raise Skip('the shared files are not here')
        return os.path.realpath(path)

    def woocommerce(self):
        self.whole_story(self.shared('woocommerce/sample_products.csv'), (16, 0, 2, 0), (16, 0, 2, 0), (0, 0, 18, 0),
                         'Hoodie', 'woocommerce')

    def shopify(self):
        self.whole_story(self.shared('shopify/partners_apparel.csv'), (20, 0, 0, 0), (20, 0, 0, 0), (0, 0, 20, 0),
                         'Ocean Blue Shirt', 'shopify')

    def no_lists(self):
        app = self.app
        for path, words in (
                (self.files, 'This is a folder. Choose one file in it.'),
                (self.write('foto.png', b'\x89PNG\r\n\x1a\n' + bytes(64)), 'This is no list of products but a picture'),
                (self.write('kosong.csv', ''), 'The file is empty.'),
                (self.write('pesanan.csv', 'Name,Email,Financial Status,Paid at,Fulfillment Status,Lineitem name,'
                            'Lineitem quantity\n#1001,a@b.id,paid,,unfulfilled,Kopi,1\n'),
                 'This is a list of orders, not of products.')):
            self.drop(path)
            app.get("This file can't be imported")
            app.get(words, part=True)
        app.shot('no-list')
        app.key('Escape')
        app.get('Topi Rajut', part=True, role=Role.LIST_ITEM)

    def end(self):
        self.app.quit()

    def by_keyboard_in_indonesian(self):
        path = self.write('baru.csv', WOOCOMMERCE.replace('topi,', 'topi2,').replace('Topi Rajut', 'Topi Baru'))
        app = self.begin(LANGUAGE='id', ADW_DEBUG_COLOR_SCHEME='prefer-dark')
        app.click(app.get(SHOP, role=Role.LABEL))
        app.key('ctrl+4')
        app.get('Produk', role=Role.PANEL)
        app.key('ctrl+i')
        until(lambda: len(run('xdotool', 'search', '--onlyvisible', '--pid', str(app.process.pid)).split()) > 1,
              'the file chooser')
        chooser = run('xdotool', 'search', '--onlyvisible', '--pid', str(app.process.pid)).split()[-1]
        run('xdotool', 'windowfocus', '--sync', chooser)
        app.type(path)
        app.key('Return')
        app.get('Berkas tidak menyebut mata uang harganya.')
        run('xdotool', 'windowfocus', '--sync', app.window())
        app.shot('indonesian-dark')
        run('xdotool', 'windowsize', '--sync', app.window(), '400', '760')
        until(lambda: 'WIDTH=400\n' in run('xdotool', 'getwindowgeometry', '--shell', app.window()), 'a narrow window')
        app.click(app.get('Dalam mata uang lain'))
        until(lambda: app.focused() is not None and app.focused().get_role() in (Role.TEXT, Role.ENTRY),
              'the cursor in the exchange rate')
        app.type('16rb')
        app.key('Return')
        app.get('menjadi Rp', part=True)
        app.shot('indonesian-dark-narrow')
        app.key('ctrl+Return')
        app.get('produk diimpor', part=True)
        app.shot('indonesian-dark-narrow-done')
        app.quit()

    steps = (start_a_shop, own_woocommerce_list, own_shopify_list, woocommerce, shopify, no_lists, end,
             by_keyboard_in_indonesian)


def main():
    story = Import()
    failed = 0
    print('1..%d' % len(Import.steps))
    try:
        for number, step in enumerate(Import.steps, 1):
            try:
                step(story)
                print('ok %d - %s' % (number, step.__name__), flush=True)
            except Skip as reason:
                print('ok %d - %s # SKIP %s' % (number, step.__name__, reason), flush=True)
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
        shutil.rmtree(story.data, ignore_errors=True)
        shutil.rmtree(story.files, ignore_errors=True)
    return 1 if failed else 0


sys.exit(main())
