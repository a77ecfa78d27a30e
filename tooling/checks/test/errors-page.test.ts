/** Whoever meets a code looks it up: docs/errors.md has every code that a package throws or warns with, and no other. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { REPOSITORY } from '../src/repository.ts'
import { readWorkspace } from '../src/workspace.ts'

const codesIn = (text: string) => Array.from(text.matchAll(/STOWAGE_[A-Z][A-Z_]*[A-Z]/g), ([code]) => code)

test('docs/errors.md has every code that a package throws or warns with, and no other', () => {
  const sources = readWorkspace(REPOSITORY)
    .filter(({ floor }) => floor === 'packages')
    .flatMap(({ folder }) => {
      const src = join(REPOSITORY, folder, 'src')
      return readdirSync(src, { recursive: true, encoding: 'utf8' }).map((name) => join(src, name))
    })
    .filter((file) => file.endsWith('.ts'))
  const thrown = new Set(sources.flatMap((file) => codesIn(readFileSync(file, 'utf8'))))
  const told = new Set(codesIn(readFileSync(join(REPOSITORY, 'docs/errors.md'), 'utf8')))
  expect(thrown.size).toBeGreaterThan(10)
  expect([...told].sort()).toEqual([...thrown].sort())
})
