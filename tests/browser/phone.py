# SPDX-License-Identifier: GPL-3.0-or-later
"""A phone: Chromium at the size of one, and what tests ask of it."""

import json
import os
import shutil

CHROMIUM = '/usr/bin/chromium'
DRIVER = '/usr/bin/chromedriver'
AGENT = ('Mozilla/5.0 (Linux; Android 13; Pixel 6) AppleWebKit/537.36 (KHTML, like Gecko) '
         'Chrome/120.0.0.0 Mobile Safari/537.36')
WAIT_S = 10
COMMAND_S = 45


def missing():
    """Why there is no phone; None where there is one."""
    try:
        import selenium  # noqa: F401, pylint: disable=unused-import,import-outside-toplevel
    except ImportError:
        return 'python3-selenium is not installed'
    for program in (CHROMIUM, DRIVER):
        if shutil.which(program) is None:
            return program + ' is not installed'
    return None


class Phone:
    def __init__(self, address, width=390, height=844, script=True, dark=False, language='en'):
        from selenium import webdriver  # pylint: disable=import-outside-toplevel
        from selenium.webdriver.chrome.service import Service  # pylint: disable=import-outside-toplevel
        from selenium.webdriver.remote.remote_connection import (  # pylint: disable=import-outside-toplevel
            RemoteConnection)

        # A driver that hangs is a failed test, not a machine full of browsers.
        RemoteConnection.set_timeout(COMMAND_S)
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM
        for argument in ('--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run',
                         '--disable-dev-shm-usage', '--disable-background-networking',
                         '--lang=' + language):
            options.add_argument(argument)
        options.add_experimental_option('mobileEmulation', {
            'deviceMetrics': {'width': width, 'height': height, 'pixelRatio': 2.0, 'touch': True},
            'userAgent': AGENT})
        options.add_experimental_option('prefs', {'intl.accept_languages': language})
        options.set_capability('goog:loggingPrefs', {'browser': 'ALL'})
        self.driver = webdriver.Chrome(service=Service(DRIVER), options=options)
        self.address = address
        self.width = width
        self.said = []
        self.driver.set_page_load_timeout(30)
        # The driver itself needs scripts; ours never come, and pages hold none of their own.
        if not script:
            self.cdp('Network.enable')
            self.cdp('Network.setBlockedURLs', urls=['*.js'])
        if dark:
            self.cdp('Emulation.setEmulatedMedia',
                     features=[{'name': 'prefers-color-scheme', 'value': 'dark'}])

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.driver.quit()

    def cdp(self, name, **arguments):
        return self.driver.execute_cdp_cmd(name, arguments)

    def open(self, path=''):
        self.driver.get(self.address + path)

    @property
    def path(self):
        return self.driver.current_url[self.driver.current_url.index('/', 8):]

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def find(self, selector):
        found = self.driver.find_elements('css selector', selector)
        return found[0] if found else None

    def all(self, selector):
        return self.driver.find_elements('css selector', selector)

    def wait(self, selector, seconds=WAIT_S, text=None):
        """The first element that fits, as soon as it is there."""
        from selenium.common.exceptions import (  # pylint: disable=import-outside-toplevel
            StaleElementReferenceException)
        from kedai_shop import wait_for  # pylint: disable=import-outside-toplevel

        def look():
            try:
                for element in self.all(selector):
                    if text is None or text in (element.text or ''):
                        return element
            except StaleElementReferenceException:
                pass
            return None
        return wait_for('%s%s on %s' % (selector, ' with "%s"' % text if text else '', self.path),
                        seconds, look)

    def tap(self, selector, text=None):
        element = self.wait(selector, text=text)
        self.run('arguments[0].scrollIntoView({block: "center"})', element)
        element.click()

    def type(self, selector, text):
        element = self.wait(selector)
        element.clear()
        element.send_keys(text)

    def paste(self, selector, text):
        """Puts in what a keyboard can't type."""
        self.run('arguments[0].value = arguments[1];'
                 'arguments[0].dispatchEvent(new Event("input", {bubbles: true}))',
                 self.wait(selector), text)

    def texts(self, selector):
        """What stands in all of them at one moment."""
        return self.run('return Array.from(document.querySelectorAll(arguments[0])).map(e => e.innerText)',
                        selector)

    def text(self, selector='body'):
        return self.wait(selector).text

    def offline(self, yes):
        self.cdp('Network.enable')
        self.cdp('Network.emulateNetworkConditions', offline=yes, latency=0,
                 downloadThroughput=-1, uploadThroughput=-1)

    def freeze(self, yes):
        self.cdp('Page.enable')
        self.cdp('Page.setWebLifecycleState', state='frozen' if yes else 'active')

    def complaints(self):
        """What the console says against our pages; what the network does is no complaint."""
        self.said += self.driver.get_log('browser')
        return [entry['message'] for entry in self.said
                if entry['source'] not in ('network',) and 'WebSocket connection to' not in entry['message']
                and entry['level'] in ('SEVERE', 'WARNING')]

    def overflow(self):
        """Elements that stick out to the side."""
        if self.run('return document.documentElement.scrollWidth <= innerWidth'):
            return []
        return self.run(
            'return Array.from(document.querySelectorAll("body *")).filter(e =>'
            ' e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 120))')

    def small_targets(self):
        """What a thumb would miss: lower or narrower than 48 px. Links in running text count not."""
        return self.run(
            'return Array.from(document.querySelectorAll("a,button,summary,textarea,'
            'input:not([type=hidden]):not([type=radio]),label.method")).filter(e => {'
            ' const r = e.getBoundingClientRect();'
            ' return r.width && (r.height < 47.5 || r.width < 47.5) && !e.closest(".prose"); })'
            '.map(e => e.outerHTML.slice(0, 120) + " " + e.getBoundingClientRect().width + "x" +'
            ' e.getBoundingClientRect().height)')

    def shot(self, name):
        """Leaves a picture in the build folder."""
        folder = os.environ.get('KEDAI_SHOTS')
        if folder:
            os.makedirs(folder, exist_ok=True)
            self.driver.save_screenshot(os.path.join(folder, name + '.png'))

    def sizes(self):
        """Bytes that came over the wire for the page and for what it loaded, by address."""
        return json.loads(self.run(
            'const all = performance.getEntriesByType("navigation")'
            '.concat(performance.getEntriesByType("resource"));'
            'return JSON.stringify(all.map(e => [e.name, e.transferSize]))'))
