#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a phone does to a page: no script, no network, sleep, small screens, the dark, hostile
texts; nothing is lost, doubled, cut off or run."""

import sys

import tap
from kedai_shop import Seller, Server, make_id, wait_for
from phone import Phone, missing
from tap import test

MESSAGE, CONVERSATION, ORDER = 18, 17, 19
HOSTILE = '<img src=x onerror=alert(1)>"\'><svg/onload=alert(2)>{{7*7}}</title></textarea><script>alert(3)</script>'
WAIT_S = 10


class World:
    def __init__(self):
        self.server = Server(tap.server_program())
        self.seller = Seller(self.server)
        picture = self.seller.upload(tap.picture(), 'image/jpeg')
        for i in range(8):
            self.seller.product('Kopi nomor %d dengan nama yang cukup panjang' % i, 25000 + i,
                                picture=picture)
        self.coffee = self.seller.product('Kopi Gayo', 89000, stock=90000, picture=picture)
        self.shirt()
        self.phones = []
        self.phone = self.open_phone()

    def shirt(self):
        """A product with two options; one combination doesn't exist, one is sold out."""
        small, large, black, white = make_id(), make_id(), make_id(), make_id()
        variants = [{'id': make_id(), 'values': sorted([size, colour]), 'opening': stock,
                     'set': {'position': position, 'price': price}}
                    for size, colour, stock, position, price in (
                        (small, black, 5000, 'a0', 100000), (small, white, 0, 'a1', 100000),
                        (large, black, 5000, 'a2', 120000))]
        self.seller.do('product.save', id=make_id(),
                       set={'name': 'Kaos Senja', 'status': 'active', 'price': 100000},
                       options=[{'id': make_id(), 'set': {'name': 'Ukuran', 'position': 'a0', 'values': [
                           {'id': small, 'name': 'S'}, {'id': large, 'name': 'L'}]}},
                                {'id': make_id(), 'set': {'name': 'Warna', 'position': 'a1', 'values': [
                                    {'id': black, 'name': 'Hitam'}, {'id': white, 'name': 'Putih'}]}}],
                       variants=variants)

    def open_phone(self, **settings):
        phone = Phone(self.server.address, **settings)
        self.phones.append(phone)
        return phone

    def texts(self):
        """What is stored, in the order of the thread."""
        self.seller.pull()
        return [row['text'] for row in sorted(self.seller.all(MESSAGE).values(),
                                              key=lambda row: row['at']) if 'text' in row]


def stop(world):
    said = [line for phone in world.phones for line in phone.complaints()]
    for phone in world.phones:
        phone.driver.quit()
    code = world.server.stop()
    log = world.server.log()
    world.server.clear()
    if said:
        return 'the console says: ' + '\n'.join(said)
    if code != 0 or '"level":"warning"' in log or '"level":"error"' in log:
        return 'the server ended with %d\n%s' % (code, log[-4000:])
    return None


def send(phone, text):
    phone.paste('textarea', text)
    phone.tap('.send')


@test
def choosing_a_variant_changes_the_page(world):
    phone = world.phone
    phone.open('/kopi-senja?q=kaos')
    phone.tap('.card')
    assert phone.find('.big .price').text == 'Rp100.000'
    phone.tap('.choice', text='L')
    phone.wait('.big .price', text='Rp120.000')
    assert phone.find('.choice[aria-current]').text == 'L'
    phone.tap('.choice', text='S')
    phone.wait('.big .price', text='Rp100.000')
    phone.tap('.choice', text='Putih')
    phone.wait('.stock.none', text='Sold out')
    assert phone.find('#bar .main').get_attribute('disabled')
    phone.shot('variants')


