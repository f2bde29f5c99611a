# SPDX-License-Identifier: GPL-3.0-or-later
"""One line of JSON for each figure, as the C programs print it."""
import json
import os


def say(name, figure, unit, beside, reference, ratio, reach, n=None, **more):
    line = {'name': name, 'figure': round(figure, 3), 'unit': unit, 'reference': round(reference, 3), 'beside': beside,
            'ratio': round(ratio, 3), 'reach': reach}
    if n is not None:
        line['n'] = n
    line.update((key, value) for key, value in more.items() if value is not None)
    line['machine'] = '%d cores' % os.cpu_count()
    print(json.dumps(line), flush=True)
