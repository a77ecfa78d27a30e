import { afterEach, expect, it, vi } from 'vitest'
import { map } from '../src/contenders/map.ts'
import { rawSqlite } from '../src/contenders/raw-sqlite.ts'
import { SkippedError } from '../src/harness/contract.ts'
import { type Folder, makeFolder } from '../src/material/folder.ts'
import { Crew, type CrewJob, sumOf } from '../src/workloads/crew.ts'
import { FEW_KEYS, mixJob } from '../src/workloads/mix-job.ts'
import { PythonCrew } from '../src/workloads/python-crew.ts'
import { storeJob } from '../src/workloads/store-job.ts'

const folders: Folder[] = []

afterEach(() => {
  vi.unstubAllEnvs()
  for (const folder of folders.splice(0)) folder.remove()
})

function directory(): string {
  const folder = makeFolder()
  folders.push(folder)
  return folder.path
}

it('has all its processes do the work, on one store', async () => {
  const job = mixJob(FEW_KEYS)
  const crew = await Crew.gather(2, job, rawSqlite.name, directory())
  const { reports, wallMs } = await crew.run({ round: 1, amount: 200 })
  await crew.dismiss()
  expect(reports.map(({ callCount, wrongCount }) => [callCount, wrongCount])).toEqual(Array(2).fill([200, 0]))
  expect(wallMs).toBeGreaterThan(0)
  for (const { getP50Us, getP99Us } of reports) expect(getP99Us).toBeGreaterThanOrEqual(getP50Us ?? Number.NaN)
})

const number = (key: string): number => Number(key.split(':')[1])

it.each<[string, CrewJob, (key: string) => unknown, number]>([
  ['another value at the mix', mixJob(FEW_KEYS), () => 'key:another=xx', 0.6],
  ['nothing at the mixed work', storeJob, () => undefined, 0.6],
  ["another key's value at the mixed work", storeJob, (key) => ({ id: number(key) + 1 }), 0.6],
  ['half a value at the mixed work, of which some are looked at', storeJob, (key) => ({ id: number(key) }), 0.01],
])('counts a store that gives %s', async (_, job, get, leastShare) => {
  const open: typeof map.open = async (setup) => ({
    ...(await map.open(setup)),
    delete: () => undefined,
    get: async (key) => get(key),
  })
  const member = await job.join({ ...map, open }, directory())
  const report = await member.run({ round: 1, amount: 50 })
  expect(sumOf([report], 'wrongCount')).toBeGreaterThan(sumOf([report], 'callCount') * leastShare)
  expect(sumOf([report], 'errorCount')).toBe(0)
})

it('counts what failed, and goes on', async () => {
  const silenced = vi.spyOn(console, 'error').mockReturnValue(undefined)
  let isLocked = false
  const open: typeof map.open = async (setup) => ({
    ...(await map.open(setup)),
    get: async () => {
      if (isLocked) throw new Error('locked')
    },
  })
  const member = await storeJob.join({ ...map, open }, directory())
  isLocked = true
  const report = await member.run({ round: 1, amount: 5 })
  expect(sumOf([report], 'errorCount')).toBeGreaterThan(1)
  expect(silenced).toHaveBeenCalledOnce()
})

it('leaves Python out where there is none', async () => {
  vi.stubEnv('PATH', directory())
  const failure = await PythonCrew.gather(2, 'diskcache-mix.py', [directory()]).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(SkippedError)
  expect(String(failure)).toContain('ENOENT')
})
