# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives the real kedai-lab over a pipe: the framework, then each area's cases."""

import glob
import importlib.util
import json
import os
import select
import subprocess
import sys

ANSWER_WAIT = 30  # seconds for one answer


class Lab:
    def __init__(self, program):
        self.process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )
        self.rest = b""

    def send_line(self, line):
        """One raw line; its answer must come before the next is sent (flushed at once)."""
        self.process.stdin.write(line + b"\n")
        while b"\n" not in self.rest:
            if not select.select([self.process.stdout], [], [], ANSWER_WAIT)[0]:
                raise AssertionError("no answer to %r" % line[:200])
            chunk = os.read(self.process.stdout.fileno(), 1 << 20)
            if not chunk:
                raise AssertionError("kedai-lab ended at %r" % line[:200])
            self.rest += chunk
        answer, self.rest = self.rest.split(b"\n", 1)
        return json.loads(answer)

    def ask(self, fn, **args):
        return self.send_line(json.dumps({"fn": fn, "args": args}).encode())

    def ok(self, fn, **args):
        answer = self.ask(fn, **args)
        assert "ok" in answer, "%s %r: %r" % (fn, args, answer)
        return answer["ok"]

    def code(self, fn, **args):
        answer = self.ask(fn, **args)
        assert "error" in answer, "%s %r: %r" % (fn, args, answer)
        return answer["error"]["code"]

    def close(self):
        self.process.stdin.close()
        return self.process.wait(ANSWER_WAIT)


def load_areas():
    """Every lab_*.py beside this file has functions test_*(lab)."""
    here = os.path.dirname(os.path.abspath(__file__))
    for path in sorted(glob.glob(os.path.join(here, "lab_*.py"))):
        name = os.path.splitext(os.path.basename(path))[0]
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for key, value in sorted(vars(module).items()):
            if key.startswith("test_"):
                yield "%s/%s" % (name, key), value


def main():
    lab = Lab(sys.argv[1])
    cases = list(load_areas())
    failed = 0
    print("1..%d" % (len(cases) + 1))
    for number, (name, case) in enumerate(cases, 1):
        try:
            case(lab)
            print("ok %d %s" % (number, name))
        except Exception as error:  # a case that fails must not hide the others
            failed += 1
            print("not ok %d %s" % (number, name))
            print("# " + repr(error).replace("\n", " "))
            if lab.process.poll() is not None:
                lab = Lab(sys.argv[1])
    ended = lab.close() == 0
    print("%sok %d ends with its input" % ("" if ended else "not ", len(cases) + 1))
    return 1 if failed or not ended else 0


if __name__ == "__main__":
    sys.exit(main())
