/** What disks do: power that fails, one that is full, one that turns read-only. The stories are fixtures/disk-story.ts. */
import { describeOnDisk, type Teller } from '@stowage/test-servers'
import { expect, test } from 'vitest'
import type { Story } from './fixtures/disk-story.ts'

const SOURCE = new URL('./fixtures/disk-story.ts', import.meta.url)
const TIMEOUT = { timeout: 60_000 }

describeOnDisk('image', 'the power fails', SOURCE, (told: Teller<Story>) => {
  test('strict: not one acknowledged write is lost', TIMEOUT, async () => {
    const { acknowledgedCount, lostCount, wrongCount, isSound } = await told('power cut, strict')
    expect(acknowledgedCount).toBeGreaterThanOrEqual(250)
    expect({ lostCount, wrongCount, isSound }).toEqual({ lostCount: 0, wrongCount: 0, isSound: true })
  })

  test('relaxed: the newest may be lost, which shows that the cut was one; the file is sound', TIMEOUT, async () => {
    const { lostCount, wrongCount, isSound } = await told('power cut, relaxed')
    expect(lostCount).toBeGreaterThan(0)
    expect({ wrongCount, isSound }).toEqual({ wrongCount: 0, isSound: true })
  })
})

describeOnDisk('image', 'the disk turns read-only in use', SOURCE, (told: Teller<Story>) => {
  test('what is stored is served or loaded, writes are faults, the cache throws nowhere', TIMEOUT, async () => {
    expect(await told('read-only')).toEqual({
      before: 'stored',
      refused: 'fault',
      loaded: 'loaded',
      wrongCount: 0,
      opened: 'ConfigError',
    })
  })
})

describeOnDisk('tmpfs', 'the disk is full', SOURCE, (told: Teller<Story>) => {
  test('writes are faults, what is stored is served, and when there is room again it goes on', TIMEOUT, async () => {
    const { storedCount, refused, keptCount, wrongCount, loaded, afterwards, isSound } = await told('full')
    expect(storedCount).toBeGreaterThan(20)
    expect({ refused, wrongCount, loaded, afterwards, isSound }).toEqual({
      refused: 'fault',
      wrongCount: 0,
      loaded: 'loaded',
      afterwards: 'stored',
      isSound: true,
    })
    expect(keptCount).toBe(storedCount)
  })
})
