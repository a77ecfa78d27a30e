/**
 * Where damage had made the length of a value file no number, its key could be neither read nor written nor checked any more; where it had
 * made it a large one, the store believed to have room without end.
 */
import { createCache } from '@stowage/core'
import { expect, test } from 'vitest'
import { alter } from '../inspection.ts'
import { attach, newPath } from '../stores.ts'

test.each(['1000000000000000', '9223372036854775807', '-1', "'text'", '1.5', "x'00'"])(
  '%s is no length',
  async (length) => {
    const path = newPath()
    const backend = attach(path)
    const cache = createCache({ backend, ttl: '1h', onFault: 'throw' })
    for (const key of ['read', 'checked', 'written']) await cache.set(key, 'x'.repeat(200_000))
    alter(path, `UPDATE stowage_file_v1 SET size_bytes = ${length}`)
    expect(await cache.get('read')).toBeUndefined()
    expect(await cache.set('written', 'y'.repeat(200_000))).toEqual({ outcome: 'stored' })
    expect(await cache.check({ repair: true })).toMatchObject({ torn: 1 })
    expect(await cache.check()).toMatchObject({ entries: 1, torn: 0, wrong: 0, orphans: 0 })
    expect(await cache.get('written')).toBe('y'.repeat(200_000))
    await cache.close()
    expect(await createCache({ backend: attach(path, { begin: 'refuse' }), ttl: '1h' }).get('written')).toBeDefined()
  },
)