@test
def works_without_a_script(world):
    with world.open_phone(script=False) as phone:
        world.phones.remove(phone)
        phone.open('/kopi-senja')
        phone.type('[name=q]', 'gayo')
        phone.tap('.search button')
        phone.tap('.card')
        phone.tap('#bar .main')
        phone.wait('.line')
        assert phone.path == '/kopi-senja/cart'
        phone.tap('.stepper button[aria-label="One more"]')
        phone.wait('.stepper output', text='2')
        phone.tap('#bar .main')
        phone.tap('#bar .main')
        phone.wait('.field em', text='Please fill this in.')
        for name, text in (('name', 'Tanpa Skrip'), ('phone', '0812 3456 7890'),
                           ('address', 'Jl. Anggrek 1')):
            phone.type('[name=%s]' % name, text)
        phone.tap('#bar .main')
        phone.wait('.stage', text='Waiting for payment')
        phone.tap('.fab')
        phone.type('textarea', 'tanpa skrip')
        phone.tap('.send')
        phone.wait('.mine .text', text='tanpa skrip')
        assert world.texts().count('tanpa skrip') == 1
        phone.open('/kopi-senja?q=kaos')
        phone.tap('.card')
        phone.tap('.choice', text='L')
        phone.wait('.big .price', text='Rp120.000')


@test
def survives_being_offline(world):
    phone = world.phone
    phone.open('/kopi-senja/chat')
    send(phone, 'sebelum')
    phone.wait('.mine .tick')
    conversation = next(iter({row['conversation'] for row in pulled_messages(world)
                              if row.get('text') == 'sebelum'}))
    phone.offline(True)
    phone.wait('#offline', text='You are offline')
    written = ['luring %d' % i for i in range(5)]
    for text in written:
        send(phone, text)
    assert len(phone.all('.waiting')) == 5
    # Meanwhile the shop writes, and the page is loaded anew once the network is back.
    world.seller.do('message.send', id=make_id(), conversation=conversation, text='saat luring')
    phone.offline(False)
    wait_for('nothing waits', WAIT_S, lambda: not phone.all('.waiting'))
    phone.wait('.theirs .text', text='saat luring')
    assert [text for text in world.texts() if text.startswith('luring')] == written
    assert [text for text in phone.texts('.mine .text') if text.startswith('luring')] == written
    phone.open('/kopi-senja/chat')
    assert [text for text in phone.texts('.mine .text') if text.startswith('luring')] == written


def pulled_messages(world):
    world.seller.pull()
    return world.seller.all(MESSAGE).values()


@test
def what_was_written_offline_survives_a_restart_of_the_page(world):
    phone = world.phone
    phone.open('/kopi-senja/chat')
    phone.wait('#thread')
    phone.offline(True)
    send(phone, 'masih ada besok')
    phone.wait('.waiting')
    # The page is thrown away before anything could be sent.
    phone.driver.get('about:blank')
    phone.offline(False)
    phone.open('/kopi-senja/chat')
    wait_for('it arrives', WAIT_S, lambda: world.texts().count('masih ada besok') == 1)
    wait_for('nothing waits', WAIT_S, lambda: not phone.all('.waiting'))
    assert phone.texts('.mine .text').count('masih ada besok') == 1


@test
def survives_sleep(world):
    # What slept takes no taps of the driver any more, so it is a phone of its own.
    phone = world.open_phone()
    phone.open('/kopi-senja/chat')
    send(phone, 'mau tidur')
    phone.wait('.mine .tick')
    conversation = next(row['conversation'] for row in pulled_messages(world)
                        if row.get('text') == 'mau tidur')
    phone.freeze(True)
    for i in range(3):
        world.seller.do('message.send', id=make_id(), conversation=conversation,
                        text='selagi tidur %d' % i)
    phone.freeze(False)
    phone.wait('.theirs .text', text='selagi tidur 2')
    assert phone.texts('.theirs .text') == ['selagi tidur %d' % i for i in range(3)]


@test
def survives_a_server_that_dies(world):
    phone, server = world.phone, world.server
    phone.open('/kopi-senja/chat')
    send(phone, 'sebelum mati')
    phone.wait('.mine .tick')
    server.kill()
    written = ['tanpa server %d' % i for i in range(3)]
    for text in written:
        send(phone, text)
    server.start()
    wait_for('nothing waits', 20, lambda: not phone.all('.waiting'))
    assert [text for text in world.texts() if text.startswith('tanpa server')] == written
    send(phone, 'sesudah hidup')
    wait_for('it arrives', WAIT_S, lambda: world.texts()[-1] == 'sesudah hidup')


