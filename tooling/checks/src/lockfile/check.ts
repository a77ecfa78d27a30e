/**
 * The lockfile serves every platform and every registry. pnpm leaves an optional dependency that it could not resolve
 * out without a word, and then turbo or biome is missing on somebody else's machine. And a URL in it would send
 * everybody to the registry of whoever ran the last install.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CheckResult, countOf, type Problem } from '../problem.ts'
import { readInstalled } from './installed-packages.ts'
import { type LockedPackage, leftOut, parseLockfile } from './locked-packages.ts'

const FILE = 'pnpm-lock.yaml'

export function checkLockfile(root: string): CheckResult {
  const text = readFileSync(join(root, FILE), 'utf8')
  const locked = parseLockfile(text)
  const comparison = absentOptionals(locked, leftOut(text), readInstalled(root))
  const problems = [...comparison.problems, ...unhashedPackages(locked), ...hosts(text)]
  if (locked.length === 0) problems.push({ file: FILE, message: 'names no package' })
  const { comparedCount, optionalCount } = comparison
  const summary = `${comparedCount} of ${countOf(locked.length, 'locked package')} compared, ${optionalCount} optional dependencies locked`
  return { problems, summary }
}

function absentOptionals(
  locked: readonly LockedPackage[],
  unwanted: ReadonlySet<string>,
  installed: ReturnType<typeof readInstalled>,
) {
  const problems: Problem[] = []
  const lockedNames = new Set(locked.map(({ name }) => name))
  const lockedVersions = new Set(locked.map(({ name, version }) => `${name}@${version}`))
  let comparedCount = 0
  let optionalCount = 0
  for (const { name, version, line, isOptional } of locked) {
    const manifest = installed.get(`${name}@${version}`)
    if (manifest === undefined) {
      if (!isOptional)
        problems.push({ file: FILE, line, message: `${name}@${version} is not installed: run pnpm install first` })
      continue
    }
    comparedCount += 1
    for (const [optional, range] of manifest.dependencies.get('optionalDependencies') ?? []) {
      if (unwanted.has(optional)) continue
      optionalCount += 1
      const isExact = /^\d+\.\d+\.\d+[^ ]*$/.test(range)
      if (isExact ? lockedVersions.has(`${optional}@${range}`) : lockedNames.has(optional)) continue
      const message = `${name}@${version} has the optional dependency ${optional}@${range}, which is not locked: it would be missing where it is needed; take a version whose binaries the registry has`
      problems.push({ file: FILE, line, message })
    }
  }
  return { problems, comparedCount, optionalCount }
}

function unhashedPackages(locked: readonly LockedPackage[]): Problem[] {
  return locked.flatMap(({ name, version, line, resolution }) => {
    if (/^resolution: \{integrity: sha512-[A-Za-z0-9+/=]+\}$/.test(resolution)) return []
    const message = `${name}@${version} is locked as "${resolution}"; allowed is {integrity: sha512-...} and nothing else`
    return [{ file: FILE, line, message }]
  })
}

function hosts(text: string): Problem[] {
  return text.split('\n').flatMap((content, index) => {
    // A deprecation is a sentence of the package's author and is never followed.
    if (!content.includes('://') || content.trimStart().startsWith('deprecated:')) return []
    return [
      {
        file: FILE,
        line: index + 1,
        message: `names a URL: ${content.trim()}; packages come from the user's own registry`,
      },
    ]
  })
}
