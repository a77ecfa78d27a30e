/**
 * The floors of @stowage/core from the roof to the ground. A file imports from its own floor or from those below it.
 * A name is a file of packages/core/src without its extension, or a folder, which then stands for all files in it.
 * A file that is not listed fails the check: place it here. `testing` stands outside of the house and may look at all.
 */
export const CORE_FLOORS: readonly (readonly string[])[] = [
  ['index'],
  ['cache', 'query', 'warmer'],
  ['bulk-calls'],
  ['call-space'],
  ['face'],
  // The trips, from those made of others to what they are made of.
  ['atomic', 'fast-path', 'listing', 'load-many', 'retime', 'wrap'],
  ['load'],
  ['load-flight'],
  ['load-run', 'load-wait'],
  ['load-context', 'load-lease', 'read', 'write'],
  ['core'],
  // The rooms they share.
  [
    'breaker',
    'cache-plan',
    'call-arguments',
    'checksum',
    'deadline',
    'events',
    'fault-policy',
    'key-turns',
    'pending-invalidations',
    'plan',
    'read-batch',
    'record',
    'retention',
    'retry-backoff',
    'same-moment',
    'single-flight',
    'stats',
    'target',
    'waiting-line',
    'write-batch',
  ],
  ['options', 'time-summary'],
  // The seam, and the pure rules it is described with.
  ['bus-message', 'lease-life', 'removal-listeners', 'target-cover'],
  ['bus'],
  ['backend'],
  [
    'codec',
    'freshness',
    'glob',
    'key',
    'key-part',
    'key-pattern',
    'limits',
    'listeners',
    'schema',
    'served',
    'spaces',
    'ttl',
  ],
  ['work-scope'],
  ['clock-map', 'crc32', 'load-abort', 'random-text'],
  ['builtins', 'clock', 'errors', 'gate', 'maybe-promise', 'own-text', 'pace', 'vocabulary', 'without-password'],
]
