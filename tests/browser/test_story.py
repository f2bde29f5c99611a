#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A buyer on a phone, a seller on the other side: the whole way from a search to a shipped order."""

import sys
import time

import tap
from kedai_shop import Seller, Server, make_id, wait_for
from phone import Phone, missing
from tap import test

# Numbers of the kinds in pulled rows.
LOCATION, LEVEL, CONTACT, CONVERSATION, MESSAGE, ORDER, LINE = 10, 12, 15, 17, 18, 19, 20
SOON_S = 1.0
TOKEN = '0123456789abcdef0123456789abcdef'


class World:
    def __init__(self):
        self.server = Server(tap.server_program())
        self.seller = Seller(self.server)
        picture = self.seller.upload(tap.picture(), 'image/jpeg')
        self.coffee = self.seller.product(
            'Kopi Gayo Arabika', 89000, stock=10000, picture=picture, compare_at=99000,
            tags=['kopi'], description='<p>Rasa <b>cokelat</b>.</p>')
        self.pot = self.seller.product('Teko leher angsa', 215000, stock=4000)
        self.phone = Phone(self.server.address)
        self.conversation = None
        self.order = None


def stop(world):
    said = world.phone.complaints()
    world.phone.driver.quit()
    code = world.server.stop()
    log = world.server.log()
    world.server.clear()
    if said:
        return 'the console says: ' + '\n'.join(said)
    if code != 0 or '"level":"warning"' in log or '"level":"error"' in log:
        return 'the server ended with %d\n%s' % (code, log[-4000:])
    return None


def pulled(world, kind, fits, seconds=SOON_S):
    """A row of that kind that fits, as soon as the seller's device can have it."""
    def look():
        world.seller.pull()
        return next((dict(fields, id=row) for row, fields in world.seller.all(kind).items()
                     if fits(fields)), None)
    return wait_for('a row of kind %d' % kind, seconds, look)


@test
def searches_and_opens_a_product(world):
    phone = world.phone
    phone.open('/kopi-senja')
    assert 'Kopi Senja' in phone.text('h1')
    assert len(phone.all('.card')) == 2
    phone.type('[name=q]', 'gAyÓ')
    phone.tap('.search button')
    phone.wait('h1', text='gAyÓ')
    cards = phone.all('.card')
    assert len(cards) == 1 and 'Kopi Gayo Arabika' in cards[0].text
    assert 'Rp89.000' in cards[0].text and 'Rp99.000' in cards[0].text
    cards[0].click()
    phone.wait('.product h1', text='Kopi Gayo Arabika')
    assert phone.find('.prose b').text == 'cokelat'
    assert phone.driver.get_cookies() == [], 'nothing is remembered of who only looks'
    assert phone.run('return document.querySelector(".gallery img").naturalWidth') > 300


@test
def asks_and_the_seller_hears_it_at_once(world):
    phone = world.phone
    phone.tap('.ask')
    phone.wait('.asking', text='Kopi Gayo Arabika')
    phone.type('[name=name]', 'Budi')
    phone.type('textarea', 'Halo kak, masih ada?')
    phone.tap('.send')
    message = pulled(world, MESSAGE, lambda row: row.get('text') == 'Halo kak, masih ada?')
    assert message['product'] == world.coffee[0]
    assert message.get('direction', 'in') == 'in'
    world.conversation = message['conversation']
    conversation = pulled(world, CONVERSATION, lambda row: True)
    assert conversation['last_in'] == message['received']
    assert conversation.get('staff_seen', 0) < message['received'], 'it is unread'
    contact = pulled(world, CONTACT, lambda row: row.get('name') == 'Budi')
    assert contact['id'] == conversation['contact']
    phone.wait('.mine .tick')
    assert phone.find('.asking') is None
    cookie = phone.driver.get_cookies()[0]
    assert cookie['httpOnly'] and cookie['sameSite'] == 'Lax' and cookie['path'] == '/kopi-senja'


@test
def hears_the_answer_at_once(world):
    phone, seller = world.phone, world.seller
    begun = time.monotonic()
    seller.do('message.send', id=make_id(), conversation=world.conversation,
              text='Masih, kak.\nMau berapa?', body='text')
    phone.wait('.theirs .text', SOON_S, text='Mau berapa?')
    assert time.monotonic() - begun < SOON_S
    answer = pulled(world, MESSAGE, lambda row: row.get('direction') == 'out')
    conversation = pulled(world, CONVERSATION,
                          lambda row: row.get('buyer_seen', 0) >= answer['received'])
    assert conversation
    seller.do('message.note', id=make_id(), conversation=world.conversation, text='pelanggan lama')
    seller.do('message.send', id=make_id(), conversation=world.conversation, body='product',
              product=world.pot[0])
    phone.wait('.theirs .mcard', SOON_S, text='Teko leher angsa')
    assert 'pelanggan lama' not in phone.text(), 'notes stay with the staff'


@test
def sees_a_card_change(world):
    phone, seller = world.phone, world.seller
    assert 'Rp215.000' in phone.text('.theirs .mcard')
    seller.do('product.patch', id=world.pot[0], set={'price': 199000}, base={'price': 215000})
    phone.wait('.theirs .mcard', SOON_S, text='Rp199.000')
    assert len(phone.all('.theirs .mcard')) == 1, 'the card changed where it stands'


