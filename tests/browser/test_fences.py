#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stops an anonymous buyer, tried by requests made by hand: forms without their token, orders
and pictures of somebody else, things that aren't published, bad messages."""

import gzip
import re
import sys
import urllib.parse

import tap
from kedai_shop import Buyer, Seller, Server, ask, make_id
from tap import test

LOCATION, VARIANT, CONTACT, CONVERSATION, MESSAGE, ORDER, LINE = 10, 5, 15, 17, 18, 19, 20
PICTURE_MAX = 30 * 1024
PAYLOAD_MAX = 100 * 1024
BUYER = {'name': 'Siti Aminah', 'phone': '081234567890', 'address': 'Jl. Mawar 9, Solo',
         'method': 'transfer'}


class World:
    def __init__(self):
        self.server = Server(tap.server_program())
        self.seller = Seller(self.server)
        self.pictures = [self.seller.upload(tap.picture(seed=seed), 'image/jpeg')
                         for seed in range(2)]
        self.coffee = self.seller.product('Kopi Gayo', 89000, picture=self.pictures[0])
        self.draft = self.seller.product('Rahasia', 1000, picture=self.pictures[1], status='draft')
        self.other = Seller(self.server, login='tono', slug='toko-lain', name='Toko Lain')
        self.elsewhere = self.other.product('Milik lain', 5000)


def stop(world):
    code = world.server.stop()
    log = world.server.log()
    world.server.clear()
    if code != 0 or '"level":"warning"' in log or '"level":"error"' in log:
        return 'the server ended with %d\n%s' % (code, log[-4000:])
    return None


def field(text, name):
    """The value of a hidden field of a page."""
    found = re.search(r'<input type=hidden name=%s value="?([^">]*)"?>' % name, text)
    assert found, 'no field %s on the page' % name
    return found.group(1)


def token_of(buyer, path='/chat'):
    return field(buyer.get(path).text(), 'token')


def say(buyer, text, **more):
    """A message by form: (status, the page that follows)."""
    page = buyer.get('/chat').text()
    form = dict({'token': field(page, 'token'), 'uid': field(page, 'uid'), 'text': text}, **more)
    return buyer.post('/chat', form)


def fill_cart(world, buyer, variant=None, price=89000, **more):
    form = dict({'do': 'add', 'variant': variant or world.coffee[1], 'price': str(price), 'n': '1',
                 'uid': make_id()}, **more)
    if buyer.cookie:
        form.setdefault('token', token_of(buyer))
    return buyer.post('/cart', form)


def place(world, buyer):
    """Orders what is in the cart: the path of the order's page."""
    page = buyer.get('/checkout').text()
    form = dict(BUYER, token=field(page, 'token'), uid=field(page, 'uid'), seen=field(page, 'seen'))
    answer = buyer.post('/checkout', form)
    assert answer.status == 303, answer.text()
    return answer.headers['Location'][len(buyer.base):]


def rows(world, kind):
    world.seller.pull()
    return world.seller.all(kind)


@test
def a_form_without_its_token_is_refused(world):
    buyer = Buyer(world.server)
    token = token_of(buyer)
    before = len(rows(world, MESSAGE))
    for bad in (None, '', 'x' * 64, '0' * 64, token[:-1] + ('0' if token[-1] != '0' else '1'),
                token_of(Buyer(world.server))):
        form = {'uid': make_id(), 'text': 'palsu'}
        if bad is not None:
            form['token'] = bad
        assert buyer.post('/chat', form).status == 403, bad
    for path in ('/checkout', '/o/' + '0' * 32, '/cart'):
        assert buyer.post(path, dict(BUYER, uid=make_id(), do='add', n='1', price='89000',
                                     variant=world.coffee[1])).status == 403
    # Nor without a session, but for the first thing put into a cart; that must come from our page.
    stranger = Buyer(world.server)
    assert stranger.post('/chat', {'uid': make_id(), 'text': 'palsu', 'token': token}).status == 403
    assert fill_cart(world, Buyer(world.server), token='').status == 303
    for headers in ({'Origin': None}, {'Origin': 'https://jahat.example'}, {'Origin': 'null'},
                    {'Sec_Fetch_Site': 'cross-site'}, {'Sec_Fetch_Site': 'same-site'}):
        form = {'do': 'add', 'variant': world.coffee[1], 'price': '89000', 'uid': make_id()}
        assert Buyer(world.server).post('/cart', form, **headers).status == 403, headers
    assert len(rows(world, MESSAGE)) == before
    # A cookie that we didn't make is none.
    forged = Buyer(world.server)
    forged.cookie = 'a' * 48
    page = forged.get('/chat')
    assert forged.cookie != 'a' * 48 and page.status == 200


