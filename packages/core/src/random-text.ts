/**
 * Random text that nobody can foresee, for names and tokens that are made at every call: of a pool, since asking the system takes
 * 2 us each time, which is a twentieth of a lone call to Redis, and taking from the pool a twentieth of that.
 */

const POOL_BYTES = 4_096

let pool: ReturnType<typeof Buffer.alloc> | undefined
let nextAt = POOL_BYTES

/** @param byteCount of randomness, at most 4,096; the text is longer. */
export function randomText(byteCount: number, encoding: 'hex' | 'base64url'): string {
  pool ??= Buffer.alloc(POOL_BYTES)
  if (nextAt + byteCount > POOL_BYTES) {
    crypto.getRandomValues(pool)
    nextAt = 0
  }
  const at = nextAt
  nextAt += byteCount
  return pool.toString(encoding, at, nextAt)
}
