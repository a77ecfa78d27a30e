/** What snapshot and restore were given wrong was passed over, or told by an error that did not name it; the curve told of caches of no entry. */
import { ConfigError } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

test.each<[string, [path: never, options?: never], RegExp]>([
  ['no path', [undefined as never], /path: .* allowed: the path of a file/],
  ['a path with NUL', ['a\0b' as never], /path: .* allowed: the path of a file/],
  ['an unknown option', ['path' as never, { signl: 1 } as never], /unknown option 'signl'/],
  ['a signal that is none', ['path' as never, { signal: 'none' } as never], /signal: .* allowed: an AbortSignal/],
  ['a listener that is none', ['path' as never, { onProgress: 'none' } as never], /onProgress: .* allowed: a function/],
])('%s is refused by name', async (_, given, message) => {
  for (const operation of ['snapshot', 'restore'] as const) {
    const backend = memoryBackend({ maxEntries: 1 })
    const refused: unknown = await backend[operation](...given).catch((thrown: unknown) => thrown)
    expect(refused).toBeInstanceOf(ConfigError)
    expect(String(refused)).toMatch(message)
    expect(String(refused)).toContain(operation)
  }
})

test('no size of the curve is less than one', () => {
  const backend = memoryBackend({ maxEntries: 1, maxBytes: 2, missRatioCurve: true })
  void backend.get('key', 1)
  const points = backend.missRatioCurve() ?? []
  expect(points.map(({ maxEntries }) => maxEntries)).toEqual([1, 1, 1, 2, 4, 8])
  expect(points.map(({ maxBytes }) => maxBytes)).toEqual([1, 1, 2, 4, 8, 16])
})
