/** Regression: large values that were asked for at once were all opened at once: with as many as a process may have files open, gets and all else of the process failed with EMFILE. */
import { readdirSync, readlinkSync } from 'node:fs'
import { expect, test } from 'vitest'
import { held, put } from '../entries.ts'
import { openStore } from '../stores.ts'
import { large } from '../value-file-sight.ts'

const KEYS = Array.from({ length: 60 }, (_, at) => `key ${at}`)
/** As on fs, which a limit of 64 open files is enough for. */
const MOST_OPEN = 8

function openIn(folder: string): number {
  return readdirSync('/proc/self/fd').filter((descriptor) => linked(descriptor).startsWith(folder)).length
}

/** The one that lists them is gone by then. */
function linked(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`)
  } catch {
    return ''
  }
}

test.runIf(process.platform === 'linux')('they are opened a few at a time, and all are answered', async () => {
  const { backend, path } = openStore()
  for (const key of KEYS) await put(backend, key, large(key.slice(-1)))
  let mostOpen = 0
  let isOver = false
  const look = (): void => {
    mostOpen = Math.max(mostOpen, openIn(`${path}-values`))
    if (!isOver) setImmediate(look)
  }
  const reading = KEYS.map(async (key) => held(backend, key))
  look()
  expect(await Promise.all(reading)).toEqual(KEYS.map((key) => large(key.slice(-1))))
  isOver = true
  expect(mostOpen).toBeGreaterThan(0)
  expect(mostOpen).toBeLessThanOrEqual(MOST_OPEN)
})
