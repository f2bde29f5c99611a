#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A notification daemon: prints each notification as a line of JSON; a line "ID ACTION" on its
standard input answers one, as a click does."""
import json
import sys
import time

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

NAME = 'org.freedesktop.Notifications'


class Notes(dbus.service.Object):
    last = 0

    @dbus.service.method(NAME, in_signature='susssasa{sv}i', out_signature='u')
    def Notify(self, app, replaces, icon, summary, body, actions, hints, expire):
        self.last = int(replaces) or self.last + 1
        print(json.dumps({'id': self.last, 'at': time.monotonic(), 'summary': str(summary), 'body': str(body),
                          'actions': [str(a) for a in actions]}), flush=True)
        return dbus.UInt32(self.last)

    @dbus.service.method(NAME, in_signature='', out_signature='as')
    def GetCapabilities(self):
        return ['actions', 'body', 'persistence']

    @dbus.service.method(NAME, in_signature='', out_signature='ssss')
    def GetServerInformation(self):
        return 'kedai-test', 'kedai', '1', '1.2'

    @dbus.service.method(NAME, in_signature='u', out_signature='')
    def CloseNotification(self, number):
        self.NotificationClosed(number, 3)

    @dbus.service.signal(NAME, signature='us')
    def ActionInvoked(self, number, action):
        pass

    @dbus.service.signal(NAME, signature='uu')
    def NotificationClosed(self, number, reason):
        pass


def command(channel, condition, notes, loop):
    line = sys.stdin.readline()
    if not line:
        loop.quit()
        return False
    number, action = line.split()
    notes.ActionInvoked(int(number), action)
    notes.NotificationClosed(int(number), 2)
    return True


dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SessionBus()
owner = dbus.service.BusName(NAME, bus)
main_loop = GLib.MainLoop()
daemon = Notes(bus, '/org/freedesktop/Notifications')
GLib.io_add_watch(0, GLib.IO_IN | GLib.IO_HUP, command, daemon, main_loop)
print(json.dumps({'ready': True}), flush=True)
main_loop.run()