@test
def two_tabs_send_a_message_once(world):
    phone = world.phone
    phone.open('/kopi-senja/chat')
    first = phone.driver.current_window_handle
    phone.driver.switch_to.new_window('tab')
    phone.open('/kopi-senja/chat')
    send(phone, 'dari tab kedua')
    phone.wait('.mine .tick')
    phone.driver.switch_to.window(first)
    phone.wait('.mine .text', text='dari tab kedua')
    assert world.texts().count('dari tab kedua') == 1
    phone.driver.switch_to.window([one for one in phone.driver.window_handles if one != first][0])
    phone.driver.close()
    phone.driver.switch_to.window(first)


@test
def a_bad_message_is_said_on_the_page(world):
    phone = world.phone
    phone.open('/kopi-senja/chat')
    before = world.texts()
    phone.tap('.send')
    phone.paste('textarea', ' \n ')
    phone.tap('.send')
    phone.wait('.toast', text='Please write something first.')
    phone.paste('textarea', 'x' * 70000)
    phone.tap('.send')
    phone.wait('.toast', text='too long')
    assert phone.run('return document.querySelector("textarea").value.length') == 70000
    assert world.texts() == before
    for text in ('👨‍👩‍👧‍👦🎉', 'مرحبا', 'baris\n' * 999 + 'akhir', 'a\0b'):
        send(phone, text)
    wait_for('all arrived', WAIT_S, lambda: not phone.all('.waiting'))
    assert world.texts()[-4:] == ['👨‍👩‍👧‍👦🎉', 'مرحبا', 'baris\n' * 999 + 'akhir', 'ab']
    assert not phone.overflow()


@test
def hostile_texts_stay_texts(world):
    seller = world.seller
    phone = world.open_phone()
    name = HOSTILE[:290]
    product, _variant = seller.product(
        name, 1000, description='<p onclick="alert(4)">teks</p>' + HOSTILE
        + '<a href="javascript:alert(5)">tautan</a><iframe src=/></iframe><form action=/x><input></form>',
        tags=[HOSTILE[:60]], brand=HOSTILE[:60])
    category = make_id()
    seller.do('category.create', id=category, set={'name': HOSTILE[:110], 'position': 'a0'})
    seller.do('product.patch', id=product, set={'category': category, 'categories': [category]},
              base={})
    seller.do('shop_profile.patch', id=seller.shop, base={},
              set={'about': HOSTILE, 'name': HOSTILE[:110], 'payment_text': HOSTILE})
    phone.open('/kopi-senja')
    phone.open('/kopi-senja?q=' + '%3Cscript%3Ealert(6)%3C/script%3E%22')
    phone.open('/kopi-senja/c/' + category)
    phone.tap('.card')
    assert phone.find('.product h1').text == ' '.join(name.split())
    assert not phone.all('.prose script, .prose iframe, .prose form, .prose [onclick], .prose img')
    phone.tap('#bar .main')
    phone.wait('#top .count')
    phone.open('/kopi-senja/checkout')
    for field in ('name', 'address', 'note'):
        phone.paste('[name=%s]' % field, HOSTILE[:110])
    phone.type('[name=phone]', '081234567890')
    phone.tap('#bar .main')
    phone.wait('.stage')
    assert HOSTILE[:110] in phone.text()
    phone.open('/kopi-senja/chat?p=' + product)
    send(phone, HOSTILE)
    phone.wait('.mine .tick')
    assert phone.texts('.mine .text')[-1] == HOSTILE
    conversation = [row['conversation'] for row in pulled_messages(world)
                    if row.get('text') == HOSTILE][0]
    seller.do('message.send', id=make_id(), conversation=conversation, text=HOSTILE)
    phone.wait('.theirs .text', text=HOSTILE)
    phone.open('/kopi-senja/chat')
    phone.wait('.theirs .text', text=HOSTILE)
    # An alert would have stopped the driver; a blocked script would stand in the console.
    assert phone.complaints() == []
    seller.do('shop_profile.patch', id=seller.shop, base={}, set={'about': '', 'name': 'Kopi Senja',
                                                                  'payment_text': 'BCA 123'})
    seller.do('product.patch', id=product, set={'status': 'archived'}, base={})


