/** What services keep beside a cache is listed, checked and put right, and looking begins nothing. */
import { existsSync } from 'node:fs'
import { createAverager, createCounter, createIndex, createLock, createQueue, throttle } from '@stowage/structures'
import { expect, test } from 'vitest'
import { backendAt, filledStore } from './stores.ts'
import { saying, stowage, stowageJson } from './stowage.ts'

const SOME: unknown = expect.any(Number)

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
    { kind: 'lock', name: 'nightly', records: 1, figures: { holders: 1, waiting: 0, endsInMs: SOME } },
    { kind: 'queue', name: 'mails', records: 4, figures: { ready: 1, waiting: 1, dead: 1 } },
    { kind: 'other', name: 'toy\u001b', records: 1, figures: {} },
  ])
  const { out } = await stowage(['structures', path])
  expect(out).toContain('queue   mails       1 ready, 1 pulled or delayed, 1 dead')
  expect(out).toMatch(/lock {4}nightly {5}held, for (29s|30s) unless renewed/)
  expect(out).toContain('toy\\u001b')
  expect(out).not.toContain('\u001b')
})

test('a store without any is left so; one that can have none is told', async () => {
  const path = await filledStore('sqlite', (cache) => cache.set('a', 1))
  expect(await stowage(['structures', path])).toEqual({ code: 0, out: '  none\n', err: '' })
  expect(await stowage(['structures', path, '--check'])).toEqual({ code: 0, out: '  in order\n', err: '' })
  expect(existsSync(`${path}.spaces`)).toBe(false)
  const folder = await filledStore('fs', (cache) => cache.set('a', 1))
  expect(await stowage(['structures', folder])).toMatchObject({
    code: 2,
    out: '',
    err: saying('store has no structures'),
  })
})

test('says what there is in the words of each kind', async () => {
  const path = await filledStore('sqlite', (cache) => cache.set('a', 1))
  const backend = backendAt('sqlite', path)
  await createIndex<number>(backend, 'prices').set('apples', 3)
  await (await createLock(backend, 'free').acquire()).release()
  await throttle(backend, 'api', { limit: 1, per: '1h' }).tryAcquire()
  await createCounter(backend, 'calls').add(1_500)
  const mean = createAverager(backend, 'ms')
  await mean.add(12)
  await mean.add(13)
  await backend.close()
  const { out } = await stowage(['structures', path])
  expect(out.split('\n').map((line) => line.trim().split(/ {2,}/))).toEqual([
    ['averager', 'ms', '12.5, mean of 2'],
    ['counter', 'calls', '1,500'],
    ['index', 'prices', '1 entry'],
    ['lock', 'free', 'free'],
    ['throttle', 'api', expect.stringMatching(/^booked 59m \d+s ahead$/)],
    [''],
  ])
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
  expect({ code, out }).toMatchObject({ code: 1, out: saying('not in order: --repair puts right what can be') })
  expect(out).toContain('mails       4 looked at   1 wrong')
  expect(out).toContain('toy\\u001b')
  expect(out).not.toContain('\u001b')
  expect((await stowage(['structures', path])).out).toContain('cannot be read: see --check')
  expect((await stowage(['structures', path, '--repair'])).code).toBe(2)
  // What was only looked at is as it was.
  const repaired = await stowage(['structures', path, '--repair', '--yes'])
  expect(repaired).toMatchObject({ code: 1, out: saying('1 left: to be judged by its owner') })
  expect(repaired.out).toContain('1 wrong, 1 put right')
  const after = await stowage(['structures', path, '--check', '--json'])
  const reports = after.out
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
  expect(reports).toMatchObject([
    { kind: 'lock', torn: 1 },
    { kind: 'queue', wrong: 0 },
    { kind: 'other', torn: 0 },
  ])
  expect(after.code).toBe(1)
})

test('each kind of damage counts, and a store in which all was put right is in order', async () => {
  for (const [key, fault] of [
    ['stray', '1 misplaced'],
    ['t/nobody', '1 unpaired'],
  ] as const) {
    const path = await withStructures()
    const backend = backendAt('sqlite', path)
    await backend.spaces?.commit('queue:mails', { expect: [], changes: [put(key, '')], isTold: false }, Date.now())
    await backend.close()
    expect(await stowage(['structures', path, '--check'])).toMatchObject({ code: 1, out: saying(fault) })
    if (fault === '1 misplaced') continue
    expect(await stowage(['structures', path, '--repair', '--yes'])).toMatchObject({
      code: 0,
      out: saying('  in order'),
    })
    expect(await stowage(['structures', path, '--check'])).toMatchObject({ code: 0 })
  }
})
