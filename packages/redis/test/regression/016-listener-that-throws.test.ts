// A listener of removals that threw had an invalidation by pattern fail that had taken out what it covers, and nobody else heard of it.
import { randomUUID } from 'node:crypto'
import { createCache } from '@stowage/core'
import { describeWithRedis } from '@stowage/test-servers'
import { expect, onTestFinished, test, vi } from 'vitest'
import { redisBackend } from '../../src/index.ts'

describeWithRedis('a listener that throws', (url) => {
  test('hurts neither the others nor the invalidation, and is told of', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
    const backend = redisBackend({ url, prefix: `test:${randomUUID()}:` })
    const cache = createCache({ backend, ttl: '1m' })
    onTestFinished(() => cache.close())
    onTestFinished(() => warn.mockRestore())
    const heard: string[] = []
    backend.onRemoval(() => {
      throw new Error('the listener failed')
    })
    backend.onRemoval((key) => heard.push(key))
    await cache.setMany([
      ['a1', 1],
      ['a2', 2],
    ])
    await cache.invalidate({ pattern: 'a*' })
    expect(heard.sort()).toEqual(['a1', 'a2'])
    expect(await cache.get('a1')).toBeUndefined()
    const warned = warn.mock.calls.filter(([text]) => String(text).includes('the listener failed'))
    expect(warned).toHaveLength(1)
  })
})
