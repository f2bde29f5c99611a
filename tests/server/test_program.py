# SPDX-License-Identifier: GPL-3.0-or-later
"""The program itself: its configuration, what it refuses to start on, and how it ends."""

import http.client
import os
import re
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import tempfile

from kd_server import PROGRAM, Server, main, uuid7

folder = tempfile.mkdtemp(prefix='kedai-program-')


def run(*args, env=None, timeout=20):
    """A start that is expected to end by itself: code, output, errors."""
    done = subprocess.run([PROGRAM, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout,
                          env={**os.environ, **(env or {})}, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def file_of(name, text):
    path = os.path.join(folder, name)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)
    return path


def stored(data):
    """Names and contents of the databases and the key in a data folder."""
    found = {}
    for where, _, names in os.walk(data):
        for name in (one for one in names if one.endswith(('.db', '.key'))):
            with open(os.path.join(where, name), 'rb') as file:
                found[os.path.join(where, name)] = file.read()
    return found


def test_print_config():
    code, out, _ = run('--print-config', '--data', '/x/y')
    assert code == 0 and 'data=/x/y\n' in out and 'port=8420\n' in out and 'master' not in out, out
    path = file_of('a.conf', '[server]\nport=9999\nnames=toko.example, lain.example\nsign_up=true\n')
    code, out, _ = run('--config', path, '--print-config', env={'KEDAI_PORT': '7777'})
    assert code == 0 and 'port=7777\n' in out and 'names=toko.example, lain.example\n' in out, out
    code, out, _ = run('--config', path, '--port', '5555', '--print-config')
    assert 'port=5555\n' in out and 'sign_up=true' in out
    # what is printed can be read
    again = file_of('b.conf', out)
    assert run('--config', again, '--print-config') == (0, out, '')


def test_bad_configurations():
    for text, word in (('[server]\nprot=1\n', 'prot'), ('[other]\nport=1\n', 'other'), ('[server]\nport=x\n', 'port'),
                       ('[server]\nport=70000\n', 'port'), ('[server]\nembedded=maybe\n', 'embedded'), ('[server]\nlog_level=loud\n', 'log_level')):
        code, _, error = run('--config', file_of('bad.conf', text))
        assert code == 2 and word in error, (text, code, error)
    assert run('--config', os.path.join(folder, 'none.conf'))[0] == 3
    for args in (['--nope'], ['--port', '70000'], ['--listen', 'toko.example'], ['--embedded', '--sign-up'], ['--certificate', 'x']):
        code, _, error = run('--data', folder, *args)
        assert code == 2 and error.strip(), (args, code, error)
    assert run('--port', 'x', env={'KEDAI_EMBEDDED': 'ja'})[0] == 2


def test_beyond_loopback_needs_a_certificate():
    for address in ('0.0.0.0', '::', '192.0.2.1'):
        code, _, error = run('--data', os.path.join(folder, 'x'), '--listen', address)
        assert code == 2 and 'certificate' in error, (address, code, error)


def test_tls():
    header = open(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'net', 'test-certificates.h'), encoding='utf-8').read()
    text = header[header.index('#define TEST_CERTIFICATE'):header.index('#define TEST_OTHER')]
    pem = '\n'.join(re.findall(r'"(.*?)\\n"', text)) + '\n'
    cut = pem.index('-----BEGIN PRIVATE')
    certificate, key = file_of('c.pem', pem[:cut]), file_of('k.pem', pem[cut:])
    # LeakSanitizer itself crashes at the end of a process that has loaded GIO's TLS
    server = Server('--certificate', certificate, '--key', key,
                    env={'ASAN_OPTIONS': os.environ.get('ASAN_OPTIONS', '') + ':detect_leaks=0'})
    assert server.address.startswith('https://')
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection(server.host, context=context, timeout=10)
    connection.request('GET', '/healthz')
    assert connection.getresponse().status == 200
    connection.close()
    server.close()
    assert run('--data', os.path.join(folder, 'x'), '--certificate', key, '--key', key)[0] == 3


def test_the_port_is_in_use():
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, _, error = run('--data', os.path.join(folder, 'port'), '--port', str(port))
        assert code == 4 and str(port) in error and 'in use' in error, (code, error)


def test_one_server_a_folder():
    server = Server()
    code, _, error = run('--data', server.data, '--port', '0')
    assert code == 3 and 'Another kedai-server' in error and str(server.process.pid) in error, (code, error)
    assert server.request('GET', '/healthz').status == 200
    server.close()


