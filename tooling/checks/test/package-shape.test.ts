import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { checkTarball, packPackage } from '../src/package-shape/check.ts'
import { fixtureTree } from './fixture-tree.ts'

/** Whole tools are started here; on a busy machine each of them takes seconds. */
vi.setConfig({ testTimeout: 60_000 })

const SOUND = {
  'package/package.json': JSON.stringify({
    name: '@stowage/tape',
    version: '1.0.0',
    license: 'MIT',
    type: 'module',
    files: ['dist'],
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
  }),
  'package/dist/index.js': 'export const tape = 1\n',
  'package/dist/index.d.ts': 'export declare const tape: number\n',
}

function problemsOf(changes: { readonly [path: string]: string }): string[] {
  const root = fixtureTree({ ...SOUND, ...changes })
  const tarball = join(root, 'package.tgz')
  spawnSync('tar', ['-czf', tarball, '-C', root, 'package'])
  return checkTarball('@stowage/tape', tarball).problems.map(({ message }) => message)
}

test('a package that keeps its promises has no problem', () => {
  expect(problemsOf({})).toEqual([])
})

test('an entry point whose file is not packed', () => {
  const manifest = SOUND['package/package.json'].replace('dist/index.js', 'dist/absent.js')
  expect(problemsOf({ 'package/package.json': manifest }).join('\n')).toMatch(/publint says[\s\S]*absent\.js/)
})

test('types that a user with nodenext cannot follow', () => {
  const types = {
    'package/dist/index.d.ts': "export { tape } from './other'\n",
    'package/dist/other.d.ts': 'export {}\n',
  }
  expect(problemsOf(types).join('\n')).toMatch(/^attw says[\s\S]*Internal resolution error/)
})

test('a package that cannot be packed is told in the words of pnpm, or of the system when there is no pnpm', () => {
  const folder = fixtureTree({ 'package.json': '{' })
  const { problems } = packPackage(folder, join(folder, 'package.tgz'))
  expect(problems).toHaveLength(1)
  expect(problems[0]?.message).toMatch(/^pnpm pack failed:\n\S/)
})