def visit(phone, label):
    """Every sort of page, as it looks; names what sticks out or is too small to tap."""
    pages = [('shop', ''), ('found', '?q=kopi'), ('nothing', '?q=zzz'), ('cart', '/cart')]
    for name, path in pages:
        phone.open('/kopi-senja' + path)
        check(phone, label, name)
    phone.open('/kopi-senja?q=gayo')
    phone.tap('.card')
    check(phone, label, 'product')
    phone.tap('#bar .main')
    phone.wait('#top .count')
    phone.open('/kopi-senja')
    check(phone, label, 'shop-with-cart')
    phone.open('/kopi-senja/cart')
    check(phone, label, 'full-cart')
    phone.open('/kopi-senja/checkout')
    check(phone, label, 'checkout')
    phone.tap('#bar .main')
    phone.wait('.field em')
    check(phone, label, 'checkout-wrong')
    for name, text in (('name', 'Budi'), ('phone', '081234567890'), ('address', 'Jl. Melati 5')):
        phone.type('[name=%s]' % name, text)
    phone.tap('#bar .main')
    phone.wait('.stage')
    check(phone, label, 'order')
    phone.open('/kopi-senja?q=kaos')
    phone.tap('.card')
    phone.tap('.ask')
    phone.wait('.asking')
    check(phone, label, 'asking')
    phone.type('textarea', 'Apakah ukuran L berwarna hitam masih ada? Sayasangatmembutuhkannyasekarangjuga')
    phone.tap('.send')
    phone.wait('.mine .tick')
    check(phone, label, 'chat')
    phone.open('/kopi-senja/tidak-ada')
    check(phone, label, 'missing')


def check(phone, label, name):
    phone.shot('%s-%s' % (label, name))
    assert not phone.overflow(), '%s: %s' % (name, phone.overflow())
    assert not phone.small_targets(), '%s: %s' % (name, phone.small_targets())


@test
def fits_a_small_phone(world):
    phone = world.open_phone(width=320, height=640, language='id')
    visit(phone, '320')


@test
def fits_a_large_phone_in_the_dark(world):
    phone = world.open_phone(dark=True)
    visit(phone, 'dark')
    colour = phone.run('return getComputedStyle(document.body).backgroundColor')
    assert all(int(part) < 60 for part in colour[4:-1].split(',')), colour


@test
def fits_a_desk(world):
    phone = world.open_phone(width=1280, height=900)
    phone.open('/kopi-senja')
    check(phone, 'desk', 'shop')
    phone.tap('.card')
    check(phone, 'desk', 'product')


@test
def loads_little(world):
    phone = world.open_phone()
    phone.cdp('Network.enable')
    phone.cdp('Network.clearBrowserCache')
    phone.open('/kopi-senja')
    phone.wait('.card img')
    wait_for('the page is loaded', WAIT_S, lambda: phone.run('return document.readyState') == 'complete')
    pages = pictures = 0
    for address, size in phone.sizes():
        if '/m/' in address:
            pictures += 1
            assert size <= 31 * 1024, (address, size)
        else:
            pages += size
    assert pages < 100 * 1024, pages
    assert 1 <= pictures, 'photos are shown'
    # Further down they wait until somebody scrolls there.
    assert phone.run('return document.querySelectorAll(".card img[loading=lazy]").length') >= 4
    assert all(address.startswith(world.server.address) for address, _size in phone.sizes())


@test
def a_stranger_sees_an_order_move_without_a_session(world):
    token = 'cd' * 16
    order, variant = make_id(), world.coffee[1]
    world.seller.do('order.create', id=order, token=token, name='Toko', place=True,
                    beyond_stock=True, lines=[{'variant': variant, 'quantity': 1000}])
    phone = world.open_phone()
    phone.open('/kopi-senja/o/' + token)
    phone.wait('.stage', text='Waiting for payment')
    world.seller.do('payment.record', id=make_id(), order=order, amount=89000, method='transfer')
    phone.wait('.stage', 15, text='Paid')
    assert phone.driver.get_cookies() == []


if __name__ == '__main__':
    sys.exit(tap.run(World, stop, missing()))
