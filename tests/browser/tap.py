# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs test functions and reports them in TAP."""

import os
import sys
import traceback

TESTS = []


def test(function):
    TESTS.append(function)
    return function


def run(start, stop, missing):
    """@start gives what every test gets; @stop takes it back and gives a complaint or None."""
    if missing:
        print('1..0 # SKIP ' + missing)
        return 0
    failed = 0
    wanted = sys.argv[1:]
    tests = [one for one in TESTS if not wanted or one.__name__ in wanted]
    print('1..%d' % (len(tests) + 1), flush=True)
    world = start()
    try:
        for number, one in enumerate(tests, 1):
            try:
                one(world)
                print('ok %d %s' % (number, one.__name__), flush=True)
            except Exception:  # pylint: disable=broad-except
                failed += 1
                for line in traceback.format_exc().splitlines():
                    print('# ' + line)
                print('not ok %d %s' % (number, one.__name__), flush=True)
    finally:
        complaint = stop(world)
    if complaint:
        failed += 1
        for line in complaint.splitlines():
            print('# ' + line)
    print('%s %d ends_cleanly' % ('not ok' if complaint else 'ok', len(tests) + 1), flush=True)
    return 1 if failed else 0


def server_program():
    program = os.environ.get('KEDAI_SERVER')
    assert program, 'KEDAI_SERVER names the program to test'
    return program


def picture(width=900, height=900, seed=0):
    """A photo-like JPEG, deterministic: noise under a slope, so that it isn't small."""
    import gi  # pylint: disable=import-outside-toplevel
    gi.require_version('GdkPixbuf', '2.0')
    from gi.repository import GdkPixbuf, GLib  # pylint: disable=import-outside-toplevel
    import random  # pylint: disable=import-outside-toplevel

    noise = random.Random(seed)
    row = bytearray()
    data = bytearray()
    for y in range(height):
        if y % 6 == 0:
            row = bytearray()
            for x in range(0, width, 6):
                row += bytes((noise.randrange(256), (x * 255 // width) ^ seed & 255,
                              y * 255 // height)) * min(6, width - x)
        data += row
    pixbuf = GdkPixbuf.Pixbuf.new_from_bytes(GLib.Bytes.new(bytes(data)), GdkPixbuf.Colorspace.RGB,
                                             False, 8, width, height, width * 3)
    _ok, encoded = pixbuf.save_to_bufferv('jpeg', ['quality'], ['90'])
    return bytes(encoded)
