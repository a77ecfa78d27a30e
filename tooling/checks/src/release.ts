/**
 * `pnpm release`: the whole release and no upload. In a clone of the last commit: versions and changelogs, a build, the
 * tarballs, and all that is checked of them; what would be published is told. `--prepare` writes versions and changelogs into
 * this tree, to be committed. `--publish` does all of the first and then uploads these very tarballs, with provenance.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { provisionRedis } from '@stowage/test-servers'
import { checkTarball } from './package-shape/check.ts'
import { contentProblems } from './package-shape/contents.ts'
import { tellProblems } from './problem.ts'
import { reasonsAgainst } from './release/conditions.ts'
import { type PlannedPackage, readPublishPlan } from './release/publish-plan.ts'
import { addressProblems, type PublishedManifest } from './release/source-address.ts'
import { cloneCommitted, pendingChangesets, runLoud } from './release/workbench.ts'
import { REPOSITORY, toolPath } from './repository.ts'
import { checkInstall } from './user-install/check.ts'
import { chosenLibraries } from './user-install/libraries.ts'
import { readTarball } from './user-install/tarball.ts'
import { readWorkspace, type WorkspacePackage } from './workspace.ts'

const { values } = parseArgs({
  options: { prepare: { type: 'boolean', default: false }, publish: { type: 'boolean', default: false } },
})
const packages = readWorkspace(REPOSITORY).filter(({ floor }) => floor === 'packages')
if (values.prepare) prepare(REPOSITORY)
else if (!values.publish || mayPublish()) await release()

function prepare(folder: string): void {
  runLoud(folder, toolPath('changeset'), ['version'])
  runLoud(folder, 'pnpm', ['install', '--lockfile-only'])
}

function mayPublish(): boolean {
  const status = execFileSync('git', ['status', '--porcelain'], { cwd: REPOSITORY, encoding: 'utf8' })
  const reasons = reasonsAgainst({
    uncommitted: status.split('\n').filter((line) => line !== ''),
    changesets: pendingChangesets(REPOSITORY),
    manifests: manifestsOf(packages),
    env: process.env,
  })
  const problems = reasons.map((message) => ({ file: 'release', message }))
  if (problems.length > 0) tellProblems('release', { problems, summary: 'nothing was published' })
  return problems.length === 0
}

function manifestsOf(published: readonly WorkspacePackage[]): PublishedManifest[] {
  return published.map(({ folder }) => {
    const manifest: unknown = JSON.parse(readFileSync(join(REPOSITORY, folder, 'package.json'), 'utf8'))
    const isObject = typeof manifest === 'object' && manifest !== null
    return { folder, repository: isObject && 'repository' in manifest ? manifest.repository : undefined }
  })
}

async function release(): Promise<void> {
  using bench = cloneCommitted(REPOSITORY)
  runLoud(bench.folder, 'pnpm', ['install', '--frozen-lockfile', '--prefer-offline'])
  if (pendingChangesets(bench.folder).length > 0) prepare(bench.folder)
  runLoud(bench.folder, toolPath('turbo'), ['run', 'build', '--output-logs=errors-only'])
  const packed = join(bench.folder, '../packed')
  runLoud(bench.folder, toolPath('changeset'), ['pack', '--out-dir', packed])
  const plan = readPublishPlan(packed)
  if (!(await holds(plan))) return
  for (const { name, version, tarball } of plan) {
    console.log(`${`${name}@${version}`.padEnd(28)} ${(statSync(tarball).size / 1000).toFixed(0).padStart(5)} kB`)
  }
  if (!values.publish) {
    for (const reason of addressProblems(manifestsOf(packages), process.env)) console.log(`before --publish: ${reason}`)
    return console.log('a dry run: nothing was published; --publish uploads')
  }
  process.env['NPM_CONFIG_PROVENANCE'] = 'true'
  // From the tree, so that the tags are made in it; from the folder, so that what was checked is what is uploaded.
  runLoud(REPOSITORY, toolPath('changeset'), ['publish', '--from-pack-dir', packed])
}

async function holds(plan: readonly PlannedPackage[]): Promise<boolean> {
  const shapes = plan.flatMap(({ name, tarball }) => [
    ...checkTarball(name, tarball).problems,
    ...contentProblems(name, tarball, ['LICENSE', 'README.md', 'CHANGELOG.md']),
  ])
  await using provision = await provisionRedis()
  const installed = await checkInstall({
    tarballs: plan.map(({ tarball }) => readTarball(tarball)),
    libraries: chosenLibraries(REPOSITORY, packages),
    rootReadme: readFileSync(join(REPOSITORY, 'README.md'), 'utf8'),
    together: 'npm',
    each: 'pnpm',
    nodePrograms: [process.execPath],
    redis: provision.redis,
  })
  const problems = [...shapes, ...installed.problems]
  tellProblems('release', { problems, summary: installed.summary })
  return problems.length === 0
}
