/** What services keep beside a cache is listed, checked and put right, and looking begins nothing. */
import { existsSync } from 'node:fs'
import { createLock, createQueue } from '@stowage/structures'
import { expect, test } from 'vitest'
import { backendAt, filledStore } from './stores.ts'
import { stowage, stowageJson } from './stowage.ts'

async function withStructures(): Promise<string> {
  const path = await filledStore('sqlite', (cache) => cache.set('a', 1))
  const backend = backendAt('sqlite', path)
  const queue = createQueue<string>(backend, 'mails', { maxTries: 1 })
  await queue.pushMany([{ value: 'ready' }, { value: 'delayed', delay: '1h' }, { value: 'fails', priority: 1 }])
  await (await queue.pull())?.nack()
  await createLock(backend, 'nightly').acquire()
  await backend.spaces?.commit('toy\u001b', { expect: [], changes: [put('k', 'v')], isTold: false }, Date.now())
  await backend.close()
  return path
}

function put(key: string, value: string) {
  return { do: 'put', key, value, moveCount: 0 } as const
}

test('lists what there is, by kind and name, and what is not a structure of this package', async () => {
  const path = await withStructures()
  expect(await stowageJson(['structures', path])).toEqual([
    { kind: 'lock', name: 'nightly', records: 1, figures: { holders: 1, waiting: 0 } },
    { kind: 'queue', name: 'mails', records: 4, figures: { ready: 1, waiting: 1, dead: 1 } },
    { kind: 'other', name: 'toy\u001b', records: 1, figures: {} },
  ])
  const { out } = await stowage(['structures', path])
  expect(out).toContain('queue   mails       4   1 ready, 1 waiting, 1 dead')
  expect(out).toContain('toy\\u001b')
  expect(out).not.toContain('\u001b')
})

test('a store without any is left so; one that can have none is told', async () => {
  const path = await filledStore('sqlite', (cache) => cache.set('a', 1))
  expect(await stowage(['structures', path])).toEqual({ code: 0, out: '  none\n', err: '' })
  expect(existsSync(`${path}.spaces`)).toBe(false)
  const folder = await filledStore('fs', (cache) => cache.set('a', 1))
  expect(await stowage(['structures', folder])).toMatchObject({ code: 2, out: '' })
})

test('damage is told by the exit code, and put right where that loses nothing', async () => {
  const path = await withStructures()
  expect(await stowage(['structures', path, '--check'])).toMatchObject({ code: 0 })
  const backend = backendAt('sqlite', path)
  const length = { expect: [], changes: [put('c/length', '9')], isTold: false }
  await backend.spaces?.commit('queue:mails', length, Date.now())
  await backend.spaces?.commit('lock:nightly', { ...length, changes: [put('h', '?')] }, Date.now())
  await backend.close()
  const { code, out } = await stowage(['structures', path, '--check'])
  expect({ code, out }).toMatchObject({ code: 1 })
  expect(out).toContain('1 wrong')
  expect((await stowage(['structures', path])).out).toContain('holders unreadable')
  expect((await stowage(['structures', path, '--repair'])).code).toBe(2)
  expect((await stowage(['structures', path, '--repair', '--yes'])).code).toBe(1)
  expect((await stowage(['structures', path, '--check'])).out).toContain('1 torn')
})
