/**
 * Regression: what core checks (`ttl`, `tags`, `onFault`, a codec of one's own, the clock) was looked at when the stores of earlier kinds, and that
 * of the kind itself, had been opened and their files made; a tool that looks at a kind's store was not told of it at all.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type CachesSettings, createCaches, type KindSettings, kindStore } from '../../src/index.ts'

/** As a file of JavaScript may have it. */
function untyped(settings: object): KindSettings {
  return settings
}

function settingsWith(wrong: object): CachesSettings<string> {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-config-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return {
    directory: join(folder, 'cache'),
    defaults: { backend: 'sqlite', ttl: '1h' },
    kinds: { good: {}, bad: untyped(wrong) },
  }
}

test.each([
  ['ttl', '1 hour'],
  ['version', 5],
  ['tags', 'one'],
  ['jitter', 7],
  ['staleWhileRevalidate', 'long'],
  ['onFault', 'ignore'],
  ['codec', {}],
  ['maxEntryBytes', 'much'],
  ['singleFlight', 'all'],
])('a wrong %s is told before anything is opened', async (name, value) => {
  const settings = settingsWith({ [name]: value })
  await expect(createCaches(settings)).rejects.toThrow(`kinds.bad.${name}: `)
  expect(existsSync(settings.directory ?? '')).toBe(false)
  await expect(kindStore(settings, 'bad')).rejects.toThrow(`kinds.bad.${name}: `)
})

test('a wrong clock is told as what all kinds share', async () => {
  const settings = settingsWith({})
  const opening: unknown = Reflect.apply(createCaches, undefined, [{ ...settings, clock: 5 }])
  await expect(opening).rejects.toThrow(/^clock: 5 is not a clock/)
  expect(existsSync(settings.directory ?? '')).toBe(false)
})
