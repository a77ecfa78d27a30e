/**
 * Installs the tarballs by each package manager into an empty project, compiles every example of the READMEs found in
 * them with a plain `tsc`, and runs the quick starts. What passes here works for somebody who has only the packages.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CheckResult, countOf, type Problem } from '../problem.ts'
import { type Example, type Readme, writeExamples } from './example.ts'
import { type Client, emptyProject, install, type Project, run } from './project.ts'
import { serveTarballs } from './registry.ts'
import type { Tarball } from './tarball.ts'

export interface InstallPlan {
  readonly tarballs: readonly Tarball[]
  /** Name to version: what the examples want besides our packages. */
  readonly libraries: ReadonlyMap<string, string>
  /** A README that is in no tarball, if any. */
  readonly rootReadme?: string
  readonly clients: readonly Client[]
  readonly nodePrograms: readonly string[]
  readonly redis: { readonly url: string } | { readonly skipReason: string }
}

/** What `tsc --init` and the READMEs say, no more. */
const COMPILER = { module: 'nodenext', target: 'es2023', strict: true, skipLibCheck: false, noEmit: true }

/** An example that takes longer waits for something that is not there. */
const EXAMPLE_LIMIT_MS = 30_000

export async function checkInstall(plan: InstallPlan): Promise<CheckResult> {
  await using registry = await serveTarballs(plan.tarballs)
  // Side by side: each mostly waits for its registry or its disk.
  const tries = await Promise.all(
    plan.clients.map(async (client) => {
      using project = emptyProject(registry.url)
      return await tryProject(plan, client, project)
    }),
  )
  const problems = tries.flatMap((one) => one.problems)
  const runCount = tries.reduce((sum, one) => sum + one.runCount, 0)
  const summary = `${countOf(plan.tarballs.length, 'package')} installed by ${plan.clients.join(' and ')}, ${countOf(runCount, 'example')} run`
  return { problems, summary: 'url' in plan.redis ? summary : `${summary}, none on Redis: ${plan.redis.skipReason}` }
}

async function tryProject(plan: InstallPlan, client: Client, project: Project) {
  const names = plan.tarballs.map(({ manifest: { name } }) => name)
  const specifiers = [...names, ...Array.from(plan.libraries, ([name, version]) => `${name}@${version}`)]
  const installed = await install(project, client, specifiers)
  if (!installed.ok)
    return { problems: [problem(client, 'the packages cannot be installed', installed.output)], runCount: 0 }
  const examples = readmesOf(plan, project, names).flatMap((readme) =>
    writeExamples(project.folder, readme, 'url' in plan.redis ? plan.redis.url : 'redis://127.0.0.1:6379'),
  )
  const types = [...plan.libraries.keys()].filter((name) => name === '@types/node').map(() => 'node')
  writeFileSync(
    join(project.folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { ...COMPILER, types }, include: ['examples'] }),
  )
  const compiled = await run(join(project.folder, 'node_modules/.bin/tsc'), ['--pretty', 'false'], project.folder)
  if (!compiled.ok) return { problems: [problem(client, 'an example does not compile', compiled.output)], runCount: 0 }
  const runnable = examples.filter(({ isRun, file }) => isRun && ('url' in plan.redis || !needsRedis(file)))
  const problems = await commandProblems(plan, client, project)
  for (const node of plan.nodePrograms) {
    for (const example of runnable) problems.push(...(await runExample(client, node, example)))
  }
  return { problems, runCount: runnable.length * plan.nodePrograms.length }
}

/** A command answers, by the name it was installed under, when it is asked for help. */
async function commandProblems({ tarballs }: InstallPlan, client: Client, { folder }: Project): Promise<Problem[]> {
  const problems: Problem[] = []
  for (const command of tarballs.flatMap(({ manifest }) => manifest.commands)) {
    const ran = await run(join(folder, 'node_modules/.bin', command), ['--help'], folder, EXAMPLE_LIMIT_MS)
    if (!ran.ok) problems.push(problem(client, `${command} --help fails`, ran.output))
  }
  return problems
}

/** From where they were installed: that is what a reader of the package's page gets to see. */
function readmesOf({ rootReadme }: InstallPlan, { folder }: Project, names: readonly string[]): Readme[] {
  const installed = names.map((name) => ({
    name,
    text: readFileSync(join(folder, 'node_modules', name, 'README.md'), 'utf8'),
  }))
  return rootReadme === undefined ? installed : [{ name: 'README.md', text: rootReadme }, ...installed]
}

async function runExample(client: Client, node: string, { place, file, folder }: Example): Promise<Problem[]> {
  // Node 22 says of every .ts that reading it is an experiment.
  const ran = await run(node, ['--disable-warning=ExperimentalWarning', file], folder, EXAMPLE_LIMIT_MS)
  return ran.ok ? [] : [problem(client, `the example of ${place} fails on ${node}`, ran.output)]
}

function needsRedis(file: string): boolean {
  return readFileSync(file, 'utf8').includes('redis://')
}

function problem(client: Client, what: string, output: string): Problem {
  return { file: `installed by ${client}`, message: `${what}:\n${output}` }
}
