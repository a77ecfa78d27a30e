/** Regression: what was refused for `begin: 'refuse'` was told without a word on what is allowed instead. */
import { writeFileSync } from 'node:fs'
import { ConfigError } from '@stowage/core'
import { sqliteBackend } from '@stowage/sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { newPath } from '../stores.ts'

function refusal(run: () => unknown): string {
  try {
    run()
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(ConfigError)
    return String(thrown)
  }
  throw new Error('it was not refused')
}

test.each([
  ['a missing file', undefined],
  ['a damaged one', Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(8_176, 7)])],
])('%s', (_, content) => {
  const path = newPath()
  if (content !== undefined) writeFileSync(path, content)
  const message = refusal(() => sqliteBackend({ path, begin: 'refuse' }))
  expect(message).toContain(`'${path}'`)
  expect(message).toMatch(/; allowed: .+, or begin: 'allow'/)
})

test('spaces that are not there', async () => {
  const path = newPath()
  await sqliteBackend({ path }).close()
  const backend = sqliteBackend({ path, begin: 'refuse' })
  onTestFinished(() => backend.close())
  const message = refusal(() => backend.spaces.count('space', { from: '', to: undefined }))
  expect(message).toContain(`path: there are no spaces at '${path}.spaces'`)
  expect(message).toMatch(/; allowed: .+, or begin: 'allow'/)
})
