/** Names of kinds: what they may be, and records that have a value for each of them. */
import { ConfigError, describe } from '@stowage/core'

/** Folders and key prefixes are called so. */
const ALLOWED = /^[a-z][a-z0-9_-]{0,63}$/i
/** Properties of the caches object, and the one that would make a promise of it. */
const TAKEN = ['mode', 'stats', 'close', 'then']

/** @throws ConfigError for a name that cannot be a folder's, that is taken, or that differs from another in case only. */
export function kindNames<Kind extends string>(kinds: Readonly<Record<Kind, unknown>>): readonly Kind[] {
  if (typeof kinds !== 'object' || kinds === null) {
    throw new ConfigError(`kinds: ${describe(kinds)} is not allowed; allowed: an object with settings for each kind`)
  }
  const isKind = (name: string): name is Kind => Object.hasOwn(kinds, name)
  const names = Object.keys(kinds).filter(isKind)
  if (names.length === 0) {
    throw new ConfigError('kinds: none is given; allowed: settings for one or more, e.g. { pages: { ttl: "1h" } }')
  }
  const wrong = names.find((name) => !ALLOWED.test(name) || TAKEN.includes(name))
  if (wrong !== undefined) {
    throw new ConfigError(
      `kinds: ${describe(wrong)} cannot be the name of a kind; allowed: a letter, then up to 63 letters, digits, - and _, but not ${TAKEN.join(', ')}`,
    )
  }
  const folders = names.map((name) => name.toLowerCase())
  const twin = names.find((name, at) => folders.indexOf(name.toLowerCase()) < at)
  if (twin === undefined) return names
  throw new ConfigError(
    `kinds: '${twin}' differs from another kind in case only; allowed: names of folders that differ on every disk`,
  )
}

/** @throws RangeError when a kind has no value, which only a fault in here could bring. */
export function wholeRecord<Kind extends string, T>(
  part: Partial<Record<Kind, T>>,
  kinds: readonly Kind[],
): Readonly<Record<Kind, T>> {
  if (isWhole(part, kinds)) return part
  throw new RangeError(`not all of ${kinds.join(', ')} are there`)
}

function isWhole<Kind extends string, T>(
  part: Partial<Record<Kind, T>>,
  kinds: readonly Kind[],
): part is Record<Kind, T> {
  return kinds.every((kind) => part[kind] !== undefined)
}
