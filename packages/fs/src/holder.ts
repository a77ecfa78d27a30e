/**
 * Who holds something in the folder: one open backend, known by a random id and the process it lives in. Process numbers are used
 * again, so on Linux a process is known by its number and the tick it was started at; and numbers mean something only in
 * one pid namespace (container). What was there before the machine was started anew is dead.
 */
import { closeSync, constants, lstatSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { randomText } from '@stowage/core'
import { openBookkeeping } from './bookkeeping-file.ts'
import { codeOf } from './file-error.ts'
import { writeWhole } from './whole-file.ts'

export interface Holder {
  readonly id: string
  readonly pid: number
  /** Undefined where the system does not tell. */
  readonly startedAt: string | undefined
  /** Which start of the machine it is of. */
  readonly boot: string | undefined
  /** In which pid numbers mean the same (the pid namespace); undefined where there is no such thing. */
  readonly space: string | undefined
}

export type Life = 'alive' | 'dead' | 'unknown'

const SILENT_MS = 3_600_000

const isLinux: boolean = process.platform === 'linux'
const boot: string | undefined = isLinux
  ? textOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'))
  : undefined
const space: string | undefined = isLinux ? textOf(() => readlinkSync('/proc/self/ns/pid')) : undefined

/** Another one, as good as always, for each start of the machine; never zero. */
export const startNumber: number = 1 + Number.parseInt(boot?.slice(0, 8) ?? '0', 16)

export function newHolderId(): string {
  return randomText(8, 'hex')
}

/** Writes down who this is. */
export function enrol(folder: string, id: string): void {
  const holder: Holder = { id, pid: process.pid, startedAt: startOf(process.pid), boot, space }
  writeWhole(`${folder}/${id}`, JSON.stringify(holder))
}

/** The holder a file tells of; undefined when there is no file, or it says nothing of the kind. */
export function readHolder(path: string): Holder | undefined {
  const descriptor = openBookkeeping(path, constants.O_RDONLY)
  if (typeof descriptor !== 'number') return undefined
  try {
    const found: unknown = JSON.parse(readFileSync(descriptor, 'utf8'))
    return isHolder(found) ? found : undefined
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined
    throw thrown
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Of the holder with that id; one that has left is dead. So is one that cannot be asked (of another container) and that has not
 * taken the lock for long: should it live, it enrols again.
 */
export function lifeOfId(folder: string, id: string): Life {
  const path = `${folder}/${id}`
  const holder = readHolder(path)
  const life = holder === undefined ? 'dead' : lifeOf(holder)
  if (life !== 'unknown') return life
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats === undefined || Date.now() - stats.ctimeMs > SILENT_MS ? 'dead' : 'unknown'
}

export function lifeOf(holder: Holder): Life {
  // The machine was started anew since.
  if (holder.boot !== boot) return 'dead'
  if (holder.space !== space) return 'unknown'
  if (!isLinux) return isThere(holder.pid) ? 'alive' : 'dead'
  const startedAt = startOf(holder.pid)
  return startedAt !== undefined && startedAt === holder.startedAt ? 'alive' : 'dead'
}

export function isHolderId(text: string): boolean {
  return /^[0-9a-f]{16}$/.test(text)
}

function isHolder(found: unknown): found is Holder {
  return (
    typeof found === 'object' &&
    found !== null &&
    'id' in found &&
    typeof found.id === 'string' &&
    isHolderId(found.id) &&
    'pid' in found &&
    typeof found.pid === 'number'
  )
}

/** The tick a process was started at (proc(5), field 22); undefined for one that is not there, or only waits to be buried. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name of the program, in parentheses, may hold anything.
    const [state = 'Z', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' || state === 'X' ? undefined : fields[18]
  } catch (thrown) {
    const code = codeOf(thrown)
    if (code === 'ENOENT' || code === 'ESRCH') return undefined
    throw thrown
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return codeOf(thrown) !== 'ESRCH'
  }
}

function textOf(read: () => string): string | undefined {
  try {
    return read().trim()
  } catch {
    return undefined // No /proc: holders are then known by their numbers and the time they take.
  }
}

/** When a name was last given to, or taken from, the file: as long as it stays, one holding goes on. */
export function holdingMark(path: string): string | undefined {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false })
  return stats === undefined ? undefined : `${stats.ino} ${stats.ctimeNs}`
}
