/** At a terminal, and after a command: nothing of what is stored steers it, and nothing of the command stays. */
import { createCache } from '@stowage/core'
import { expect, test } from 'vitest'
import { runCommand } from '../src/run-command.ts'
import { backendAt, newPath } from './stores.ts'
import { stowage } from './stowage.ts'
import { terminalAs } from './terminal.ts'

const TITLE = '\u001b]0;owned\u0007'

async function filled(): Promise<string> {
  const path = newPath('sqlite')
  const cache = createCache({ backend: backendAt('sqlite', path), ttl: '1h' })
  await cache.set('text', TITLE)
  await cache.close()
  return path
}

test('a text with control characters is shown harmless at a terminal, and as it is to a pipe', async () => {
  const path = await filled()
  expect((await stowage(['get', path, 'text'])).out).toBe(`${TITLE}\n`)
  const shown = terminalAs('stdout')
  expect(await runCommand(['get', path, 'text'])).toBe(0)
  expect(shown()).toBe('\\u001b]0;owned\\u0007\n')
})

test('no command leaves anything that hears of signals, or of the output', async () => {
  const path = await filled()
  const heard = () => ['SIGINT', 'SIGTERM'].map((signal) => process.listenerCount(signal))
  const before = [...heard(), process.stdout.listenerCount('error')]
  for (const args of [['get', path, 'text'], ['get', path, 'none'], ['keys', path], ['get']]) await stowage(args)
  expect([...heard(), process.stdout.listenerCount('error')]).toEqual(before)
})
