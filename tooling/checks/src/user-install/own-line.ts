/**
 * One README followed to the letter: what its own `npm install` line names is installed, and nothing else, and its quick start
 * compiled and run. A package that the example needs and the line forgets shows here.
 */
import { parseMarkdown } from '../markdown.ts'
import type { Problem } from '../problem.ts'
import { compileExamples, EXAMPLE_LIMIT_MS } from './compile.ts'
import { type Readme, writeExamples } from './example.ts'
import type { InstallPlan } from './plan.ts'
import { type Client, emptyProject, install, run } from './project.ts'

export interface Followed {
  readonly problems: readonly Problem[]
  readonly runCount: number
}

export async function followReadme(
  plan: InstallPlan,
  registryUrl: string,
  readme: Readme,
  client: Client,
): Promise<Followed> {
  const said = (what: string, output = '') => ({
    problems: [{ file: readme.name, message: `followed to the letter, ${what}${output === '' ? '' : `:\n${output}`}` }],
    runCount: 0,
  })
  const names = namedPackages(readme.text)
  if (names.length === 0) return said('it names no packages: a line that begins with "npm install" is missing')
  using project = emptyProject(registryUrl)
  const installed = await install(project, client, [...names, ...compilerFor(plan, names)])
  if (!installed.ok) return said(`${names.join(' ')} cannot be installed`, installed.output)
  // A README that installs a command is about the command; its examples are for services that have a cache already.
  if (isGlobal(readme.text)) return { problems: [], runCount: 0 }
  const redisUrl = 'url' in plan.redis ? plan.redis.url : undefined
  const [quickStart] = writeExamples(project.folder, readme, redisUrl, 1)
  if (quickStart === undefined) return said('it has no example')
  const compiled = await compileExamples(project.folder, plan.libraries)
  if (!compiled.ok) return said('the quick start does not compile', compiled.output)
  if (quickStart.needsRedis && redisUrl === undefined) return { problems: [], runCount: 0 }
  const ran = await run(process.execPath, [quickStart.file], quickStart.folder, EXAMPLE_LIMIT_MS)
  return ran.ok ? { problems: [], runCount: 1 } : said('the quick start fails', ran.output)
}

function installLine(text: string): string {
  const lines = parseMarkdown(text).blocks.flatMap(({ words, code }) => (words[0] === 'sh' ? code.split('\n') : []))
  return lines.find((line) => line.startsWith('npm install ') && !line.includes('--save-dev')) ?? ''
}

function namedPackages(text: string): string[] {
  return installLine(text)
    .split(/\s+/)
    .slice(2)
    .filter((word) => !word.startsWith('-'))
}

function isGlobal(text: string): boolean {
  return installLine(text).includes('--global')
}

/** What every TypeScript project has, and the types of what was named. */
function compilerFor({ libraries }: InstallPlan, names: readonly string[]): string[] {
  const wanted = ['typescript', '@types/node', ...names.map((name) => `@types/${name}`)]
  return wanted.filter((name) => libraries.has(name)).map((name) => `${name}@${libraries.get(name)}`)
}