@test
def confirms_an_order_of_the_shop(world):
    phone, seller = world.phone, world.seller
    order = make_id()
    contact = next(iter(seller.all(CONTACT)))
    seller.do('order.create', id=order, token=TOKEN, contact=contact,
              conversation=world.conversation,
              lines=[{'variant': world.coffee[1], 'quantity': 2000}], shipping_fee=15000)
    seller.do('message.send', id=make_id(), conversation=world.conversation, body='order',
              order=order)
    phone.wait('.mcard.order', SOON_S, text='Rp193.000')
    # The shop changes its mind while the card is on the screen.
    seller.do('order.update', id=order, set={'shipping_fee': 12000}, base={'shipping_fee': 15000})
    phone.wait('.mcard.order', SOON_S, text='Rp190.000')
    phone.shot('chat')
    phone.tap('.mcard.order')
    phone.wait('.stage', text='Waiting for you to confirm')
    assert phone.path == '/kopi-senja/o/' + TOKEN
    phone.type('[name=name]', 'Budi Santoso')
    phone.type('[name=phone]', '0812-3456-7890')
    phone.type('[name=address]', 'Jl. Melati 5, Bandung')
    phone.tap('#bar .main')
    phone.wait('.stage', text='Waiting for payment')
    assert 'Jl. Melati 5, Bandung' in phone.text()
    row = pulled(world, ORDER, lambda row: row.get('state') == 'placed')
    assert row['phone'] == '+6281234567890' and row['name'] == 'Budi Santoso'
    assert row['id'] == order
    level = pulled(world, LEVEL, lambda row: row['variant'] == world.coffee[1])
    assert level['reserved'] == 2000 and level['on_hand'] == 10000
    phone.shot('order')


@test
def sees_the_order_move(world):
    phone, seller = world.phone, world.seller
    order = pulled(world, ORDER, lambda row: row.get('state') == 'placed')
    seller.do('payment.record', id=make_id(), order=order['id'], amount=190000, method='transfer')
    phone.wait('.stage', SOON_S, text='Paid')
    for to in ('packed', 'ready_to_ship', 'shipped'):
        seller.do('order.transition', id=order['id'], machine='fulfilment', to=to, tracking='JNE123')
    phone.wait('.stage', SOON_S, text='On its way')
    phone.wait('.track', SOON_S, text='JNE123')
    level = pulled(world, LEVEL, lambda row: row['variant'] == world.coffee[1])
    assert level.get('reserved', 0) == 0 and level['on_hand'] == 8000
    phone.open('/kopi-senja/chat')
    phone.wait('.mcard.order', text='On its way')


@test
def buys_through_the_cart(world):
    phone = world.phone
    phone.open('/kopi-senja')
    taps = 0
    phone.tap('.card', text='Teko leher angsa')
    phone.tap('#bar .main')
    phone.wait('.toast', text='Added to the cart')
    phone.wait('#top .count', text='1')
    phone.tap('#top a[href$="/cart"]')
    phone.wait('.line', text='Teko leher angsa')
    phone.tap('.stepper button[aria-label="One more"]')
    phone.wait('.stepper output', text='2')
    phone.wait('#bar .total', text='Rp398.000')
    phone.tap('#bar .main')
    phone.wait('.summary', text='Rp398.000')
    taps += 6
    # What was typed for the last order stands there already.
    assert phone.find('[name=address]').get_attribute('value') == 'Jl. Melati 5, Bandung'
    phone.tap('[name=method][value=cod]')
    phone.tap('#bar .main')
    taps += 2
    phone.wait('.stage', text='Ordered')
    assert taps <= 12
    order = pulled(world, ORDER, lambda row: row.get('method') == 'cod')
    assert order['state'] == 'placed' and order['origin'] == 'buyer' and order['number']
    lines = [row for row in world.seller.all(LINE).values() if row['order'] == order['id']]
    assert [(line['price'], line['quantity']) for line in lines] == [(199000, 2000)]
    phone.open('/kopi-senja/cart')
    assert 'Your cart is empty' in phone.text() and order['number'] in phone.text('.orders')
    world.order = order


@test
def cancels_an_order(world):
    phone = world.phone
    phone.tap('.orders a', text=world.order['number'])
    phone.tap('.cancel summary')
    phone.tap('.cancel button')
    phone.wait('.stage', text='Cancelled')
    pulled(world, ORDER, lambda row: row.get('state') == 'cancelled')
    level = pulled(world, LEVEL, lambda row: row['variant'] == world.pot[1])
    assert level.get('reserved', 0) == 0


@test
def hears_of_a_changed_price_and_of_too_little_stock(world):
    phone, seller = world.phone, world.seller
    phone.open('/kopi-senja?q=teko')
    phone.tap('.card')
    phone.tap('#bar .main')
    phone.wait('#top .count', text='1')
    phone.open('/kopi-senja/checkout')
    seller.do('product.patch', id=world.pot[0], set={'price': 205000}, base={'price': 199000})
    phone.tap('#bar .main')
    phone.wait('.notice', text='has changed from Rp199.000 to Rp205.000')
    phone.wait('.summary', text='Rp205.000')
    seller.do('stock.adjust', variant=world.pot[1],
              location=next(iter(seller.all(LOCATION))), delta=-4000, reason='pecah',
              **{'class': 'damage'})
    phone.tap('#bar .main')
    phone.wait('.notice', text='sold out')
    assert 'Sold out. Please remove it.' in phone.text('.line')
    phone.tap('.stepper button[aria-label="Remove"]')
    phone.wait('.empty', text='Your cart is empty')


if __name__ == '__main__':
    sys.exit(tap.run(World, stop, missing()))
