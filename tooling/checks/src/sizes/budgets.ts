/**
 * What may be brought into a bundle, at most. A budget is what was measured and a little room; raising one is a change to
 * be explained, in docs/decisions/0020-sizes.md where it is core's.
 */
import type { Bundle } from './bundle.ts'

export interface Budget extends Bundle {
  readonly title: string
  /** Of 1,000 bytes, compressed. */
  readonly kilobytes: number
}

export interface MeasuredSize {
  readonly budget: Budget
  readonly bytes: number
}

const CORE = 'packages/core/src/index.ts'

export const BUDGETS: readonly Budget[] = [
  {
    title: '`createCache` of `@stowage/core`, without its codec',
    source: CORE,
    name: 'createCache',
    without: /\/codec\//,
    // Raised by 0.5 for sets of one moment, which are one question, and records that are packed in place; by 0.5 for the
    // first checksums of a process; by 0.5 for options that are looked at before a backend is opened.
    kilobytes: 24.5,
  },
  // These two raised by 0.5 for sets of one moment, which are one question; all of it by 0.5 for bytes of sets that wait; the first by 0.5
  // for loads that leave nothing behind, and deadlines that take no turn; both by 0.5 for loads that hang, and are given up under traffic;
  // all of it by 0.5 for turns of what is awaited in a row, names with an escape, and addresses without their passwords; all of it by 0.5 for
  // values within so many bytes of memory; both by 0.5 for changes that never end, older values that were deleted, and long lists in slices.
  { title: '`createCache` of `@stowage/core`', source: CORE, name: 'createCache', kilobytes: 27.5 },
  { title: '`@stowage/core`, all of it', source: CORE, kilobytes: 37 },
  // Raised by 0.5 for a curve that picks keys by the hash that is kept of each.
  whole('memory', 16.5),
  // Raised by 0.5 for journals that are cut short or replaced in use, full disks of others, and links in the place of folders; by 0.5 for core's
  // checksums of short bytes, and folders made of hard links; by 0.5 for what goes around with less copying; by 0.5 for files that
  // cannot be read while they are swept, empty markers, and times that are on the disk; by 0.5 for large writes that overtake one another; by 1
  // for entries that are written in their place, and contents that stay in memory; by 0.5 for closings that wait, and names of new folders.
  whole('fs', 24),
  // Raised by 1 for notes of uses in lists of numbers; by 2 for copies in memory, values in the place of others, and files that are written over.
  whole('sqlite', 33),
  // Raised by 0.5 for turns of a Cluster that are given up in time, and that reads stay behind; by 0.5 for watches of shared clients and
  // of servers that come back, and calls that are given up while none is there; by 0.5 for reads of many keys in one go; by 0.5 for
  // slots that move behind a walk, and listeners that many caches of a client share; by 0.5 for sets of many keys in one go; by 0.5 for older
  // states of a server, prefixes that are forgotten, and ASKING; by 1 for lost connections that are each ended, those of a Cluster's nodes too, walks
  // over a failover, and what is made good a second time; by 0.5 for connections lost to a server that comes back, questions that have to be
  // answered, and databases that a server has not.
  whole('redis', 23.5),
  // Raised by 0.5 for turns of keys that are written near only, and leases that end with a touch; by 0.5 for walks that say that they go on; by 0.5
  // for keys written behind faster than the far tier answers, and hybrids on one watched tier; by 0.5 for notes of copies that go with them, and
  // a last round of closing.
  whole('hybrid', 12),
  // Raised by 0.5 for who follows a response that is long, renewed or not to be stored, and what a route's functions give; by 1 for
  // departures kept from the handler others wait for, and runs that hang; by 0.5 for heads that are completed behind the cache, and URLs that
  // are rewritten before it.
  whole('express', 21),
  whole('trpc', 7.5),
  { title: '`@stowage/trpc/client`', source: 'packages/trpc/src/client.ts', kilobytes: 1 },
  // Raised by 0.5 for options that are looked at before anything is opened, and addresses in capitals.
  whole('config', 6),
  // Raised by 0.5 for fencing tokens of what is not there, and full queues that drop what is least urgent.
  whole('structures', 14.5),
  { title: '`@stowage/metrics/prometheus`', source: 'packages/metrics/src/prometheus.ts', kilobytes: 4 },
  { title: '`@stowage/metrics/opentelemetry`', source: 'packages/metrics/src/opentelemetry.ts', kilobytes: 4 },
  { title: '`@stowage/metrics/events`', source: 'packages/metrics/src/events.ts', kilobytes: 3 },
  whole('msgpack', 3.5),
]

function whole(folder: string, kilobytes: number): Budget {
  return { title: `\`@stowage/${folder}\``, source: `packages/${folder}/src/index.ts`, kilobytes }
}
