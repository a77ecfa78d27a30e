/** A Redis or Valkey server, by what it says of itself. What is recommended stands in docs/operations.md. */
import { bytesText, countText, shareText, spanText } from '../amounts.ts'
import { type Finding, fault, fine, note } from './finding.ts'

/** As a redis backend gives it. */
export interface ServerReport {
  readonly address: string
  /** Of `INFO`, by the server's own names. */
  readonly fields: ReadonlyMap<string, string>
  readonly clockMs: number
  /** By this machine's clock. */
  readonly askedAtMs: number
  readonly tripMs: number
}

const OLDEST = [6, 2] as const
/** By which entries live visibly shorter or longer. */
const MOST_APART_MS = 1_000
const NEARLY_FULL = 0.9

export function serverFindings({ fields, clockMs, askedAtMs, tripMs }: ServerReport): readonly Finding[] {
  return [
    versionFinding(fields),
    roleFinding(fields),
    clockFinding(clockMs - askedAtMs - tripMs / 2, tripMs),
    ...memoryFindings(fields),
    ...persistenceFindings(fields),
    ...clientFindings(fields),
  ]
}

type Fields = ServerReport['fields']

function versionFinding(fields: Fields): Finding {
  const redis = fields.get('redis_version') ?? ''
  const valkey = fields.get('valkey_version')
  const says = valkey === undefined ? `Redis ${redis || 'of unknown version'}` : `Valkey ${valkey}`
  const [major = 0, minor = 0] = redis.split('.').map(Number)
  const isOld = valkey === undefined && (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
  return isOld ? fault('server', says, `Redis ${OLDEST.join('.')} or later, or Valkey`) : fine('server', says)
}

function roleFinding(fields: Fields): Finding {
  const role = fields.get('role') ?? 'unknown'
  const replicas = fields.get('connected_slaves') ?? '0'
  if (role === 'slave')
    return fault('role', 'a replica: writes fail', 'connect to the master, or by Sentinel or Cluster')
  if (fields.get('loading') === '1')
    return note('role', `${role}, still loading its data`, 'wait: until then all are misses')
  return fine('role', `${role}, ${replicas} replicas`)
}

function clockFinding(apartMs: number, tripMs: number): Finding {
  const says = `${Math.round(Math.abs(apartMs))} ms ${apartMs < 0 ? 'behind' : 'ahead of'} this machine's, give or take ${Math.ceil(tripMs / 2)}`
  if (Math.abs(apartMs) - tripMs / 2 <= MOST_APART_MS) return fine('clock', says)
  return fault('clock', says, 'set the clocks (NTP): entries live shorter or longer by as much')
}

function memoryFindings(fields: Fields): readonly Finding[] {
  const usedBytes = Number(fields.get('used_memory') ?? 0)
  const maxBytes = Number(fields.get('maxmemory') ?? 0)
  const policy = fields.get('maxmemory_policy') ?? 'unknown'
  if (maxBytes === 0) {
    return [
      note(
        'memory',
        `${bytesText(usedBytes)} used, not limited`,
        "maxmemory and maxmemory-policy allkeys-lru: without them it grows until the machine's memory ends",
      ),
    ]
  }
  const full = `${bytesText(usedBytes)} of ${bytesText(maxBytes)} used, ${shareText(usedBytes, maxBytes)}`
  const evicted = Number(fields.get('evicted_keys') ?? 0)
  const eviction = evicted === 0 ? '' : `, ${countText(evicted)} keys evicted since it began`
  const memory =
    policy === 'noeviction' && usedBytes > NEARLY_FULL * maxBytes
      ? fault('memory', full, 'more maxmemory, or maxmemory-policy allkeys-lru: writes are about to fail')
      : fine('memory', `${full}${eviction}`)
  return [memory, policyFinding(policy)]
}

function policyFinding(policy: string): Finding {
  if (policy === 'noeviction') {
    return fault('eviction', policy, 'maxmemory-policy allkeys-lru: with noeviction writes fail once it is full')
  }
  if (policy.endsWith('-random')) {
    return note(
      'eviction',
      policy,
      'maxmemory-policy allkeys-lru: at random the bookkeeping may go, and all are misses once',
    )
  }
  return fine('eviction', policy)
}

function persistenceFindings(fields: Fields): readonly Finding[] {
  const isSaved = fields.get('rdb_last_bgsave_status') !== 'err'
  const isAppended = fields.get('aof_last_write_status') !== 'err'
  if (!isSaved || !isAppended) {
    const what = isSaved ? 'the append-only file' : 'the last snapshot'
    return [
      fault('persistence', `writing ${what} failed`, "make room on the server's disk: it may refuse writes until then"),
    ]
  }
  if (fields.get('aof_enabled') === '1') return [fine('persistence', 'append-only file')]
  const savedAtMs = 1_000 * Number(fields.get('rdb_last_save_time') ?? 0)
  const unsaved = Number(fields.get('rdb_changes_since_last_save') ?? 0)
  const since = `last snapshot ${spanText(Math.max(0, Date.now() - savedAtMs))} ago, ${countText(unsaved)} changes since`
  return [
    note(
      'persistence',
      `snapshots only: ${since}`,
      'appendonly yes, where a restart of the server must not cost entries',
    ),
  ]
}

function clientFindings(fields: Fields): readonly Finding[] {
  const clients = fields.get('connected_clients')
  const most = fields.get('maxclients')
  if (clients === undefined || most === undefined) return []
  const says = `${countText(Number(clients))} of ${countText(Number(most))} connected`
  if (Number(clients) <= NEARLY_FULL * Number(most)) return [fine('clients', says)]
  return [fault('clients', says, 'more maxclients, or find who keeps so many connections')]
}