def broken(name, change):
    """A server's folder with a shop, changed while it is stopped."""
    server = Server('--sign-up')
    ani = server.sign_up('ani')
    shop = ani.make_shop()
    ani.device(shop).must('category.create', {'id': uuid7(), 'set': {'name': 'x'}})
    assert server.stop() == 0
    data = os.path.join(folder, name)
    shutil.move(server.data, data)
    server.close()
    change(data, shop)
    return data, shop


def test_databases_that_are_not_opened():
    def control(data):
        return os.path.join(data, 'server', 'control.db')

    def newer(data, shop):
        database = sqlite3.connect(control(data))
        database.execute('PRAGMA user_version=999')
        database.close()

    def damaged(data, shop):
        with open(control(data), 'r+b') as file:
            file.seek(100)
            file.write(b'\xff' * 8000)

    def other(data, shop):
        with open(control(data), 'wb') as file:
            file.write(b'PNG or something' * 100)

    def directory(data, shop):
        os.remove(control(data))
        os.mkdir(control(data))

    def no_key(data, shop):
        os.remove(os.path.join(data, 'server', 'master.key'))

    def wrong_key(data, shop):
        with open(os.path.join(data, 'server', 'master.key'), 'w', encoding='utf-8') as file:
            file.write('ab' * 32 + '\n')

    def half_key(data, shop):
        with open(os.path.join(data, 'server', 'master.key'), 'w', encoding='utf-8') as file:
            file.write('ab')

    for change, word in ((newer, 'newer'), (damaged, ''), (other, ''), (directory, ''), (no_key, 'master.key'), (wrong_key, 'master.key'),
                         (half_key, 'master.key')):
        data, _ = broken(change.__name__, change)
        before = stored(data)
        code, out, error = run('--data', data, '--port', '0')
        assert code == 3 and not out and word in error and error.startswith('kedai-server: '), (change.__name__, code, error)
        after = stored(data)
        for name, content in before.items():
            assert after.get(name) == content, (change.__name__, name)


def test_a_locked_database():
    data, _ = broken('locked', lambda data, shop: None)
    holder = sqlite3.connect(os.path.join(data, 'server', 'control.db'), isolation_level=None)
    holder.execute('PRAGMA locking_mode=EXCLUSIVE')
    holder.execute('BEGIN EXCLUSIVE')
    code, _, error = run('--data', data, '--port', '0')
    holder.close()
    assert code == 3 and 'locked' in error, (code, error)


def test_a_damaged_shop_leaves_the_others_open():
    server = Server('--sign-up')
    ani = server.sign_up('ani')
    bad, good = ani.make_shop('Rusak'), ani.make_shop('Sehat')
    assert server.stop() == 0
    path = os.path.join(server.data, 'server', 'shops', bad + '.db')
    with open(path, 'r+b') as file:
        file.write(b'\xff' * 200)
    content = open(path, 'rb').read()
    server.start()
    ani = server.sign_in('ani')
    assert [shop['id'] for shop in ani.shops] == [good]
    answer = ani.get('/v1/shops/%s/products' % bad)
    assert (answer.status, answer.code, answer.json['reason']) == (503, 'unavailable', 'damaged'), answer
    assert ani.get('/v1/shops/%s/products' % good).status == 200
    assert open(path, 'rb').read() == content
    server.stop()
    assert "can't be opened" in server.read_log()
    shutil.rmtree(server.folder)


def test_a_shop_whose_making_was_not_finished():
    stray = uuid7()

    def add(data, shop):
        shutil.copy(os.path.join(data, 'server', 'shops', shop + '.db'), os.path.join(data, 'server', 'shops', stray + '.db'))
    data, shop = broken('orphan', add)
    server = Server('--sign-up', data=data)
    names = os.listdir(os.path.join(data, 'server', 'shops'))
    assert stray + '.db' not in names and stray + '.db.orphan' in names and shop + '.db' in names, names
    ani = server.sign_in('ani')
    assert [one['id'] for one in ani.shops] == [shop]
    server.close()


def test_it_ends_with_its_parent():
    server = Server(embedded=True)
    os.close(server.pipe)
    server.pipe = None
    assert server.wait() == 0
    assert not os.path.exists(os.path.join(server.data, 'server', 'run.json'))
    server.close()


def test_asked_twice_it_ends_at_once():
    server = Server('--sign-up')
    server.signal(signal.SIGINT)
    server.signal(signal.SIGINT)
    assert server.wait() == 0
    server.close()


def test_version_and_help():
    assert run('--version')[1].startswith('kedai-server ')
    code, out, _ = run('--help')
    assert code == 0 and '--data' in out


def test_end():
    shutil.rmtree(folder)


if __name__ == '__main__':
    main(globals())
