/**
 * On what filesystem a path lies, by the table of mounts that Linux shows each process. Other systems have none in a file: there
 * nothing is said.
 */
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

export interface Mount {
  readonly point: string
  /** As the kernel calls it: `ext4`, `nfs4`, `fuse.sshfs`. */
  readonly type: string
  readonly isReadOnly: boolean
}

const TABLE = '/proc/self/mountinfo'

export function mountOf(path: string): Mount | undefined {
  if (!existsSync(TABLE)) return undefined
  return mountIn(readFileSync(TABLE, 'utf8'), realpathSync(nearestThere(path)))
}

/** @param table as in proc(5): `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue` */
export function mountIn(table: string, path: string): Mount | undefined {
  let found: Mount | undefined
  for (const line of table.split('\n')) {
    const [left = '', right = ''] = line.split(' - ')
    const [, , , , pointText, options = ''] = left.split(' ')
    const [type, , superOptions = ''] = right.split(' ')
    if (pointText === undefined || type === undefined) continue
    const point = pointText.replace(/\\(\d{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)))
    const isOver = path === point || path.startsWith(point.endsWith('/') ? point : `${point}/`)
    // Of two at one point the later one lies on top.
    if (!isOver || point.length < (found?.point.length ?? 0)) continue
    found = { point, type, isReadOnly: [options, superOptions].some((text) => text.split(',').includes('ro')) }
  }
  return found
}

/** The path, or what of it is there: what is not there yet would lie on the same filesystem. */
export function nearestThere(path: string): string {
  let there = resolve(path)
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there)
  return there
}