@test
def the_cookie_comes_with_a_form_alone(world):
    for path in ('', '?q=kopi', '/p/' + world.coffee[0], '/cart', '/o/' + '1' * 32):
        buyer = Buyer(world.server)
        buyer.get(path)
        assert buyer.cookie is None, path
    buyer = Buyer(world.server)
    answer = buyer.get('/chat')
    line = answer.headers['Set-Cookie']
    for part in ('Path=/kopi-senja', 'HttpOnly', 'SameSite=Lax', 'Max-Age='):
        assert part in line, line
    assert 'Secure' not in line, 'plain HTTP on loopback'
    assert answer.headers['Cache-Control'] == 'private, no-store'


@test
def sending_twice_does_it_once(world):
    buyer = Buyer(world.server)
    page = buyer.get('/chat').text()
    form = {'token': field(page, 'token'), 'uid': field(page, 'uid'), 'text': 'sekali saja'}
    assert [buyer.post('/chat', form).status for _ in range(3)] == [303, 303, 303]
    sent = [row for row in rows(world, MESSAGE).values() if row['text'] == 'sekali saja']
    assert len(sent) == 1
    assert len([row for row in rows(world, CONVERSATION)
                if row == sent[0]['conversation']]) == 1
    form['text'] = 'lain'
    assert buyer.post('/chat', form).status == 422
    assert fill_cart(world, buyer).status == 303
    form = {'do': 'add', 'variant': world.coffee[1], 'price': '89000', 'uid': make_id(),
            'token': token_of(buyer)}
    assert [buyer.post('/cart', form).status for _ in range(3)] == [303, 303, 303]
    assert '<output>2</output>' in buyer.get('/cart').text()
    page = buyer.get('/checkout').text()
    form = dict(BUYER, token=field(page, 'token'), uid=field(page, 'uid'), seen=field(page, 'seen'))
    answers = [buyer.post('/checkout', form) for _ in range(3)]
    assert [answer.status for answer in answers] == [303, 303, 303]
    assert len({answer.headers['Location'] for answer in answers}) == 1
    mine = [row for row in rows(world, ORDER).values() if row.get('name') == BUYER['name']]
    assert len(mine) == 1


@test
def what_is_not_for_sale_is_the_same_404(world):
    buyer = Buyer(world.server)
    archived = world.seller.product('Dulu ada', 1000)
    assert buyer.get('/p/' + archived[0]).status == 200
    world.seller.do('product.patch', id=archived[0], set={'status': 'archived'},
                    base={'status': 'active'})
    closed = Seller(world.server, login='tutup', slug='toko-tutup', name='Toko Tutup')
    closed.do('shop_profile.patch', id=closed.shop, set={'closed': True}, base={})
    answers = [buyer.get(path) for path in
               ('/p/' + world.draft[0], '/p/' + archived[0], '/p/' + make_id(), '/p/x',
                '/p/' + world.elsewhere[0], '/c/' + make_id(), '/o/' + '2' * 32, '/o/kosong',
                '/tidak/ada', '/m/' + '0' * 64, '/m/' + world.pictures[1], '/m/x', '/p', '/o')]
    answers += [Buyer(world.server, slug).get(path) for slug in ('tidak-ada', 'toko-tutup')
                for path in ('', '/p/' + world.coffee[0], '/chat')]
    bodies, heads = set(), set()
    for number, answer in enumerate(answers):
        assert answer.status == 404, number
        bodies.add(answer.body)
        heads.add(tuple(sorted((name, value) for name, value in answer.headers.items()
                               if name != 'Date')))
    assert len(bodies) == 1 and len(heads) == 1, heads
    for shown in (buyer.get('').text(), buyer.get('?q=rahasia').text()):
        assert 'Rahasia' not in shown and 'Dulu ada' not in shown


