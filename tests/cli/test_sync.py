# SPDX-License-Identifier: GPL-3.0-or-later
"""login, sync and sync --watch against a running kedai-server."""

import json
import os
import socket
import subprocess

from kd_cli import Data, PROGRAM, WAIT, environment, main, place, run, write
from kd_server import Server, uuid7, wait_for

PASSWORD = 'rahasia sekali'
server = Server('--sign-up')
sari = server.sign_up('sari')
SHOP = sari.make_shop('Toko Melati')


def login(user='sari', shop=None, password=PASSWORD, code=0, address=None, data=None):
    data = data or Data()
    args = ['login', address or server.address, '--user', user] + (['--shop', shop] if shop else [])
    data.answer = data.run(*args, stdin=password + '\n', code=code)
    return data


def product(data, name):
    row = uuid7()
    data.run('run', 'product.save', json.dumps({'id': row, 'set': {'name': name, 'status': 'active', 'price': 1000}}))
    return row


A = login()
B = login()


def names(data):
    return {row['id']: row['name'] for row in data.query('product')}


def is_all_sent(status):
    return status['waiting'] == 0 and status['activity'] == 'online'


class Watch:
    """sync --watch, read line by line."""

    def __init__(self, data, *args):
        self.process = subprocess.Popen([PROGRAM, '--json', '--data', data.path, 'sync', '--watch', *args], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment())

    def line(self):
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        return json.loads(line)

    def until(self, condition):
        while True:
            status = self.line()
            if 'activity' in status and condition(status):
                return status

    def end(self, code=0):
        self.process.terminate()
        out, err = self.process.communicate(timeout=WAIT)
        assert self.process.returncode == code and 'CRITICAL' not in err and 'Sanitizer' not in err, (self.process.returncode, err)


def test_login_takes_the_shop():
    status = A.status()
    assert status['name'] == 'Toko Melati' and status['shop'] == SHOP and status['server'] == server.address, status
    assert A.answer.json['shop'] == SHOP and len(A.query('location')) == 1
    # the password stands in no file
    for folder, _, files in os.walk(A.path):
        for name in files:
            with open(os.path.join(folder, name), 'rb') as file:
                assert PASSWORD.encode() not in file.read(), name


def test_login_refused():
    for options in ({'password': 'salah sekali'}, {'user': 'siapa'}, {'shop': 'Toko Lain'}):
        data = login(code=1, **options)
        assert data.answer.json['message'], data.answer
        data.run('status', code=3)
    assert login(password='', code=2).answer.json['error'] == 'usage'
    assert 'https' in login(address='http://toko.example', code=2).answer.err


def test_login_which_shop():
    many = server.sign_up('banyak')
    many.make_shop('Satu')
    many.make_shop('Dua')
    answer = login('banyak', code=1).answer
    assert answer.json['error'] == 'which_shop' and 'Satu' in answer.err and 'Dua' in answer.err, answer
    data = login('banyak', 'Dua')
    login('banyak', 'Satu', data=data)
    assert data.status()['name'] == 'Satu'
    assert data.run('--shop', 'Dua', 'status').json['name'] == 'Dua'
    none = server.sign_up('tanpa')
    assert none and login('tanpa', code=1).answer.json['error'] == 'no_shop'


def test_two_computers_converge():
    kopi, teh = product(A, 'Kopi'), product(B, 'Teh')
    assert teh not in names(A)
    for data in (A, B, A):
        assert data.run('sync').json['waiting'] == 0
    assert names(A) == names(B) and {kopi, teh} <= set(names(A))
    # both edit the same: the later one stands on both, the other is kept as a conflict
    A.run('set', 'product', kopi, 'name=Kopi A', 'price=2000')
    B.run('set', 'product', kopi, 'name=Kopi B')
    for data in (A, B, A, B):
        status = data.run('sync').json
    assert names(A) == names(B) and names(A)[kopi] == 'Kopi B', names(A)
    assert status['conflicts'] == 1 and status['problems'] == 0, status
    assert A.run('get', 'product', kopi).json['price'] == B.run('get', 'product', kopi).json['price'] == 2000


