/** Regression: a large value that was being read while the backend was closed had the journal opened again, and left it open. */
import { readdirSync, readlinkSync } from 'node:fs'
import { expect, test } from 'vitest'
import { entryOf, openBare } from '../bare-backend.ts'

const NOW_MS = 1_700_000_000_000

test.runIf(process.platform === 'linux')('its file stays closed, and the value is answered', async () => {
  const { directory, backend } = openBare()
  await backend.set('key', entryOf('key', Buffer.alloc(500_000, 1), NOW_MS), NOW_MS, undefined)
  const reading = backend.get('key', NOW_MS)
  await backend.close()
  expect(await reading).toMatchObject({ tier: 'fs' })
  expect(openIn(directory)).toEqual([])
})

function openIn(directory: string): readonly string[] {
  return readdirSync('/proc/self/fd')
    .flatMap((descriptor) => linked(`/proc/self/fd/${descriptor}`))
    .filter((path) => path.startsWith(directory))
}

/** The one that lists them is gone by then. */
function linked(path: string): readonly string[] {
  try {
    return [readlinkSync(path)]
  } catch {
    return []
  }
}
