/** A full disk is a tier less: near only, one report, and back by itself. The stories are told by fixtures/disk-story.ts. */
import { describeOnDisk, type Teller } from '@stowage/test-servers'
import { expect, test } from 'vitest'
import type { Story } from './fixtures/disk-story.ts'

const SOURCE = new URL('./fixtures/disk-story.ts', import.meta.url)

const expected = (tier: string) => ({
  written: 'stored',
  read: 'new',
  loaded: 'loaded',
  deleted: 'undefined',
  events: [`${tier} down`, `${tier} up`],
  afterwards: 'later',
  stillDeleted: 'undefined',
})

describeOnDisk('tmpfs', 'memory before a full disk', SOURCE, (told: Teller<Story>) => {
  test.each(['sqlite', 'fs'] as const)('with %s', { timeout: 60_000 }, async (tier) => {
    expect(await told(`${tier} full`)).toEqual(expected(tier))
  })
})
