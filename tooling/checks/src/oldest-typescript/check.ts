/**
 * Every entry of every published package, and every type test, under the oldest TypeScript that is promised: syntax that
 * only a newer one knows would reach users in our declarations without anybody here noticing. Needs the packages built.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { type CheckResult, countOf, type Problem } from '../problem.ts'
import { linkPackages } from '../snippets/snippet-room.ts'
import { readWorkspace } from '../workspace.ts'

const COMPILER = 'node_modules/typescript-oldest/bin/tsc'

const SETTINGS = {
  module: 'nodenext',
  target: 'es2022',
  lib: ['es2023', 'esnext.disposable'],
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
}

export function checkOldestTypeScript(root: string): CheckResult {
  const cache = join(root, 'node_modules/.cache/oldest-typescript')
  mkdirSync(cache, { recursive: true })
  const room = realpathSync(mkdtempSync(join(cache, 'room-')))
  try {
    const entries = entriesOf(root)
    const tests = typeTestsOf(root)
    const imports = entries.map((entry, at) => `export * as entry${at} from '${entry}'\n`)
    writeFileSync(join(room, 'entries.ts'), imports.join(''))
    for (const [at, test] of tests.entries()) copyFileSync(test, join(room, `test-${at}.ts`))
    writeFileSync(join(room, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
    writeFileSync(join(room, 'tsconfig.json'), JSON.stringify({ compilerOptions: SETTINGS, include: ['*.ts'] }))
    linkPackages(root, join(room, 'node_modules'))
    const summary = `${countOf(entries.length, 'entry point')} and ${countOf(tests.length, 'type test')} read`
    return { problems: compile(root, room), summary }
  } finally {
    rmSync(room, { recursive: true, force: true })
  }
}

function entriesOf(root: string): string[] {
  return publishedPackages(root).flatMap(({ manifest }) =>
    Array.from(manifest.sources.keys(), (entry) => manifest.name + entry.slice(1)),
  )
}

function typeTestsOf(root: string): string[] {
  return publishedPackages(root).flatMap(({ folder }) =>
    readdirSync(join(root, folder, 'test'))
      .filter((name) => name.endsWith('.test-d.ts'))
      .map((name) => join(root, folder, 'test', name)),
  )
}

function publishedPackages(root: string) {
  return readWorkspace(root).filter(({ floor }) => floor === 'packages')
}

/** Declarations of other people's packages are theirs to keep readable. */
function compile(root: string, room: string): Problem[] {
  const run = spawnSync(process.execPath, [join(root, COMPILER), '--project', room, '--pretty', 'false'], {
    cwd: root,
    encoding: 'utf8',
  })
  if (run.status === 0) return []
  const problems = run.stdout.split('\n').flatMap((text): Problem[] => {
    const [, path, line, message] = /^(.+?)\((\d+),\d+\): (error .*)$/.exec(text) ?? []
    if (path === undefined || message === undefined) return []
    const file = relative(root, resolve(root, path))
    return file.includes('node_modules/.pnpm') ? [] : [{ file, line: Number(line), message }]
  })
  const isTheirs = problems.length === 0 && run.stdout.includes('node_modules/.pnpm')
  return problems.length > 0 || isTheirs ? problems : [{ file: COMPILER, message: `${run.stdout}${run.stderr}` }]
}
