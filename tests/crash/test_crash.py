# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 at seeded moments: nothing is lost, nothing is doubled.

Usage: test_crash.py [--seeds N] [--first SEED] [--seed SEED] [--keep]

Each seed: two desktops of a shop of some hundred rows edit products, make orders and write replies
while the server stops and starts; `kedai-cli sync --watch` or the server is killed in the midst of
it, more than once; after each kill, and when all is quiet again, the invariants I1-I6 of the sync
protocol are asserted over their files (crash-check). --seed runs one alone.
"""

import argparse
import json
import os
import sys
import time
import traceback

from kd_world import NAMES, People, World, dice_of, uids_of

KILLS = 2
IMPORT_MAX = 60


def import_some(world, dice):
    """An import that is killed goes on when it is run again."""
    desktop = dice.choice(world.desktops)
    n = dice.randrange(1, IMPORT_MAX)
    path = os.path.join(world.folder, 'more.csv')
    with open(path, 'w', encoding='utf-8') as file:
        file.write('SKU,Name,Price,Stock\n' + ''.join('I-%d,%s %d,%d,%d\n' % (k, dice.choice(NAMES), k, 1000 + k, k % 9) for k in range(n)))
    report = desktop.run('import', 'products', path)[-1]
    assert report['created'] + report['updated'] + report['skipped'] == n and not report['errors'], report
    desktop.known |= set(uids_of(desktop.database, ('outbox',)))


def kill_somebody(world, dice):
    victims = [desktop for desktop in world.desktops if desktop.process is not None]
    if world.server_runs():
        victims.append(world.server)
    victim = dice.choice(victims)
    victim.kill()
    return 'server' if victim is world.server else victim.name


def one_round(world, dice, people):
    """Returns who was killed."""
    if dice.random() < 0.25:
        import_some(world, dice)
    if dice.random() < 0.3 and world.server_runs():
        world.end_server()
    late = not world.server_runs()
    for desktop in world.desktops:
        desktop.start()
    early = dice.random() < 0.3
    if not early:
        for desktop in world.desktops:
            desktop.seen.wait(60)
    if late and dice.random() < 0.7:
        world.server.start()
    for desktop in world.desktops:
        desktop.send(people.lines(dice.randrange(2, 25)))
    time.sleep(dice.uniform(0, world.startup * 1.5 if early else 0.4))
    killed = kill_somebody(world, dice)
    world.check()
    if not world.server_runs() and dice.random() < 0.6:
        world.server.start()
    # the others go on for a while, and take more
    for desktop in world.desktops:
        if desktop.process is not None:
            desktop.send(people.lines(dice.randrange(0, 6)))
    time.sleep(dice.uniform(0, 0.2))
    for desktop in world.desktops:
        if desktop.process is not None:
            desktop.finish()
            assert desktop.in_flight() == 0, '%s left %d lines without an answer' % (desktop.name, desktop.in_flight())
    world.check()
    return killed


def until_quiet(world):
    if not world.server_runs():
        world.server.start()
    for _ in range(6):
        states = [desktop.run('sync')[-1] for desktop in world.desktops]
        if all(state['waiting'] == 0 and state['cursor'] == state['head'] == states[0]['head'] for state in states):
            return
    raise AssertionError('not quiet: %s' % states)


def check_rows(world):
    """What one desktop was told is done is on the other one's screen, once."""
    for desktop, other in (world.desktops, world.desktops[::-1]):
        for mutation, kind in (('message.send', 'message'), ('order.create', 'order'), ('product.save', 'product')):
            rows = [row['id'] for row in other.run('query', kind)]
            assert len(rows) == len(set(rows))
            for line, uid in desktop.lines:
                name, args = line.split(' ', 1)
                if name == mutation and uid is not None and uid not in desktop.refused:
                    assert json.loads(args)['id'] in rows, '%s did not arrive: %s' % (name, args)


def run_seed(world, seed):
    dice = dice_of(seed)
    world.reset()
    people = People(world, dice)
    killed = [one_round(world, dice, people) for _ in range(KILLS)]
    until_quiet(world)
    world.end_server()
    world.check(quiet=True)
    check_rows(world)
    world.look_at_log()
    return killed, sum(len(desktop.known) for desktop in world.desktops), sum(len(desktop.refused) for desktop in world.desktops)


# What a broken protocol would leave behind, done by hand to a sound world; the check must see each.
BROKEN = (
    ('a', 'DELETE FROM outbox_done WHERE mut_no=(SELECT max(mut_no) FROM outbox_done)'),
    ('a', 'UPDATE outbox_done SET status=3 WHERE mut_no=2'),
    ('a', 'UPDATE sync_state SET sealed=sealed+1'),
    ('a', 'UPDATE stock_level SET on_hand=on_hand+1000 WHERE rid=(SELECT min(rid) FROM stock_level)'),
    ('a', 'UPDATE contact SET notes=\'x\' WHERE rid=(SELECT min(rid) FROM contact)'),
    ('a', 'UPDATE contact SET _seq=_seq+1000 WHERE rid=(SELECT min(rid) FROM contact)'),
    ('a', 'DELETE FROM message WHERE rid=(SELECT min(rid) FROM message)'),
    ('a', 'UPDATE digest SET sum=sum+1 WHERE kind=15'),
    ('server', 'DELETE FROM mut_done WHERE mut_no=3'),
    ('server', 'UPDATE device SET last_mut=last_mut+1'),
    ('server', 'UPDATE sync_digest SET sum=sum+1 WHERE kind=15'),
    ('server', 'UPDATE sync_row SET seq=seq-1 WHERE seq=(SELECT min(seq) FROM sync_row)'),
    ('server', 'UPDATE contact SET notes=\'x\''),
    ('server', 'DELETE FROM stock_move WHERE id=(SELECT min(id) FROM stock_move)'),
)


def check_the_check(world):
    dice = dice_of(0)
    world.reset()
    people = People(world, dice)
    desktop = world.desktops[0]
    desktop.run('sync', '--input', stdin=''.join(line + '\n' for line in people.lines(20)))
    desktop.known |= set(uids_of(desktop.database, ('outbox', 'outbox_done')))
    until_quiet(world)
    world.end_server()
    world.check(quiet=True)
    for name, sql in BROKEN:
        assert world.sees(name, sql), 'this was not seen: ' + sql


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--seeds', type=int, default=6)
    parser.add_argument('--first', type=int, default=1)
    parser.add_argument('--seed', type=int)
    parser.add_argument('--keep', action='store_true', help='leave the files of the first seed that fails')
    options = parser.parse_args()
    seeds = [options.seed] if options.seed is not None else range(options.first, options.first + options.seeds)
    print('1..%d' % (len(seeds) + 1), flush=True)
    failed, world = 0, None
    for number, seed in enumerate([None, *seeds], 1):
        try:
            world = world or World()
            if seed is None:
                check_the_check(world)
                print('ok %d - what is broken is seen' % number, flush=True)
                continue
            killed, issued, refused = run_seed(world, seed)
            print('ok %d - seed %d: killed %s; %d changes, %d of them refused' % (number, seed, ' and '.join(killed), issued, refused), flush=True)
        except Exception:  # one that fails must not hide the others
            failed += 1
            print('not ok %d - %s' % (number, 'what is broken is seen' if seed is None else 'seed %d' % seed))
            for line in traceback.format_exc().splitlines():
                print('# ' + line)
            sys.stdout.flush()
            if options.keep:
                print('# its files: %s' % world.folder)
                os._exit(1)
            if world is not None:
                world.close()
                world = None
    if world is not None:
        world.close()
    sys.exit(1 if failed else 0)


main()
