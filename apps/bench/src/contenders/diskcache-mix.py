"""diskcache at the mix of mix-job.ts: a process of it is told its folder and shape on its command line, and a round
on each line of standard input; it answers with a line of JSON for each. What it needs is Python and diskcache."""

import json
import random
import sys
import time

import diskcache

NAMES = ('get', 'set', 'delete')


def key_at(at):
    return 'key:%d' % at


def value_of(key, number, least, most):
    return (key + '=').ljust(least + number % (most - least + 1), 'x')


def is_sound(found, key, most):
    return isinstance(found, str) and found.startswith(key + '=') and len(found) <= most


def percentile(sorted_us, share):
    return sorted_us[(len(sorted_us) - 1) * share // 100] if sorted_us else 0


def run(cache, task, key_count, least, most):
    calls = {'get': cache.get, 'set': cache.set, 'delete': cache.delete}
    spent_us = {name: [] for name in NAMES}
    draws = random.Random(task['round'])
    wrong_count = 0
    time.sleep(max(0, task['startAtMs'] / 1e3 - time.monotonic()))
    for done in range(task['amount']):
        key = key_at(int(draws.random() * key_count))
        draw = draws.random()
        name = 'get' if draw < 0.9 else 'set' if draw < 0.99 else 'delete'
        arguments = (key, value_of(key, done, least, most)) if name == 'set' else (key,)
        call = calls[name]
        started = time.perf_counter()
        found = call(*arguments)
        spent_us[name].append((time.perf_counter() - started) * 1e6)
        if name == 'get' and found is not None and not is_sound(found, key, most):
            wrong_count += 1
    ended_at_ms = time.monotonic() * 1e3
    report = {'callCount': task['amount'], 'wrongCount': wrong_count, 'endedAtMs': ended_at_ms}
    for name in NAMES:
        ordered = sorted(spent_us[name])
        for share in (50, 90, 99):
            report['%sP%dUs' % (name, share)] = percentile(ordered, share)
    return report


def main(directory, key_count, least, most):
    with diskcache.Cache(directory) as cache:
        for at in range(key_count):
            cache.set(key_at(at), value_of(key_at(at), at, least, most))
        print(json.dumps({'version': diskcache.__version__}), flush=True)
        for line in sys.stdin:
            print(json.dumps(run(cache, json.loads(line), key_count, least, most)), flush=True)


main(sys.argv[1], *map(int, sys.argv[2:5]))
