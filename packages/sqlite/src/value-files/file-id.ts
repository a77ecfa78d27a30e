/** The numbers that name value files: random, so that nobody can be there first, and never used again. And where each is. */
import { join } from 'node:path'

/** As many as a JavaScript number counts exactly. */
const ID_BITS = 53
/** In hexadecimal. */
const NAME_LENGTH = Math.ceil(ID_BITS / 4)

/** Never 0. */
export function newFileId(): number {
  const [bits = 0n] = crypto.getRandomValues(new BigUint64Array(1))
  return Number(bits >> BigInt(64 - ID_BITS)) || newFileId()
}

export function folderOf(databasePath: string): string {
  return `${databasePath}-values`
}

/** In one of sixteen folders, so that none gets too long a list. */
export function pathOf(folder: string, id: number): string {
  const name = id.toString(16).padStart(NAME_LENGTH, '0')
  return join(folder, name.slice(-1), name)
}
