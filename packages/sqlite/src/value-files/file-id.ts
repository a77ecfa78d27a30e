/** The numbers that name value files: random, so that nobody can be there first, and never used again. */
import { randomBytes } from 'node:crypto'

/** As many as a JavaScript number counts exactly. */
const ID_BITS = 53
/** In hexadecimal. */
export const NAME_LENGTH: number = Math.ceil(ID_BITS / 4)

/** Never 0. */
export function newFileId(): number {
  return Number(randomBytes(8).readBigUInt64LE() >> BigInt(64 - ID_BITS)) || newFileId()
}
