/** What a shell does with the output: takes as much as it likes, and no more. */
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { createCache } from '@stowage/core'
import { expect, onTestFinished, test, vi } from 'vitest'
import { runCommand } from '../src/run-command.ts'
import { writeLine } from '../src/terminal.ts'
import { backendAt, newPath } from './stores.ts'
import { start, stowage } from './stowage.ts'

/** More than a pipe holds, so that whoever lists it is still writing when its reader has had the first of it. */
async function manyKeys(): Promise<string> {
  const path = newPath('sqlite')
  const cache = createCache({ backend: backendAt('sqlite', path), ttl: '1h' })
  await cache.setMany(Array.from({ length: 4_000 }, (_, at) => [`${'k'.repeat(200)}${at}`, at]))
  await cache.close()
  return path
}

test('Ctrl-C ends a listing at its next line', async () => {
  const child = start(['keys', await manyKeys()])
  const said = text(child.stderr)
  await once(child.stdout, 'data')
  child.stdout.pause()
  child.kill('SIGINT')
  const [rest] = await Promise.all([text(child.stdout), once(child, 'close')])
  expect([child.exitCode, await said]).toEqual([130, 'stowage: interrupted\n'])
  expect(rest.split('\n').length).toBeLessThan(4_000)
})

test('what is written waits for a reader that is slow', async () => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(false)
  onTestFinished(() => write.mockRestore())
  let isWritten = false
  const writing = writeLine('text').then(() => {
    isWritten = true
  })
  await new Promise(setImmediate)
  expect(isWritten).toBe(false)
  process.stdout.emit('drain')
  await writing
  expect(write.mock.calls).toEqual([['text\n']])
})

test.each([[[]], [['--json']]])('a reader that has enough ends the command without a word: keys %j', async (how) => {
  const child = start(['keys', await manyKeys(), ...how])
  const said = text(child.stderr)
  await once(child.stdout, 'data')
  child.stdout.destroy()
  await once(child, 'close')
  expect([child.exitCode, await said]).toEqual([0, ''])
})

test.each(['0', '-1', '1.5', 'x', '1e99', ''])('--limit %j is refused, and what is allowed is said', async (limit) => {
  const { code, err } = await stowage(['keys', newPath('sqlite'), `--limit=${limit}`])
  expect(code).toBe(2)
  expect(err).toContain('allowed: whole numbers from 1')
})

test('arguments that are none are refused, and those of the process not taken', async () => {
  const err = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  onTestFinished(() => err.mockRestore())
  expect(await Reflect.apply(runCommand, undefined, [])).toBe(2)
  expect(err.mock.calls.join('')).toContain('args: undefined is not allowed; allowed: an array of texts')
})
