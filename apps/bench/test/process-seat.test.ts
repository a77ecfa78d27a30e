import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { SkippedError, WrongAnswerError } from '../src/harness/contract.ts'
import { processSeat } from '../src/harness/process-seat.ts'
import type { Seat } from '../src/harness/seat.ts'
import { makeFolder } from '../src/material/folder.ts'
import { SCALE } from './stubs.ts'

const MAIN = new URL('stub-seat-main.ts', import.meta.url)
const seats: Seat[] = []

afterEach(async () => {
  vi.unstubAllEnvs()
  for (const seat of seats.splice(0)) await seat.close()
})

function stubProcess(entrant: string): Seat {
  const seat = processSeat(MAIN, { workload: 'stub', entrant, scale: SCALE })
  seats.push(seat)
  return seat
}

it('keeps one process for all rounds, and another one for another entrant', async () => {
  const [first, second] = [stubProcess('counts'), stubProcess('counts')]
  await first.open()
  await second.open()
  const figures = [await first.round(), await second.round(), await first.round()]
  expect(figures.map(({ roundCount }) => roundCount)).toEqual([1, 1, 2])
  expect(figures[0]?.['processId']).not.toBe(figures[1]?.['processId'])
  expect(figures[0]?.['processId']).toBe(figures[2]?.['processId'])
})

it('carries a wrong answer over as what it is, and what is not here', async () => {
  await expect(stubProcess('lies').open()).rejects.toThrow(new WrongAnswerError("get('a') gave 2"))
  const failure = await stubProcess('lacks')
    .open()
    .catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(SkippedError)
})

it('reports a process that dies in the middle of a round', async () => {
  const seat = stubProcess('dies')
  await seat.open()
  await expect(seat.round()).rejects.toThrow('its process ended with 7')
})

it('closes one that is still opening when it is let go', async () => {
  const folder = makeFolder()
  const diary = join(folder.path, 'diary')
  vi.stubEnv('STUB_DIARY', diary)
  const seat = stubProcess('lingers')
  const failure = seat.open().catch(String)
  await vi.waitFor(() => expect(readFileSync(diary, 'utf8')).toBe('opening'), { timeout: 10_000 })
  await seat.close()
  expect(readFileSync(diary, 'utf8')).toBe('closed')
  expect(await failure).toContain('its process ended')
  folder.remove()
})
