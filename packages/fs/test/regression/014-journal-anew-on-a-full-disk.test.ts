/** Regression: where the disk was full when the journal was to be written anew, every write and invalidation failed, the ballast left where it was. */
import { existsSync } from 'node:fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { close } from '../../src/closing.ts'
import { openStore } from '../../src/open-store.ts'
import { planFs } from '../../src/options.ts'
import { newDirectory } from '../stores.ts'

test('the ballast is given up for it, and put back when there is room', async () => {
  const store = openStore(planFs({ directory: newDirectory() }))
  onTestFinished(() => close(store))
  const follow = vi.spyOn(store.journal, 'followToWrite').mockImplementationOnce(() => {
    expect(existsSync(store.layout.ballast)).toBe(true)
    throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
  })
  const isThere = await store.sections.run(undefined, 0, () => existsSync(store.layout.ballast))
  expect(isThere).toBe(false)
  expect(follow).toHaveBeenCalledTimes(2)
  expect(existsSync(store.layout.ballast)).toBe(true)
})
