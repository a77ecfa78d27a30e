import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { contentProblems } from '../src/package-shape/contents.ts'
import { reasonsAgainst } from '../src/release/conditions.ts'
import { readPublishPlan } from '../src/release/publish-plan.ts'
import { fixtureTree } from './fixture-tree.ts'

const READY = {
  uncommitted: [],
  changesets: [],
  withoutRepository: [],
  env: { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://tokens.example' },
}

test('nothing is uploaded from a tree, or a machine, that is not ready for it', () => {
  expect(reasonsAgainst(READY)).toEqual([])
  expect(reasonsAgainst({ ...READY, uncommitted: [' M README.md'] })).toEqual([expect.stringContaining('README.md')])
  expect(reasonsAgainst({ ...READY, changesets: ['a.md'] })).toEqual([expect.stringContaining('--prepare')])
  expect(reasonsAgainst({ ...READY, withoutRepository: ['@stowage/tape'] })).toEqual([expect.stringContaining('tape')])
  expect(reasonsAgainst({ ...READY, env: {} })).toEqual([expect.stringContaining('no token for provenance')])
})

test('a tarball without its licence, and one with tests in it', () => {
  const root = fixtureTree({ 'package/LICENSE': 'MIT', 'package/test/a.test.ts': '', 'package/README.md': '' })
  const tarball = join(root, 'tape.tgz')
  spawnSync('tar', ['-czf', tarball, '-C', root, 'package'])
  const said = (required: readonly string[]) => contentProblems('tape', tarball, required).map(({ message }) => message)
  expect(said(['LICENSE', 'CHANGELOG.md'])).toEqual([
    'its tarball lacks CHANGELOG.md',
    expect.stringContaining('holds package/test/a.test.ts'),
  ])
  expect(said(['README.md'])).toHaveLength(1)
})

test('a plan is read for what it uploads; one of another shape is not guessed at', () => {
  const upload = { kind: 'publish', name: '@stowage/tape', version: '1.2.0', tarball: { path: 'tape.tgz' } }
  const plan = (value: unknown) => fixtureTree({ 'publish-plan.json': JSON.stringify(value) })
  const folder = plan({ plan: [[upload], [{ kind: 'tag-only', name: 'x', version: '1.0.0' }]] })
  expect(readPublishPlan(folder)).toEqual([
    { name: '@stowage/tape', version: '1.2.0', tarball: join(folder, 'tape.tgz') },
  ])
  expect(() => readPublishPlan(plan({}))).toThrow('no list named "plan"')
  expect(() => readPublishPlan(plan({ plan: [[{ ...upload, tarball: {} }]] }))).toThrow('"path" is undefined')
})
