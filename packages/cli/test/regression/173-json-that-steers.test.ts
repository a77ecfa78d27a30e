/** Regression: with --json, control characters beyond those that JSON escapes (C1, and what turns the direction of writing) reached the terminal. */
import { expect, test } from 'vitest'
import { filledStore, KINDS } from '../stores.ts'
import { stowage, stowageJson } from '../stowage.ts'

const ODD = 'a\u009b31m\u007f \u202eb\u200b\u{e0001}'

test.each(KINDS)('of %s', async (kind) => {
  const path = await filledStore(kind, (cache) => cache.set(ODD, { text: ODD }, { tags: [ODD] }))
  const commands = [
    ['keys', path],
    ['get', path, ODD],
    ['stats', path],
    ['delete', path, ODD, '--yes'],
  ]
  for (const args of commands) {
    expect((await stowage([...args, '--json'])).out).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u)
    if (args[0] === 'delete') await stowage(['set', path, ODD, ODD, '--tag', ODD, '--ttl', '1h'])
    expect(JSON.stringify(await stowageJson(args))).toContain(JSON.stringify(ODD).slice(1, -1))
  }
})
