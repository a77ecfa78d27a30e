/** Who may import whom: each rule goes red on one violation in a repository that is green without it. */
import { expect, test } from 'vitest'
import { checkBoundaries } from '../src/boundaries/check.ts'
import { fixtureTree, publishedPackage } from './fixture-tree.ts'
import { problemsWith, SOUND, type Violation } from './sound-repository.ts'

test('the sound repository has no problem, and the summary shows that it was read', () => {
  const { problems, summary } = checkBoundaries(fixtureTree(SOUND))
  expect(problems).toEqual([])
  expect(summary).toBe('4 packages, 12 files, 18 imports')
})

const MEMORY = 'packages/memory/src/memory-backend.ts'
const CORE_CACHE = 'packages/core/src/cache.ts'

const VIOLATIONS: readonly Violation[] = [
  [
    'a backend imports another backend',
    { [MEMORY]: `import type { x } from '@stowage/core'\nimport { sqliteBackend } from '@stowage/sqlite'\n` },
    `${MEMORY}:2`,
    'never another backend',
  ],
  [
    'a backend imports it as a type only',
    { [MEMORY]: `import type { A } from '@stowage/sqlite'\n` },
    `${MEMORY}:1`,
    'never another',
  ],
  [
    'a backend names it in a type',
    { [MEMORY]: `export type A = import('@stowage/sqlite').A\n` },
    `${MEMORY}:1`,
    'never another',
  ],
  ['a backend loads it late', { [MEMORY]: `\nawait import('@stowage/sqlite')\n` }, `${MEMORY}:2`, 'never another'],
  ['a backend passes it on', { [MEMORY]: `export { a } from '@stowage/sqlite'\n` }, `${MEMORY}:1`, 'never another'],
  [
    "a backend imports another one's client",
    { [MEMORY]: `import 'better-sqlite3'\n` },
    `${MEMORY}:1`,
    'its own client (lru-cache)',
  ],
  [
    'a published file loads something computed',
    { [MEMORY]: `await import(String(1))\n` },
    `${MEMORY}:1`,
    'name what may be loaded',
  ],
  ['core imports a library', { [CORE_CACHE]: `import 'lru-cache'\n` }, `${CORE_CACHE}:1`, 'nothing outside itself'],
  [
    'core imports a package',
    { [CORE_CACHE]: `import type { A } from '@stowage/sqlite'\n` },
    `${CORE_CACHE}:1`,
    'nothing outside itself',
  ],
  ['core touches files', { [CORE_CACHE]: `import 'node:fs/promises'\n` }, `${CORE_CACHE}:1`, 'no file and no network'],
  [
    'core asserts outside of testing',
    { [CORE_CACHE]: `import 'node:assert'\n` },
    `${CORE_CACHE}:1`,
    'nothing outside itself',
  ],
  [
    'core ships its fakes',
    { 'packages/core/src/errors.ts': `import './testing/cases.ts'\n` },
    'packages/core/src/errors.ts:1',
    'testing is for tests',
  ],
  [
    'a backend ships the fakes',
    { [MEMORY]: `import '@stowage/core/testing'\n` },
    `${MEMORY}:1`,
    'testing is for tests',
  ],
  [
    'an app ships the fakes',
    { 'apps/playground/src/a.ts': `import '@stowage/core/testing'\n` },
    'apps/playground/src/a.ts:1',
    'testing is for tests',
  ],
  [
    'somebody imports an app',
    { 'packages/memory/test/a.ts': `import '@stowage/playground'\n` },
    'packages/memory/test/a.ts:1',
    'nothing imports an app',
  ],
  [
    'a relative path leaves the package',
    { 'packages/memory/test/a.ts': `import '../../core/src/cache.ts'\n` },
    'packages/memory/test/a.ts:1',
    'leaves its package',
  ],
  [
    'a deep path into a package',
    { 'packages/memory/test/a.ts': `import '@stowage/core/cache'\n` },
    'packages/memory/test/a.ts:1',
    'no entry point ./cache',
  ],
  [
    'shipped code uses tooling',
    {
      'tooling/build/package.json': JSON.stringify({ name: '@stowage/build', private: true, exports: './src/a.ts' }),
      'tooling/build/src/a.ts': '',
      'apps/playground/src/a.ts': `import '@stowage/build'\n`,
      'packages/memory/src/size.ts': `import '@stowage/build'\n`,
    },
    'packages/memory/src/size.ts:1',
    'tooling never ships',
  ],
  [
    'a room imports the face of its package',
    { 'packages/memory/src/size.ts': `import type { A } from './index.ts'\n` },
    'packages/memory/src/size.ts:1',
    'no file imports an index',
  ],
  [
    'a room imports its package by name',
    { 'packages/memory/src/size.ts': `import '@stowage/memory'\n` },
    'packages/memory/src/size.ts:1',
    'does not import itself by name',
  ],
  [
    'core: an arrow upwards',
    { 'packages/core/src/vocabulary.ts': `import type { A } from './ttl.ts'\n`, 'packages/core/src/ttl.ts': '' },
    'packages/core/src/vocabulary.ts:1',
    'arrows go down',
  ],
  [
    'core: a room without a floor',
    { 'packages/core/src/attic.ts': '' },
    'packages/core/src/attic.ts:',
    '"attic" has no floor',
  ],
  [
    'a package without a row',
    { 'packages/tape/package.json': publishedPackage('@stowage/tape') },
    'packages/tape/package.json:',
    'has no row',
  ],
  [
    'a circle of types inside a package',
    {
      [MEMORY]: `import type { A } from './size.ts'\n`,
      'packages/memory/src/size.ts': `import type { B } from './memory-backend.ts'\n`,
    },
    'packages/memory/src/size.ts:1',
    `circle of imports: packages/memory/src/size.ts -> ${MEMORY} -> packages/memory/src/size.ts`,
  ],
]

test.each(VIOLATIONS)('%s', (_name, changes, place, reason) => {
  const problems = problemsWith(changes)
  expect(problems).toHaveLength(1)
  expect(problems[0]).toContain(`${place} `)
  expect(problems[0]).toContain(reason)
})

test('a circle of packages is found where no file is in one', () => {
  const problems = problemsWith({
    'packages/core/src/errors.ts': `import type { A } from '@stowage/memory'\n`,
    'packages/memory/src/index.ts': `export { size } from './size.ts'\n`,
    'packages/memory/src/size.ts': '',
  })
  expect(problems.filter((problem) => problem.includes('circle'))).toEqual([
    expect.stringMatching(
      /packages\/memory -> packages\/core -> packages\/memory|core -> packages\/memory -> packages\/core/,
    ),
  ])
})

test('an adapter may know its framework by its types only', () => {
  const files = (importLine: string) => ({
    'packages/express/package.json': publishedPackage('@stowage/express', {
      peerDependencies: { express: 'catalog:peer' },
    }),
    'packages/express/src/middleware.ts': importLine,
  })
  expect(problemsWith(files(`import type { Request } from 'express'\n`))).toEqual([])
  expect(problemsWith(files(`import express from 'express'\n`))).toEqual([
    expect.stringContaining('by `import type` only'),
  ])
})

test("a file of the user's may be loaded where the table says so, and nowhere else in that package", () => {
  const files = (name: string) => ({
    'packages/config/package.json': publishedPackage('@stowage/config'),
    [`packages/config/src/${name}`]: 'await import(String(1))\n',
  })
  expect(problemsWith(files('config-file.ts'))).toEqual([])
  expect(problemsWith(files('caches.ts'))).toEqual([expect.stringContaining('name what may be loaded')])
})