@test
def drafts_and_other_shops_goods_cannot_be_bought(world):
    buyer = Buyer(world.server)
    for variant in (world.draft[1], world.elsewhere[1], make_id()):
        answer = fill_cart(world, buyer, variant=variant, price=1000)
        assert answer.status in (403, 409), answer.status
    # Nor for a price of one's own choice, nor in a number that is none.
    assert fill_cart(world, buyer, price=1).status == 409
    for n in ('-1', '1.5', '0x10', '99999999999999999999', 'satu', '2000'):
        assert fill_cart(world, buyer, n=n).status in (409, 422), n
    assert 'Your cart is empty' in buyer.get('/cart').text()


@test
def an_order_shows_its_person_to_who_typed_it(world):
    buyer, friend = Buyer(world.server), Buyer(world.server)
    fill_cart(world, buyer)
    path = place(world, buyer)
    own = buyer.get(path)
    assert BUYER['address'] in own.text() and BUYER['name'] in own.text()
    for name, value in (('Cache-Control', 'private, no-store'), ('Referrer-Policy', 'no-referrer'),
                        ('X-Robots-Tag', 'noindex, nofollow')):
        assert own.headers[name] == value, name
    friend.get('/chat')
    for reader in (Buyer(world.server), friend):
        page = reader.get(path)
        assert page.status == 200
        text = page.text()
        assert 'Rp89.000' in text and 'Kopi Gayo' in text
        for secret in (BUYER['name'], 'Aminah', '1234567', 'Mawar', 'Solo'):
            assert secret not in text, secret
        assert '•••• 890' in text and 'Cancel this order' not in text
    # The link alone doesn't cancel.
    assert friend.post(path, {'do': 'cancel', 'uid': make_id(),
                              'token': token_of(friend)}).status == 409
    assert 'Waiting for payment' in buyer.get(path).text()
    # A link of one shop is nothing in another.
    assert Buyer(world.server, 'toko-lain').get(path).status == 404


@test
def a_draft_of_the_shop_is_confirmed_once(world):
    seller, token = world.seller, 'ab' * 16
    order = make_id()
    seller.do('order.create', id=order, token=token, name='Ketik Toko', phone='+628111222333',
              address='Alamat dari toko', lines=[{'variant': world.coffee[1], 'quantity': 1000}])
    first, second = Buyer(world.server), Buyer(world.server)
    page = first.get('/o/' + token)
    assert first.cookie, 'a form opened'
    for secret in ('Ketik Toko', '222333', 'Alamat dari toko'):
        assert secret not in page.text(), 'what the shop typed is masked'
    forms = []
    for buyer in (first, second):
        text = buyer.get('/o/' + token).text()
        forms.append(dict(BUYER, do='confirm', token=field(text, 'token'), uid=field(text, 'uid'),
                          seen=field(text, 'seen')))
    assert first.post('/o/' + token, dict(forms[0], phone='12')).status == 422
    assert first.post('/o/' + token, forms[0]).status == 303
    again = second.post('/o/' + token, dict(forms[1], name='Orang Lain', address='Tempat lain'))
    assert again.status == 409
    assert rows(world, ORDER)[order]['name'] == BUYER['name']
    assert BUYER['address'] in first.get('/o/' + token).text()
    assert BUYER['address'] not in second.get('/o/' + token).text()


