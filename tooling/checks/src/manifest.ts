/**
 * A package.json, read as far as the checks need it. What has another shape than expected is left out here; npm and pnpm
 * complain about it in their own words.
 */
export const DEPENDENCY_FIELDS = [
  'dependencies',
  'devDependencies',
  'peerDependencies',
  'optionalDependencies',
] as const
export type DependencyField = (typeof DEPENDENCY_FIELDS)[number]

export interface Manifest {
  readonly name: string
  readonly isPrivate: boolean
  readonly version: string
  /** Entry point ('.', './testing') to its file of source; other kinds of entry are left out. */
  readonly sources: ReadonlyMap<string, string>
  /** Names under which its commands are installed; one that is only a path is the package's own name, and left out here. */
  readonly commands: readonly string[]
  readonly dependencies: ReadonlyMap<DependencyField, ReadonlyMap<string, string>>
}

/** The condition under which the workspace reads its own packages from source. */
export const SOURCE_CONDITION = '@stowage/source'

export function parseManifest(json: string): Manifest {
  const parsed = recordOf(JSON.parse(json))
  return {
    name: stringOf(parsed['name']),
    version: stringOf(parsed['version']),
    isPrivate: parsed['private'] === true,
    sources: sourcesOf(parsed['exports']),
    commands: [...stringsOf(parsed['bin']).keys()],
    dependencies: new Map(DEPENDENCY_FIELDS.map((field) => [field, stringsOf(parsed[field])])),
  }
}

function sourcesOf(exports: unknown): Map<string, string> {
  const byEntry = typeof exports === 'string' ? { '.': exports } : recordOf(exports)
  const entries = Object.entries(byEntry).map(([entry, target]): [string, string] => {
    const source = typeof target === 'string' ? target : recordOf(target)[SOURCE_CONDITION]
    return [entry, stringOf(source)]
  })
  return new Map(entries.filter(([, source]) => /\.tsx?$/.test(source)))
}

function stringsOf(value: unknown): Map<string, string> {
  return new Map(Object.entries(recordOf(value)).map(([key, text]): [string, string] => [key, stringOf(text)]))
}

function recordOf(value: unknown): { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
