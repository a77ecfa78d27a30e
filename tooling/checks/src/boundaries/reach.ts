/** Each single import: may this file reach that far? Every refusal says why, as the rule alone convinces nobody. */
import type { Problem } from '../problem.ts'
import { PACKAGE_RULES, type PackageRule } from './package-rules.ts'
import type { Import, SourceFile, Workspace } from './source-files.ts'

const TABLE = 'tooling/checks/src/boundaries/package-rules.ts'

export function reachProblems({ packages, files }: Workspace, rules = PACKAGE_RULES): Problem[] {
  const unplaced = packages.flatMap(({ floor, folder, manifest }) => {
    if (floor !== 'packages' || rules.has(manifest.name)) return []
    return [
      { file: `${folder}/package.json`, message: `${manifest.name} has no row in ${TABLE}: say what it may import` },
    ]
  })
  const refused = files.flatMap((source) => [
    ...source.imports.flatMap((site) => {
      const reason = houseReason(source, site) ?? packageReason(source, site, rules.get(source.owner.manifest.name))
      if (reason === undefined) return []
      return [{ file: source.file, line: site.line, message: `imports ${site.specifier}: ${reason}` }]
    }),
    ...computedImports(source, rules.get(source.owner.manifest.name)),
  ])
  return [...unplaced, ...refused]
}

/** What holds for every file of the workspace. */
function houseReason(source: SourceFile, { target }: Import): string | undefined {
  const ships = source.place === 'src' && source.owner.floor !== 'tooling'
  if (target.to === 'file') {
    if (!target.file.startsWith(`${source.owner.folder}/`)) {
      return 'it leaves its package; another package is reached by its name, as users reach it, so that its entry points are enough'
    }
    if (source.place !== 'src') return undefined
    if (/\/index\.tsx?$/.test(target.file)) {
      return 'inside a package no file imports an index; the face shows the rooms and would make a circle of whatever reads it'
    }
    if (isTesting(target.file) && !isTesting(source.file)) return TESTING_REASON
  }
  if (target.to !== 'workspace') return undefined
  const { owner, entry, file } = target
  if (owner.floor === 'apps') return 'nothing imports an app; what two need is a package'
  if (owner === source.owner && source.place === 'src') {
    return 'a package does not import itself by name; that goes through its face and makes a circle'
  }
  if (owner.floor === 'tooling' && ships && source.owner.floor === 'packages') {
    return 'tooling never ships; only tests, settings and apps may use it'
  }
  if (file === undefined) return `${owner.manifest.name} has no entry point ${entry}; only its exports are a promise`
  if (entry === './testing' && ships && !isTesting(source.file)) return TESTING_REASON
  return undefined
}

const TESTING_REASON = 'testing is for tests; shipped code that needs it would ship the fakes'

function isTesting(file: string): boolean {
  return file.includes('/src/testing/')
}

/** What the table says of a published package's source. Its tests and settings may use what they need. */
function packageReason(source: SourceFile, site: Import, rule: PackageRule | undefined): string | undefined {
  if (rule === undefined || source.owner.floor !== 'packages' || source.place !== 'src') return undefined
  return isAllowed(source, site, rule) ? undefined : rule.why
}

function isAllowed(source: SourceFile, { target, kind }: Import, rule: PackageRule): boolean {
  switch (target.to) {
    case 'file':
      return true
    case 'workspace':
      return rule.siblings.includes(target.owner.manifest.name)
    case 'library':
      return rule.libraries.includes(target.name) || (kind === 'type' && rule.typeOnlyLibraries.includes(target.name))
    case 'builtin':
      return isAllowedBuiltin(target.name.split('/', 1).join(''), source, rule)
  }
}

/** `fs` stands for `fs/promises` too. */
function isAllowedBuiltin(name: string, source: SourceFile, { builtins }: PackageRule): boolean {
  return builtins === 'any' || builtins.includes(name) || (name === 'assert' && isTesting(source.file))
}

function computedImports(source: SourceFile, rule: PackageRule | undefined): Problem[] {
  if (source.owner.floor !== 'packages' || source.place !== 'src') return []
  if (rule?.loadingUsersFiles?.some((file) => source.file === `${source.owner.folder}/src/${file}`)) return []
  const message =
    'import() of something computed: neither this check nor a bundler can follow it; name what may be loaded'
  return source.scan.computedImportLines.map((line) => ({ file: source.file, line, message }))
}
