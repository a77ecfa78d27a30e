/** The words, in the order in which a reader of the tabs meets them. */

export interface GlossaryEntry {
  readonly word: string
  readonly meaning: string
  /** Where it is to be seen in the playground. */
  readonly seen?: string
}

export const GLOSSARY: readonly GlossaryEntry[] = [
  {
    word: 'Hit',
    meaning: 'Answered from the cache, within the answer’s ttl.',
    seen: 'The green badge of a panel, with the tier that held the answer and its age.',
  },
  {
    word: 'Miss',
    meaning:
      'Not answered from the cache. Each has a reason: absent, expired, invalidated, undecodable, changed, or a fault.',
  },
  {
    word: 'Stale',
    meaning: 'Past its ttl, and served all the same while one load refreshes it behind.',
    seen: 'A panel of Analytics that nobody has asked for in an hour.',
  },
  {
    word: 'Ttl',
    meaning: 'How long an answer is fresh. It is given for every cache: nobody gets “forever” by accident.',
    seen: 'The rule in words at the head of Dashboard, Analytics and Summary.',
  },
  {
    word: 'Loader, load',
    meaning: 'The function that makes an answer when there is none; here, one SQL query by DuckDB.',
    seen: 'The blue badge, with how long it took. “Source queries” counts them.',
  },
  {
    word: 'Joined',
    meaning:
      'Somebody else was loading the same answer already, and this request shared it: one load per key, however many ask.',
    seen: 'Two browsers that open the same cold page at once.',
  },
  {
    word: 'Tag',
    meaning: 'A name on an answer by which it can be invalidated together with others, without knowing their keys.',
  },
  {
    word: 'Invalidate',
    meaning: 'Never served again, and no load that began before can bring it back.',
    seen: 'The refresh button of a panel.',
  },
  { word: 'Expire', meaning: 'Made stale now: still served where stale answers are, and refreshed behind.' },
  {
    word: 'Fingerprint',
    meaning:
      'What an answer was made from: the flight file and the SQL. An answer made from something else is a miss, “changed”, also after a restart.',
  },
  {
    word: 'Backend, tier',
    meaning:
      'Where answers are kept: memory, files, sqlite or Redis. A tier is a backend’s place in a hybrid, nearest first.',
  },
  {
    word: 'Promotion',
    meaning: 'A near tier’s copy of what a farther one had, with the same end of life.',
    seen: 'After a restart: “hit · sqlite” first, “hit · memory” from then on.',
  },
  { word: 'Eviction', meaning: 'Removed to make room. Not expiry, which is by time.' },
  { word: 'Lease', meaning: 'The right to write a key as of the moment it was taken; any invalidation ends it.' },
  { word: 'Codec', meaning: 'How values become bytes and the same values again.' },
  { word: 'Warming', meaning: 'Loading answers ahead of need, a few at a time, with progress and time left.' },
  {
    word: 'Fault',
    meaning: 'A backend failed or was too slow: counted, told, and worked around. Reads become misses.',
  },
]
