/** What faces, files, types and versions may be called: each rule goes red on one violation. */
import { expect, test } from 'vitest'
import { publishedPackage } from './fixture-tree.ts'
import { problemsWith, type Violation } from './sound-repository.ts'

const VIOLATIONS: readonly Violation[] = [
  [
    'logic in a face',
    { 'packages/memory/src/index.ts': `export { a } from './memory-backend.ts'\n\nexport const b = 1\n` },
    'packages/memory/src/index.ts:3',
    'holds no logic',
  ],
  [
    'a face that shows all',
    { 'packages/memory/src/index.ts': `export * from './memory-backend.ts'\n` },
    'packages/memory/src/index.ts:1',
    'export *',
  ],
  [
    'a file named for nothing',
    { 'packages/memory/src/size-utils.ts': '' },
    'packages/memory/src/size-utils.ts:',
    '"utils" does not say',
  ],
  [
    'a folder named for nothing',
    { 'apps/playground/src/common/a.ts': '' },
    'apps/playground/src/common/a.ts:',
    '"common" does not say',
  ],
  [
    'a file not in kebab-case',
    { 'apps/playground/src/mainPage.tsx': '' },
    'apps/playground/src/mainPage.tsx:',
    'kebab-case',
  ],
  [
    'a type named for nothing',
    { 'packages/memory/src/size.ts': `\nexport interface SizeInfo {}\n` },
    'packages/memory/src/size.ts:2',
    '"info" does not say',
  ],
  [
    'a file that does not parse',
    { 'packages/memory/src/size.ts': 'const = 1' },
    'packages/memory/src/size.ts:',
    'syntax: ',
  ],
  [
    'a version typed by hand',
    {
      'packages/memory/package.json': publishedPackage('@stowage/memory', { dependencies: { 'lru-cache': '^11.0.0' } }),
    },
    'packages/memory/package.json:',
    'dependencies: lru-cache is "^11.0.0"',
  ],
  [
    'a published package pins its library',
    {
      'packages/memory/package.json': publishedPackage('@stowage/memory', {
        dependencies: { 'lru-cache': 'catalog:' },
      }),
    },
    'packages/memory/package.json:',
    'allowed is workspace:^, catalog:lib, catalog:peer',
  ],
  [
    'a tool with a range of its own',
    { 'package.json': JSON.stringify({ private: true, devDependencies: { vite: '8' } }) },
    'package.json:',
    'devDependencies: vite is "8"',
  ],
  [
    'a private package among the published',
    { 'packages/memory/package.json': publishedPackage('@stowage/memory', { private: true }) },
    'packages/memory/package.json:',
    'is private',
  ],
  [
    'an app that could be published',
    { 'apps/playground/package.json': JSON.stringify({ name: '@stowage/playground' }) },
    'apps/playground/package.json:',
    'is not "private": true',
  ],
]

test.each(VIOLATIONS)('%s', (_name, changes, place, reason) => {
  const problems = problemsWith(changes)
  expect(problems).toHaveLength(1)
  expect(problems[0]).toContain(`${place} `)
  expect(problems[0]).toContain(reason)
})
