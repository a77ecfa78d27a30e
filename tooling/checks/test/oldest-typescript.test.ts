import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { checkOldestTypeScript } from '../src/oldest-typescript/check.ts'
import { REPOSITORY } from '../src/repository.ts'
import { fixtureTree } from './fixture-tree.ts'

/** A compiler is started here; on a busy machine it takes seconds. */
vi.setConfig({ testTimeout: 60_000 })

const manifest = JSON.stringify({
  name: '@stowage/bytes',
  version: '1.0.0',
  exports: { '.': { '@stowage/source': './src/index.ts', types: './dist/index.d.ts' } },
})

function repository(declarations: string, typeTest: string): string {
  const root = fixtureTree({
    'packages/bytes/package.json': manifest,
    'packages/bytes/dist/index.d.ts': declarations,
    'packages/bytes/test/types.test-d.ts': typeTest,
  })
  mkdirSync(join(root, 'node_modules'))
  for (const name of ['@types', 'typescript-oldest']) {
    symlinkSync(join(REPOSITORY, 'node_modules', name), join(root, 'node_modules', name))
  }
  return root
}

const TYPE_TEST = `import { size } from '@stowage/bytes'\nexport const bytes: number = size\n`

test('declarations and type tests that the oldest TypeScript reads are fine', () => {
  expect(checkOldestTypeScript(repository('export declare const size: number\n', TYPE_TEST))).toEqual({
    problems: [],
    summary: '1 entry point and 1 type test read',
  })
})

test('what only a newer TypeScript knows is told at its place, as is a type that comes out otherwise', () => {
  // Typed arrays have a type parameter since 5.7.
  const newer = checkOldestTypeScript(repository('export declare const size: Uint8Array<ArrayBuffer>\n', TYPE_TEST))
  expect(newer.problems[0]).toMatchObject({ file: 'packages/bytes/dist/index.d.ts', line: 1 })
  expect(newer.problems[0]?.message).toContain("Type 'Uint8Array' is not generic")
  const { problems } = checkOldestTypeScript(repository('export declare const size: string\n', TYPE_TEST))
  expect(problems[0]?.line).toBe(2)
  expect(problems[0]?.message).toContain('not assignable')
})
