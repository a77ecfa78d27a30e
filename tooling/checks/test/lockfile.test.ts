import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkLockfile } from '../src/lockfile/check.ts'
import { fixtureTree } from './fixture-tree.ts'

const HASH = 'resolution: {integrity: sha512-AAAA+/bb==}'
const LOCKFILE = `lockfileVersion: '9.0'

packages:

  '@tool/linux@1.0.0':
    ${HASH}
    cpu: [x64]
    os: [linux]

  '@tool/mac@1.0.0':
    ${HASH}
    os: [darwin]

  deep@2.0.0:
    ${HASH}
    deprecated: 'see https://example.org'

  tool@1.0.0:
    ${HASH}
    hasBin: true

snapshots:

  '@tool/linux@1.0.0':
    optional: true

  '@tool/mac@1.0.0':
    optional: true

  deep@2.0.0: {}

  tool@1.0.0(peer@1.0.0):
    dependencies:
      deep: 2.0.0
    optionalDependencies:
      '@tool/linux': 1.0.0
      '@tool/mac': 1.0.0
`

const optionalDependencies = { '@tool/linux': '1.0.0', '@tool/mac': '1.0.0' }

/** Installed as on Linux: the tool, what it depends on, its Linux binary, and not its binary for a Mac. */
function repository(lockfile: string, toolManifest: object = { optionalDependencies }): string {
  const store = 'node_modules/.pnpm'
  const root = fixtureTree({
    'pnpm-lock.yaml': lockfile,
    [`${store}/lock.yaml`]: '',
    [`${store}/tool@1.0.0/node_modules/tool/package.json`]: JSON.stringify({
      name: 'tool',
      version: '1.0.0',
      ...toolManifest,
    }),
    [`${store}/@tool+linux@1.0.0/node_modules/@tool/linux/package.json`]: '{"name":"@tool/linux","version":"1.0.0"}',
    [`${store}/deep@2.0.0/node_modules/deep/package.json`]: '{"name":"deep","version":"2.0.0"}',
  })
  mkdirSync(join(root, store, 'node_modules'), { recursive: true })
  symlinkSync('../../deep@2.0.0/node_modules/deep', join(root, store, 'tool@1.0.0/node_modules/deep'))
  return root
}

test('a complete lockfile has no problem, though the binary for another system is not installed', () => {
  expect(checkLockfile(repository(LOCKFILE))).toEqual({
    problems: [],
    summary: '3 of 4 locked packages compared, 2 optional dependencies locked',
  })
})

test('an optional dependency that pnpm left out is named with its owner', () => {
  const withoutMac = LOCKFILE.replace(/ {2}'@tool\/mac@1.0.0':\n {4}.*\n.*\n\n/, '').replace(/ {6}'@tool\/mac'.*\n/, '')
  const { problems } = checkLockfile(repository(withoutMac))
  expect(problems).toHaveLength(1)
  expect(problems[0]?.message).toContain('tool@1.0.0 has the optional dependency @tool/mac@1.0.0, which is not locked')
  expect(withoutMac.split('\n')[(problems[0]?.line ?? 0) - 1]).toBe('  tool@1.0.0:')
})

test('an optional dependency that is left out on purpose is not missing', () => {
  const left = LOCKFILE.replace(
    '\npackages:',
    "\nignoredOptionalDependencies:\n  - '@tool/gone'\n  - other\n\npackages:",
  )
  const manifest = { optionalDependencies: { ...optionalDependencies, '@tool/gone': '1.0.0' } }
  expect(checkLockfile(repository(left, manifest)).problems).toEqual([])
  expect(checkLockfile(repository(LOCKFILE, manifest)).problems).toHaveLength(1)
})

test('an exact optional dependency must be locked in just that version, a range in any', () => {
  const withRange = (range: string) => repository(LOCKFILE, { optionalDependencies: { '@tool/linux': range } })
  expect(checkLockfile(withRange('1.0.1')).problems).toHaveLength(1)
  expect(checkLockfile(withRange('^1.0.0')).problems).toEqual([])
})

test('a package that every platform needs and that is not installed cannot be compared', () => {
  const { problems } = checkLockfile(repository(LOCKFILE.replaceAll('deep@2.0.0', 'deep@3.0.0')))
  expect(problems.map(({ message }) => message)).toEqual(['deep@3.0.0 is not installed: run pnpm install first'])
})

test('a URL and a resolution that is no hash are refused', () => {
  const tarball = LOCKFILE.replace(HASH, 'resolution: {integrity: sha512-AA, tarball: https://host.example/a.tgz}')
  const messages = checkLockfile(repository(tarball)).problems.map(({ message }) => message)
  expect(messages).toEqual([expect.stringContaining('locked as'), expect.stringContaining('names a URL')])
})

test('a lockfile without packages and one of another version do not pass', () => {
  expect(checkLockfile(repository("lockfileVersion: '9.0'\n")).problems).toHaveLength(1)
  expect(() => checkLockfile(repository(LOCKFILE.replace('9.0', '10.0')))).toThrow("only lockfileVersion '9.0'")
})
