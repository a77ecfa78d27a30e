import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { contentProblems } from '../src/package-shape/contents.ts'
import { reasonsAgainst } from '../src/release/conditions.ts'
import { readPublishPlan } from '../src/release/publish-plan.ts'
import { addressProblems } from '../src/release/source-address.ts'
import { fixtureTree } from './fixture-tree.ts'

const READY = {
  uncommitted: [],
  changesets: [],
  manifests: [],
  env: { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://tokens.example' },
}

test('nothing is uploaded from a tree, or a machine, that is not ready for it', () => {
  expect(reasonsAgainst(READY)).toEqual([])
  expect(reasonsAgainst({ ...READY, uncommitted: [' M README.md'] })).toEqual([expect.stringContaining('README.md')])
  expect(reasonsAgainst({ ...READY, changesets: ['a.md'] })).toEqual([expect.stringContaining('--prepare')])
  const manifests = [{ folder: 'packages/tape', repository: undefined }]
  expect(reasonsAgainst({ ...READY, manifests })).toEqual([expect.stringContaining('packages/tape')])
  expect(reasonsAgainst({ ...READY, env: {} })).toEqual([expect.stringContaining('no token for provenance')])
})

const TAPE = { type: 'git', url: 'git+https://git.example/ours/stowage.git', directory: 'packages/tape' }
const ACTIONS = { GITHUB_SERVER_URL: 'https://git.example', GITHUB_REPOSITORY: 'ours/stowage' }

test.each([
  ['missing', undefined, {}, 'git+https://<host>/<owner>/<name>.git'],
  ['of another folder', { ...TAPE, directory: 'packages/disk' }, {}, '"directory":"packages/tape"'],
  ['no https address', { ...TAPE, url: 'git@git.example:ours/stowage.git' }, {}, 'git+https://<host>/'],
  ['a text', TAPE.url, {}, '"type":"git"'],
  ['not the one that is built', { ...TAPE, url: 'git+https://git.example/fork/stowage.git' }, ACTIONS, TAPE.url],
  ['not the one that is built (GitLab)', TAPE, { CI_PROJECT_URL: 'https://git.example/a/b' }, 'git.example/a/b.git'],
])('a repository that is %s is told with the file, the value and what is allowed', (_, repository, env, allowed) => {
  const [problem = ''] = addressProblems([{ folder: 'packages/tape', repository }], env)
  expect(problem).toContain(
    `"repository" is ${JSON.stringify(repository) ?? 'missing'} in the package.json of packages/tape`,
  )
  expect(problem).toContain(allowed)
})

test('an address that says where the package is made is fine, on the build server and off it', () => {
  const manifests = [{ folder: 'packages/tape', repository: TAPE }]
  expect(addressProblems(manifests, {})).toEqual([])
  expect(addressProblems(manifests, ACTIONS)).toEqual([])
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
