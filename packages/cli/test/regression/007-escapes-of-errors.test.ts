/** Regression: `get` wrote the stack of a stored Error, the source of a RegExp and the name of a format to a terminal as they are, with what steers it. */
import { type Codec, createCache, jsonCodec } from '@stowage/core'
import { expect, test } from 'vitest'
import { runCommand } from '../../src/run-command.ts'
import { backendAt, filledStore, newPath } from '../stores.ts'
import { stowage } from '../stowage.ts'
import { replaceIn, terminalAs } from '../terminal.ts'

const TITLE = '\u001b]0;owned\u0007'

test.each<[string, unknown]>([
  ['an Error', new Error(`boom ${TITLE}\nnext`)],
  ['a RegExp', new RegExp(`x${TITLE}y`)],
  ['an Error in an array', [{ deep: new Error(TITLE) }]],
])('what is in %s reaches no terminal', async (_, value) => {
  const path = await filledStore('sqlite', (cache) => cache.set('key', value))
  const shown = terminalAs('stdout')
  replaceIn(process.stdout, 'hasColors', () => true)
  expect(await runCommand(['get', path, 'key'])).toBe(0)
  expect(shown()).toContain(String.raw`\u001b]0;owned`)
  expect(shown()).not.toMatch(/(?!\n)\p{Cc}/u)
})

test('what has nothing of the sort is coloured', async () => {
  const path = await filledStore('sqlite', (cache) => cache.set('key', { n: 7, text: TITLE }))
  const shown = terminalAs('stdout')
  replaceIn(process.stdout, 'hasColors', () => true)
  expect(await runCommand(['get', path, 'key'])).toBe(0)
  expect(shown()).toContain('\u001b[33m7\u001b[39m')
  expect(shown()).not.toContain(TITLE)
})

test('the name of a format is harmless', async () => {
  const path = newPath('sqlite')
  const codec: Codec = { ...jsonCodec, encode: (value) => ({ ...jsonCodec.encode(value), format: TITLE }) }
  const cache = createCache({ backend: backendAt('sqlite', path), ttl: '1h', codec })
  await cache.set('key', 'value')
  await cache.close()
  expect((await stowage(['get', path, 'key', '--facts'])).out).not.toContain(TITLE)
})