@test
def pictures_are_for_who_may_see_their_rows(world):
    buyer = Buyer(world.server)
    for width in ('', '?w=128', '?w=512', '?w=640', '?w=1', '?w=99999', '?w=x'):
        answer = buyer.get('/m/' + world.pictures[0] + width)
        assert answer.status == 200 and len(answer.body) <= PICTURE_MAX, (width, len(answer.body))
        assert answer.headers['Cache-Control'] == 'public, max-age=31536000, immutable'
        assert answer.headers['Content-Type'] == 'image/jpeg'
        assert "sandbox; default-src 'none'" in answer.headers['Content-Security-Policy']
        assert answer.headers['X-Content-Type-Options'] == 'nosniff'
    assert Buyer(world.server, 'toko-lain').get('/m/' + world.pictures[0]).status == 404
    # A product that its buyer was shown is archived: he may see it still, and nobody else.
    fill_cart(world, buyer)
    place(world, buyer)
    world.seller.do('product.patch', id=world.coffee[0], set={'status': 'archived'},
                    base={'status': 'active'})
    seen = buyer.get('/m/' + world.pictures[0])
    assert seen.status == 200 and seen.headers['Cache-Control'] == 'private, no-store'
    assert Buyer(world.server).get('/m/' + world.pictures[0]).status == 404
    world.seller.do('product.patch', id=world.coffee[0], set={'status': 'active'},
                    base={'status': 'archived'})


@test
def bad_messages_are_refused_in_words_and_write_nothing(world):
    buyer = Buyer(world.server)
    cases = [
        ('0 bytes', '', 422, 'Please write something first.'),
        ('blanks alone', ' \r\n\t\u200b ', 422, 'Please write something first.'),
        ('70 kB', 'x' * 70000, 413, 'too_large'),
        ('over the limit', 'x' * 8001, 422, 'too long'),
    ]
    assert say(buyer, 'halo').status == 303
    before = dict(rows(world, MESSAGE))
    for name, text, status, words in cases:
        answer = say(buyer, text)
        assert answer.status == status, '%s: %d' % (name, answer.status)
        assert words in answer.text(), name
    page = buyer.get('/chat').text()
    base = 'token=%s&uid=%s&text=' % (field(page, 'token'), make_id())
    for name, raw, statuses in (('NUL', b'%00', (400, 422)), ('not UTF-8', b'%ff%fe', (400, 422)),
                                ('half a character', b'\xc3', (400, 422))):
        answer = ask(world.server.port, 'POST', '/kopi-senja/chat', base.encode() + raw,
                     {'Content-Type': 'application/x-www-form-urlencoded',
                      'Origin': world.server.address, 'Cookie': 'kedai=' + buyer.cookie})
        assert answer.status in statuses, '%s: %d' % (name, answer.status)
    for uid in ('', 'x', '0' * 36):
        answer = buyer.post('/chat', {'token': field(page, 'token'), 'uid': uid, 'text': 'uid'})
        assert answer.status == 422, uid
    assert rows(world, MESSAGE) == before


@test
def odd_messages_arrive_as_they_were_written(world):
    buyer = Buyer(world.server)
    cases = ['👨‍👩‍👧‍👦🎉', 'مرحبا بكم في المتجر', 'a\n' * 1000 + 'b', '<script>alert(1)</script>',
             '"\'&amp;<b>', 'ไทย e\u0301\u202eterbalik', '🏳️‍🌈' * 40]
    for text in cases:
        assert say(buyer, text).status == 303, text[:20]
    assert say(buyer, '\u0007bel\u001b').status == 303
    cases.append('bel')
    stored = [row['text'] for row in rows(world, MESSAGE).values()]
    for text in cases:
        assert text in stored, text[:20]
    page = buyer.get('/chat').text()
    assert '<script>alert' not in page and '&lt;script&gt;' in page


@test
def budgets_stop_a_flood(world):
    buyer = Buyer(world.server)
    page = buyer.get('/chat').text()
    statuses = []
    for _ in range(90):
        statuses.append(buyer.post('/chat', {'token': field(page, 'token'), 'uid': make_id(),
                                             'text': 'banjir'}).status)
        if statuses[-1] == 429:
            break
    assert statuses[-1] == 429 and statuses.count(303) >= 20
    assert Buyer(world.server).get('').status == 200, 'reading goes on'


