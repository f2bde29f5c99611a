# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input over HTTP, one named case each: what is said of it, and that nothing was written. Messages come
from a device, over REST, from a buyer's form and from a buyer's socket."""

import hashlib
import json
import re
import struct
import zlib

from kd_server import Server, WebSocket, main, product, uuid7, wait_for

MESSAGE, MEDIA, PRODUCT = 18, 14, 3
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="100" height="100">%s</svg>'

server = Server('--sign-up')
owner = server.sign_up('pemilik')
shop = owner.make_shop(slug='toko-masukan')
device = owner.device(shop)
contact, conversation = uuid7(), uuid7()
device.must('contact.create', {'id': contact, 'set': {'name': 'Rina'}})
device.must('conversation.start', {'id': conversation, 'contact': contact})

# name, text, whether it is sent
MESSAGES = [
    ('0 bytes', '', False), ('blanks alone', ' \n\t\u200b', False), ('70 kB', 'x' * 70000, False),
    ('emoji alone', '\U0001f468\u200d\U0001f469\u200d\U0001f467\U0001f389', True),
    ('right to left', '\u0645\u0631\u062d\u0628\u0627 \u202ebalik', True), ('1,000 newlines', 'a' + '\n' * 1000 + 'b', True),
    ('newlines alone', '\n' * 1000, False),
]


def path(rest, where=None):
    return '/v1/shops/%s/%s' % (where or shop, rest)


def texts():
    """What is stored, by pulling."""
    device.pull()
    return [fields.get('text') for fields in device.of_kind(MESSAGE).values()]


def send(link, text):
    """Frames of any length."""
    if len(text) < 65536:
        link.send(text)
    else:
        link.socket.sendall(b'\x81\xff' + struct.pack('>Q', len(text)) + bytes(4) + text.encode())


class Buyer:
    def __init__(self):
        answer = server.request('GET', '/toko-masukan/chat')
        self.cookie = answer.headers['set-cookie'].split(';')[0]
        self.live = None

    def form(self, text):
        page = server.request('GET', '/toko-masukan/chat', headers={'Cookie': self.cookie, 'Accept-Language': 'en'}).body.decode()
        token, uid = (re.search('name=%s value="?([^">]*)' % name, page).group(1) for name in ('token', 'uid'))
        body = b'token=%s&uid=%s&text=' % (token.encode(), uid.encode()) + b''.join(b'%%%02x' % byte for byte in text)
        return server.request('POST', '/toko-masukan/chat', body, {
            'Cookie': self.cookie, 'Origin': server.address, 'Content-Type': 'application/x-www-form-urlencoded', 'Accept-Language': 'en'})

    def say(self, text):
        """Over the socket: ('ack', None), ('refused', why) or ('closed', code)."""
        if self.live is None:
            self.live = WebSocket(server.host, '/toko-masukan/live', {'Cookie': self.cookie, 'Origin': server.address, 'Accept-Language': 'en'})
            assert self.live.status == 101
            self.live.send('{"hello":{"after":0}}')
        uid = uuid7()
        try:
            send(self.live, text if text.startswith('{') else json.dumps({'send': {'uid': uid, 'text': text}}))
            while True:
                frame = self.live.text()
                if frame is None or isinstance(frame, tuple):
                    self.live = None
                    return 'closed', frame and frame[1]
                for word in ('ack', 'refused', 'later'):
                    if frame.get(word) == uid:
                        return word, frame.get('why')
        except (ConnectionError, EOFError):
            self.live = None
            return 'closed', None


def test_messages_of_a_device():
    for name, text, good in MESSAGES:
        before = texts()
        result = device.run('message.send', {'id': uuid7(), 'conversation': conversation, 'text': text})
        if good:
            assert result.get('status', 'applied') == 'applied', (name, result)
            assert texts().count(text) == before.count(text) + 1, name
        else:
            assert result['status'] == 'rejected' and result['code'] in ('message.empty', 'message.too_long', 'bad_field'), (name, result)
            assert texts() == before, name


def test_a_device_s_message_with_a_zero():
    before, no = texts(), device.no
    entry = device.entry('message.send', {'id': uuid7(), 'conversation': conversation, 'text': 'a\0b'})
    answer = device.push(entry)
    assert (answer.status, answer.code) == (400, 'bad_json'), answer
    device.no = no
    assert texts() == before


def test_messages_over_rest():
    for name, text, good in MESSAGES + [('NUL', 'a\0b', False)]:
        before = texts()
        answer = owner.post(path('messages'), {'id': uuid7(), 'conversation': conversation, 'text': text})
        assert answer.status == 201 if good else answer.status in (400, 409, 413), (name, answer)
        assert good or answer.headers['content-type'] == 'application/problem+json' and answer.code, (name, answer)
        assert len(texts()) == len(before) + good, name


def test_messages_of_a_buyer_s_form():
    buyer = Buyer()
    for name, text, good in MESSAGES + [('NUL', 'a\0b', False)]:
        before = texts()
        answer = buyer.form(text.encode())
        assert answer.status == 303 if good else answer.status in (400, 413, 422), (name, answer)
        assert good or answer.body, (name, 'no word')
        assert len(texts()) == len(before) + good, name
    for name, raw in (('no UTF-8', b'\xff\xfe'), ('half a character', b'\xc3')):
        before = texts()
        assert buyer.form(raw).status in (400, 422), name
        assert texts() == before, name


def test_messages_of_a_buyer_s_socket():
    buyer = Buyer()
    assert buyer.say('halo')[0] == 'ack'
    for name, text, good in MESSAGES + [('NUL', 'a\0b', False), ('no JSON', '{nonsense', False), ('another shape', '{"send":5}', False)]:
        before = texts()
        if name == 'another shape':
            buyer.say('di sini')
            buyer.live.send(text)
            assert buyer.say('masih di sini')[0] == 'ack'
            continue
        what, why = buyer.say(text)
        assert what == 'ack' if good else what in ('refused', 'closed'), (name, what, why)
        assert what != 'refused' or why, (name, 'no word')
        assert len(texts()) == len(before) + good, name
        assert server.request('GET', '/healthz').status == 200


# ---- pictures ----

def png(width, height, claim=None):
    rows = b''.join(b'\0' + b'\x80' * 3 * width for _ in range(height))

    def chunk(name, data):
        return struct.pack('>I', len(data)) + name + data + struct.pack('>I', zlib.crc32(name + data))
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', *(claim or (width, height)), 8, 2, 0, 0, 0))
            + chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))


def bomb():
    layers = ''.join('<g id="a%d">%s</g>' % (i + 1, '<use xlink:href="#a%d"/>' % i * 10) for i in range(12))
    return SVG % ('<defs><rect id="a0" width="9" height="9"/>%s</defs><use xlink:href="#a12"/>' % layers)


PICTURES = [
    ('a text', 'image/jpeg', b'halo kak, ini bukan foto', 'picture.not_a_picture'),
    ('200 megapixels', 'image/png', png(4, 4, (20000, 10000)), 'picture.too_many_pixels'),
    ('an SVG of uses', 'image/svg+xml', bomb().encode(), 'picture.svg_refused'),
    ('an SVG of entities', 'image/svg+xml', b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>',
     'picture.svg_refused'),
    ('an SVG that reads a file', 'image/svg+xml', (SVG % '<image xlink:href="file:///etc/passwd" width="9" height="9"/>').encode(), 'picture.svg_refused'),
    ('an SVG named PNG', 'image/png', bomb().encode(), 'picture.svg_refused'),
    ('half a picture', 'image/png', png(64, 64)[:60], 'picture.damaged'),
]


def test_photos_that_are_none():
    made = product()
    device.must('product.save', made)
    for name, mime, data, code in PICTURES:
        sha256 = hashlib.sha256(data).hexdigest()
        assert owner.post(path('blobs'), {'sha256': sha256, 'size': len(data), 'mime': mime}).status == 201, name
        answer = owner.request('PATCH', path('blobs/' + sha256), data, {'Upload-Offset': '0', 'Content-Type': 'application/octet-stream'})
        assert answer.status == 422 and answer.code.startswith('picture.'), (name, answer)
        assert answer.code == code or code == 'picture.damaged', (name, answer)
        result = device.run('media.add', {'id': uuid7(), 'product': made['id'], 'blob': sha256})
        assert (result['status'], result['code']) == ('rejected', 'media.not_found'), (name, result)
        assert owner.get(path('blobs/' + sha256)).status == 404, name
    device.pull()
    assert not device.of_kind(MEDIA)


# ---- what is another shop's ----

def test_things_of_another_shop():
    stranger = server.sign_up('tetangga')
    other = stranger.make_shop('Toko Sebelah', slug='toko-sebelah')
    theirs = stranger.device(other)
    theirs.pull()
    device.pull()
    answer = theirs.pull_answer(cursor=device.cursor)
    assert (answer.status, answer.code) == (403, 'scope') and 'rows' not in answer.json, answer
    data = png(8, 8)
    sha256 = hashlib.sha256(data).hexdigest()
    owner.post(path('blobs'), {'sha256': sha256, 'size': len(data), 'mime': 'image/png'})
    assert owner.request('PATCH', path('blobs/' + sha256), data, {'Upload-Offset': '0'}).status == 200
    made = product()
    theirs.must('product.save', made)
    result = theirs.run('media.add', {'id': uuid7(), 'product': made['id'], 'blob': sha256})
    assert (result['status'], result['code']) == ('rejected', 'media.not_found'), result
    assert stranger.get(path('blobs/' + sha256, other)).status == 404
    assert server.request('GET', '/toko-sebelah/m/' + sha256).status == 404
    token = 'cd' * 16
    device.must('order.create', {'id': uuid7(), 'token': token, 'name': 'Rina'})
    link, unknown = server.request('GET', '/toko-sebelah/o/' + token), server.request('GET', '/toko-sebelah/o/' + 'ce' * 16)
    assert link.status == unknown.status == 404 and link.body == unknown.body
    theirs.pull()
    assert not theirs.of_kind(MEDIA)


def test_end():
    server.close()


if __name__ == '__main__':
    main(globals())
