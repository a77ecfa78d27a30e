/**
 * The packages at users: all of them in one project, every example of their READMEs compiled and the quick starts run;
 * each README for itself, with no more than it names. What passes here works for somebody who has only the packages.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CheckResult, countOf, type Problem } from '../problem.ts'
import { compileExamples, EXAMPLE_LIMIT_MS } from './compile.ts'
import { type Example, type Readme, writeExamples } from './example.ts'
import { type Followed, followReadme } from './own-line.ts'
import type { InstallPlan } from './plan.ts'
import { type Client, emptyProject, install, type Project, run } from './project.ts'
import { serveTarballs } from './registry.ts'

export async function checkInstall(plan: InstallPlan): Promise<CheckResult> {
  await using registry = await serveTarballs(plan.tarballs)
  const { together, each } = plan
  // Side by side: each mostly waits for its registry or its disk.
  const tries = await Promise.all([
    ...(together === undefined ? [] : [tryTogether(plan, registry.url, together)]),
    ...(each === undefined ? [] : [tryEach(plan, registry.url, each)]),
  ])
  const problems = tries.flatMap((one) => one.problems)
  const runCount = tries.reduce((sum, one) => sum + one.runCount, 0)
  const summary = `${countOf(plan.tarballs.length, 'package')} installed by ${[together, each].filter((client) => client !== undefined).join(' and ')}, ${countOf(runCount, 'example')} run`
  return { problems, summary: 'url' in plan.redis ? summary : `${summary}, none on Redis: ${plan.redis.skipReason}` }
}

async function tryEach(plan: InstallPlan, registryUrl: string, client: Client): Promise<Followed> {
  const readmes = plan.tarballs.map(({ manifest: { name }, readme }) => ({ name, text: readme }))
  const tries: Followed[] = []
  for (const readme of withRoot(plan, readmes)) tries.push(await followReadme(plan, registryUrl, readme, client))
  return {
    problems: tries.flatMap(({ problems }) => problems),
    runCount: tries.reduce((sum, { runCount }) => sum + runCount, 0),
  }
}

async function tryTogether(plan: InstallPlan, registryUrl: string, client: Client): Promise<Followed> {
  using project = emptyProject(registryUrl)
  const names = plan.tarballs.map(({ manifest: { name } }) => name)
  const specifiers = [...names, ...Array.from(plan.libraries, ([name, version]) => `${name}@${version}`)]
  const installed = await install(project, client, specifiers)
  if (!installed.ok) return { problems: [problem('the packages cannot be installed', installed.output)], runCount: 0 }
  const redisUrl = 'url' in plan.redis ? plan.redis.url : undefined
  const examples = readmesOf(plan, project, names).flatMap((readme) => writeExamples(project.folder, readme, redisUrl))
  const compiled = await compileExamples(project.folder, plan.libraries)
  if (!compiled.ok) return { problems: [problem('an example does not compile', compiled.output)], runCount: 0 }
  const runnable = examples.filter(({ isRun, needsRedis }) => isRun && !(needsRedis && redisUrl === undefined))
  const problems = await commandProblems(plan, project)
  for (const node of plan.nodePrograms) {
    for (const example of runnable) problems.push(...(await runExample(node, example)))
  }
  return { problems, runCount: runnable.length * plan.nodePrograms.length }
}

/** A command answers, by the name it was installed under, when it is asked for help. */
async function commandProblems({ tarballs }: InstallPlan, { folder }: Project): Promise<Problem[]> {
  const problems: Problem[] = []
  for (const command of tarballs.flatMap(({ manifest }) => manifest.commands)) {
    const ran = await run(join(folder, 'node_modules/.bin', command), ['--help'], folder, EXAMPLE_LIMIT_MS)
    if (!ran.ok) problems.push(problem(`${command} --help fails`, ran.output))
  }
  return problems
}

/** From where they were installed: that is what a reader of the package's page gets to see. */
function readmesOf(plan: InstallPlan, { folder }: Project, names: readonly string[]): Readme[] {
  const read = (name: string) => readFileSync(join(folder, 'node_modules', name, 'README.md'), 'utf8')
  return withRoot(
    plan,
    names.map((name) => ({ name, text: read(name) })),
  )
}

function withRoot({ rootReadme }: InstallPlan, readmes: readonly Readme[]): Readme[] {
  return rootReadme === undefined ? [...readmes] : [{ name: 'README.md', text: rootReadme }, ...readmes]
}

async function runExample(node: string, { place, file, folder }: Example): Promise<Problem[]> {
  // Node 22 says of every .ts that reading it is an experiment.
  const ran = await run(node, ['--disable-warning=ExperimentalWarning', file], folder, EXAMPLE_LIMIT_MS)
  return ran.ok ? [] : [problem(`the example of ${place} fails on ${node}`, ran.output)]
}

function problem(what: string, output: string): Problem {
  return { file: 'installed from tarballs', message: `${what}:\n${output}` }
}