@test
def pages_are_small_and_packed(world):
    buyer = Buyer(world.server)
    fill_cart(world, buyer)
    path = place(world, buyer)
    fill_cart(world, buyer)
    total = {}
    for page in ('', '?q=kopi', '/p/' + world.coffee[0], '/chat', '/cart', '/checkout', path):
        answer = buyer.get(page, Accept_Encoding='gzip')
        assert answer.headers['Content-Encoding'] == 'gzip', page
        text = gzip.decompress(answer.body).decode()
        size = len(answer.body)
        for name in re.findall(r'(?:href|src)=(/_/[^ >]+)', text):
            asset = ask(world.server.port, 'GET', name, headers={'Accept-Encoding': 'gzip'})
            assert asset.status == 200
            assert asset.headers['Cache-Control'] == 'public, max-age=31536000, immutable'
            size += len(asset.body)
        total[page] = size
        assert not re.findall(r'(?:src|href|action)="?(?:https?:)?//(?!127\.0\.0\.1)', text)
        assert ' style=' not in text and '<style' not in text and ' onclick' not in text
    assert max(total.values()) < PAYLOAD_MAX, total
    assert ask(world.server.port, 'GET', '/_/kedai-0.css').status == 404


@test
def every_link_leads_somewhere(world):
    for i in range(30):
        world.seller.product('Gelas %d' % i, 1000 + i)
    category = make_id()
    world.seller.do('category.create', id=category, set={'name': 'Gelas & <b>cangkir</b>',
                                                         'position': 'a0'})
    world.seller.product('Gelas istimewa', 5000, category=category, categories=[category])
    buyer = Buyer(world.server)
    fill_cart(world, buyer)
    say(buyer, 'halo', product=world.coffee[0])
    waiting, seen = [''], set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = buyer.get(path)
        assert answer.status == 200, '%s: %d' % (path, answer.status)
        if not answer.headers['Content-Type'].startswith('text/html'):
            continue
        for link in re.findall(r'(?:href|src)="?([^" >]+)', answer.text()):
            link = urllib.parse.urlsplit(link.replace('&amp;', '&'))
            if link.path.startswith('/_/') or link.path == '':
                continue
            assert link.path.startswith(buyer.base), link
            waiting.append(link.path[len(buyer.base):] + ('?' + link.query if link.query else ''))
    assert len(seen) > 40, len(seen)


@test
def speaks_the_language_that_is_asked_for(world):
    for accept, words, tag in (('en-GB,en;q=0.9', 'Search this shop', 'en'),
                               ('id-ID,id;q=0.9,en;q=0.5', 'Cari di toko ini', 'id'),
                               ('en;q=0.2, in', 'Cari di toko ini', 'id'),
                               ('ja,fr;q=0.5', 'Cari di toko ini', 'id'),
                               ('', 'Cari di toko ini', 'id')):
        text = Buyer(world.server, language=accept).get('').text()
        assert words in text and '<html lang=%s>' % tag in text, accept
    # What the reader gets follows from the address, the language and the cookie alone.
    assert 'Accept-Language' in Buyer(world.server).get('').headers['Vary']


@test
def other_methods_and_shapes_are_refused(world):
    buyer = Buyer(world.server)
    assert buyer.post('', {'x': '1'}).status in (403, 405)
    assert buyer.send('PUT', '/cart', {'x': '1'}).status in (404, 405)
    assert buyer.send('DELETE', '/o/' + '0' * 32).status in (404, 405)
    assert buyer.get('/live').status in (400, 404, 426)
    answer = ask(world.server.port, 'POST', '/kopi-senja/cart', b'{}',
                 {'Content-Type': 'text/plain', 'Origin': world.server.address})
    assert answer.status in (403, 415)
    head = buyer.send('HEAD', '')
    assert head.status == 200 and head.body == b'' and int(head.headers['Content-Length']) > 500


if __name__ == '__main__':
    sys.exit(tap.run(World, stop, None))