def test_refused_on_the_server():
    """What the server refuses is taken back here, and listed."""
    row = product(A, 'Hapus')
    A.run('sync')
    B.run('sync')
    A.run('run', 'product.delete', json.dumps({'id': row}))
    B.run('set', 'product', row, 'name=Masih')
    before = B.status()['problems']
    A.run('sync')
    assert B.run('sync').json['problems'] == before + 1
    assert row not in names(A) and row not in names(B)


def test_watch():
    watch = Watch(B)
    assert watch.until(lambda status: status['activity'] == 'online')['waiting'] == 0
    row = product(A, 'Langsung')
    head = A.run('sync').json['head']
    # it is told when something arrives, and it is there
    watch.until(lambda status: status['cursor'] >= head)
    assert names(B)[row] == 'Langsung'
    watch.end()
    assert B.run('sync').json['waiting'] == 0


def test_watch_takes_input():
    watch = Watch(A, '--input')
    rows = [uuid7() for _ in range(3)]
    for row in rows:
        watch.process.stdin.write('product.save %s\n' % json.dumps({'id': row, 'set': {'name': 'Baris', 'price': 1}}))
    watch.process.stdin.write('product.save {}\nnothing\n\nproduct.fly {}\n')
    watch.process.stdin.flush()
    answers, all_sent = [], False
    while len(answers) < 6:
        line = watch.line()
        if 'activity' not in line:
            answers.append(line)
        elif len(answers) >= len(rows):
            # it may be quicker than the lines that are refused
            all_sent = all_sent or is_all_sent(line)
    assert [len(answer.get('uids', [])) for answer in answers] == [1, 1, 1, 0, 0, 0], answers
    assert all(answer['error'] for answer in answers[3:]), answers
    if not all_sent:
        watch.until(is_all_sent)
    watch.process.stdin.close()
    assert watch.process.wait(WAIT) == 0
    B.run('sync')
    assert set(rows) <= set(names(B))


def test_input_without_watch():
    row = uuid7()
    lines = A.run('sync', '--input', stdin='product.save %s\nbad\n' % json.dumps({'id': row, 'set': {'name': 'Akhir', 'price': 1}})).lines
    assert len(json.loads(lines[0])['uids']) == 1 and json.loads(lines[1])['error'] and json.loads(lines[-1])['waiting'] == 0, lines
    B.run('sync')
    assert row in names(B)


def test_server_away():
    row = product(A, 'Nanti')
    server.stop()
    try:
        answer = A.run('sync', code=3)
        assert answer.json['error'] == 'unreachable', answer
        assert names(A)[row] == 'Nanti' and A.status()['waiting'] == 1
        assert login(code=3).answer.json['error'] == 'unreachable'
        watch = Watch(A)
        watch.until(lambda status: status['activity'] == 'offline')
    finally:
        server.start()
    watch.until(lambda status: status['activity'] == 'online' and status['waiting'] == 0)
    watch.end()
    B.run('sync')
    assert names(B)[row] == 'Nanti'


def test_not_a_server():
    with socket.socket() as silent:
        silent.bind(('127.0.0.1', 0))
        address = 'http://127.0.0.1:%d' % silent.getsockname()[1]
        assert login(address=address, code=3).answer.json['error'] == 'unreachable'


def test_session_ended():
    """A computer that was signed out says so; what waits is kept."""
    data = login()
    row = product(data, 'Tertahan')
    secrets_file = [os.path.join(folder, name) for folder, _, files in os.walk(data.path) for name in files if 'secret' in name]
    assert secrets_file
    for path in secrets_file:
        os.unlink(path)
    answer = data.run('sync', code=1)
    assert answer.json['error'] == 'auth', answer
    assert names(data)[row] == 'Tertahan' and data.status()['waiting'] == 1
    login(data=data)
    assert data.status()['waiting'] == 0
    B.run('sync')
    assert names(B)[row] == 'Tertahan'


def test_server_command():
    done = run('--data', place(), 'server', '--print-config', text=True)
    assert 'listen' in done.out


def test_end():
    server.close()


main(globals())
