/** A small repository without a problem, and what the boundary check says of it after one change. */
import { checkBoundaries } from '../src/boundaries/check.ts'
import { fixtureTree, publishedPackage } from './fixture-tree.ts'

export const SOUND = {
  'package.json': JSON.stringify({ name: 'root', private: true, devDependencies: { vite: 'catalog:' } }),
  'packages/core/package.json': publishedPackage('@stowage/core', {
    exports: {
      '.': { '@stowage/source': './src/index.ts' },
      './testing': { '@stowage/source': './src/testing/index.ts' },
    },
  }),
  'packages/core/src/index.ts': `export { createCache } from './cache.ts'\nexport type { Backend } from './backend.ts'\n`,
  'packages/core/src/cache.ts': `import { hash } from 'node:crypto'\nimport type { Backend } from './backend.ts'\nimport { hit } from './vocabulary.ts'\nexport const createCache = (backend: Backend) => [hash, hit, backend]\n`,
  'packages/core/src/backend.ts': `import type { hit } from './vocabulary.ts'\nexport interface Backend { readonly seen: typeof hit }\n`,
  'packages/core/src/vocabulary.ts': `export const hit = 'hit'\n`,
  'packages/core/src/testing/index.ts': `export { cases } from './cases.ts'\n`,
  'packages/core/src/testing/cases.ts': `import assert from 'node:assert/strict'\nimport { createCache } from '../cache.ts'\nexport const cases = [assert, createCache]\n`,
  'packages/memory/package.json': publishedPackage('@stowage/memory', {
    dependencies: { '@stowage/core': 'workspace:^', 'lru-cache': 'catalog:lib' },
    devDependencies: { '@stowage/tsconfig': 'workspace:*', tsdown: 'catalog:' },
  }),
  'packages/memory/src/index.ts': `export { memoryBackend } from './memory-backend.ts'\n`,
  'packages/memory/src/memory-backend.ts': `// import '@stowage/sqlite'\nimport type { Backend } from '@stowage/core'\nimport { LRUCache } from 'lru-cache'\nexport const memoryBackend = (): Backend | LRUCache => new LRUCache()\n`,
  'packages/memory/test/memory-backend.test.ts': `import { cases } from '@stowage/core/testing'\nimport { memoryBackend } from '../src/index.ts'\nexport const seen = [cases, memoryBackend]\n`,
  'packages/sqlite/package.json': publishedPackage('@stowage/sqlite', {
    dependencies: { '@stowage/core': 'workspace:^', 'better-sqlite3': 'catalog:lib' },
  }),
  'packages/sqlite/src/index.ts': `export { sqliteBackend } from './sqlite-backend.ts'\n`,
  'packages/sqlite/src/sqlite-backend.ts': `import { statfs } from 'node:fs/promises'\nimport Database from 'better-sqlite3'\nexport const sqliteBackend = () => [Database, statfs]\n`,
  'apps/playground/package.json': JSON.stringify({ name: '@stowage/playground', private: true }),
  'apps/playground/src/main.ts': `import { memoryBackend } from '@stowage/memory'\nmemoryBackend()\n`,
} as const

/** What is wrong (for the test's name), the changed files, where it is reported, a part of the reason. */
export type Violation = readonly [string, { readonly [path: string]: string }, string, string]

export function problemsWith(changes: { readonly [path: string]: string }): string[] {
  const { problems } = checkBoundaries(fixtureTree({ ...SOUND, ...changes }))
  return problems.map(({ file, line, message }) => `${file}:${line ?? ''} ${message}`)
}
