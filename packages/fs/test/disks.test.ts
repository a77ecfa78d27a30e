/** What disks do: power that fails, one that is full, one that turns read-only. The stories are fixtures/disk-story.ts. */
import { describeOnDisk, type Teller } from '@stowage/test-servers'
import { expect, test } from 'vitest'
import type { Story } from './fixtures/disk-story.ts'

const SOURCE = new URL('./fixtures/disk-story.ts', import.meta.url)
const TIMEOUT = { timeout: 60_000 }

describeOnDisk('image', 'the power fails', SOURCE, (told: Teller<Story>) => {
  test('strict: not one acknowledged write is lost', TIMEOUT, async () => {
    const { acknowledgedCount, ...faults } = await told('power cut, strict')
    expect(acknowledgedCount).toBeGreaterThanOrEqual(90)
    expect(faults).toEqual({ lostCount: 0, wrongCount: 0, tornCount: 0 })
  })

  test(
    'relaxed: the newest may be lost, which shows that the cut was one; nothing wrong is served',
    TIMEOUT,
    async () => {
      const { lostCount, wrongCount } = await told('power cut, relaxed')
      expect(lostCount).toBeGreaterThan(0)
      expect(wrongCount).toBe(0)
    },
  )
})

describeOnDisk('image', 'the disk turns read-only in use', SOURCE, (told: Teller<Story>) => {
  test('what is stored is served, writes are faults, the cache throws nowhere', TIMEOUT, async () => {
    expect(await told('read-only')).toEqual({
      refused: 'fault',
      loaded: 'loaded',
      servedCount: 20,
      opened: 'STOWAGE_CONFIG',
      warningCount: 0,
    })
  })
})

describeOnDisk('tmpfs', 'the disk is full', SOURCE, (told: Teller<Story>) => {
  for (const name of ['full', 'no inodes'] as const) {
    test(
      `${name}: others make room, what can have none is refused and leaves nothing, invalidations hold`,
      TIMEOUT,
      async () => {
        const { storedCount, refusedOnes, ...seen } = await told(name)
        expect(refusedOnes).toEqual(['fault'])
        expect(storedCount).toBe(201)
        expect(seen).toEqual({
          wrongCount: 0,
          streamed: 'stored',
          isOldKept: true,
          areOthersKept: true,
          isInvalidated: true,
          tempCount: 0,
          checked: '0 0 0',
        })
      },
    )
  }
})
