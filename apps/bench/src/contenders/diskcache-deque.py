"""diskcache's Deque and Index at the work of structures.ts: told its folder on its command line, and a round on each line
of standard input; it answers with a line of JSON for each. What it needs is Python and diskcache."""

import json
import os
import sys
import time

import diskcache

VALUE = {'to': 'ada@example.org', 'subject': 'Your weekly digest', 'number': 1}


def cost(work, count):
    used, started = time.process_time(), time.perf_counter()
    for number in range(count):
        work(number)
    return (time.perf_counter() - started) * 1e6 / count, (time.process_time() - used) * 1e6 / count


def run(deque, index, count):
    time_of = {
        'push': cost(lambda number: deque.append(VALUE), count),
        'pull': cost(lambda number: deque.popleft(), count),
        'set': cost(lambda number: index.__setitem__('key:%d' % number, VALUE), count),
        'get': cost(lambda number: index['key:%d' % number], count),
    }
    report = {'endedAtMs': time.monotonic() * 1e3}
    for name, (wall_us, cpu_us) in time_of.items():
        report[name + 'Us'] = wall_us
        report[name + 'CpuUs'] = cpu_us
    return report


def main(directory):
    deque = diskcache.Deque(directory=os.path.join(directory, 'deque'))
    index = diskcache.Index(os.path.join(directory, 'index'))
    print(json.dumps({'version': diskcache.__version__}), flush=True)
    for line in sys.stdin:
        print(json.dumps(run(deque, index, json.loads(line)['amount'])), flush=True)


main(sys.argv[1])
