/** Regression: `signal` was seen with the next part only, so that a source that said nothing more held the write and its file for ever. */
import { readdirSync } from 'node:fs'
import { fsBackend } from '@stowage/fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { newDirectory } from '../stores.ts'

function opened() {
  const directory = newDirectory()
  const files = fsBackend({ directory })
  onTestFinished(() => files.close())
  const temps = () => readdirSync(directory, { recursive: true }).filter((name) => /\/t\./.test(String(name)))
  return { files, temps }
}

test('a write is ended while its source is silent, leaves nothing, and the source is told', async () => {
  const { files, temps } = opened()
  const abort = new AbortController()
  const told = vi.fn(() => Promise.reject(new Error('no end')))
  const next = vi
    .fn()
    .mockResolvedValueOnce({ done: false, value: Buffer.from('part') })
    .mockImplementationOnce(() => {
      queueMicrotask(() => abort.abort())
      return new Promise(() => undefined)
    })
  const silent: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => ({ next, return: told }) }
  await expect(files.setStream('key', silent, { ttl: '1h', signal: abort.signal })).rejects.toThrow(/abort/i)
  expect(told).toHaveBeenCalledOnce()
  expect(temps()).toEqual([])
  expect(await files.getStream('key')).toBeUndefined()
})

test('a signal that is aborted before asks nothing of the source', async () => {
  const { files } = opened()
  const next = vi.fn()
  const source: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => ({ next }) }
  await expect(files.setStream('key', source, { ttl: '1h', signal: AbortSignal.abort() })).rejects.toThrow(/abort/i)
  expect(next).not.toHaveBeenCalled()
})

test('a signal that stays quiet changes nothing, and nothing is left on it', async () => {
  const { files } = opened()
  const { signal } = new AbortController()
  const [added, removed] = [vi.spyOn(signal, 'addEventListener'), vi.spyOn(signal, 'removeEventListener')]
  const source = (async function* () {
    yield Buffer.from('one')
    yield Buffer.from('two')
  })()
  expect(await files.setStream('key', source, { ttl: '1h', signal })).toBe('stored')
  expect((await files.getStream('key'))?.sizeBytes).toBe(6)
  expect(added).toHaveBeenCalled()
  expect(removed).toHaveBeenCalledTimes(added.mock.calls.length)
})
