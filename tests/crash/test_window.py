# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 of the window while it starts, sends and fetches.

Usage: isolated test_window.py [--seeds N] [--first SEED] [--seed SEED]

As test_crash.py, but desktop a is the console itself: it opens on a conversation, with changes that
wait from before, while the other desktop works through `kedai-cli sync --watch`.
"""

import argparse
import subprocess
import sys
import time
import traceback

from kd_world import WAIT, People, World, dice_of, uids_of


def windows_of(process):
    found = subprocess.run(['xdotool', 'search', '--onlyvisible', '--pid', str(process.pid)], capture_output=True, text=True)
    return found.stdout.split()


def wait_for_window(process):
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        assert process.poll() is None, 'the window ended with %d' % process.returncode
        found = windows_of(process)
        if found:
            return found[-1]
        time.sleep(0.02)
    raise AssertionError('no window came')


def messages(desktop):
    return {row['text']: row['id'] for row in desktop.run('query', 'message')}


def adopt(desktop):
    desktop.known |= set(uids_of(desktop.database, ('outbox', 'outbox_done')))


def run_seed(world, seed):
    """Returns how many changes still waited when the window was killed."""
    dice = dice_of(seed)
    world.reset()
    people = People(world, dice)
    window, other = world.desktops
    # what waits from before goes out while the window starts
    world.end_server()
    window.run('sync', '--input', stdin=''.join(line + '\n' for line in people.lines(dice.randrange(1, 12))), codes=(3,))
    adopt(window)
    late = dice.random() < 0.3
    if not late:
        world.server.start()
    other.start()
    window.start_window(dice.choice(world.conversations))
    # now and then it is killed while it starts
    if dice.random() < 0.8:
        wait_for_window(window.process)
    if late:
        world.server.start()
    other.send(people.lines(dice.randrange(2, 15)))
    time.sleep(dice.uniform(0, 1))
    seen = messages(window)
    window.kill()
    world.check(typed=window)
    waited = window.run('status')[-1]['waiting']
    # what stood in its list still does
    assert set(seen) <= set(messages(window)), set(seen) - set(messages(window))
    other.finish()
    for _ in range(6):
        states = [desktop.run('sync')[-1] for desktop in world.desktops]
        if all(state['waiting'] == 0 and state['cursor'] == state['head'] == states[0]['head'] for state in states):
            break
    world.end_server()
    world.check(quiet=True)
    assert messages(window) == messages(other)
    assert len(set(messages(window).values())) == len(other.run('query', 'message'))
    world.look_at_log()
    return waited


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--seeds', type=int, default=10)
    parser.add_argument('--first', type=int, default=1)
    parser.add_argument('--seed', type=int)
    options = parser.parse_args()
    seeds = [options.seed] if options.seed is not None else range(options.first, options.first + options.seeds)
    print('1..%d' % len(seeds), flush=True)
    failed, world = 0, None
    for number, seed in enumerate(seeds, 1):
        try:
            world = world or World()
            waited = run_seed(world, seed)
            print('ok %d - seed %d: killed the window; %d changes waited' % (number, seed, waited), flush=True)
        except Exception:  # one that fails must not hide the others
            failed += 1
            print('not ok %d - seed %d' % (number, seed))
            for line in traceback.format_exc().splitlines():
                print('# ' + line)
            sys.stdout.flush()
            if world is not None:
                world.close()
                world = None
    if world is not None:
        world.close()
    sys.exit(1 if failed else 0)


main()
