/** The packages that are installed here: their versions, and how many come with one. */
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

interface Installed {
  readonly folder: string
  readonly version: string
  readonly dependencies: readonly string[]
}

const HERE = import.meta.dirname

/** Of the packages, and of what ours stand on. */
export function versionsOf(names: readonly string[]): Record<string, string> {
  const versions = new Map<string, string>()
  const pending = names.map((name) => [name, HERE] as const)
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [name, from] = next
    const { folder, version, dependencies } = installed(name, from)
    versions.set(name, version)
    if (isOurs(name)) pending.push(...dependencies.map((dependency) => [dependency, folder] as const))
  }
  return Object.fromEntries([...versions].toSorted(([a], [b]) => a.localeCompare(b)))
}

/** The package itself and everything its dependencies bring, each once; what is optional or a peer is not counted. */
export function installedCount(names: readonly string[]): number {
  const folders = new Set<string>()
  const pending = names.map((name) => installed(name, HERE))
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { folder, dependencies } = next
    if (folders.has(folder)) continue
    folders.add(folder)
    pending.push(...dependencies.map((name) => installed(name, folder)))
  }
  return folders.size
}

/** @throws Error when a package of this workspace was not built since its sources changed; others come built. */
export function requireBuilt(name: string): void {
  const { folder } = installed(name, HERE)
  if (!isOurs(name)) return
  const built = join(folder, 'dist/index.js')
  const builtAtMs = existsSync(built) ? statSync(built).mtimeMs : 0
  const sources = readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' })
  const changed = sources.find((source) => statSync(join(folder, 'src', source)).mtimeMs > builtAtMs)
  if (changed !== undefined)
    throw new Error(`${name}: not built since src/${changed} changed; run \`pnpm build\` first`)
}

function isOurs(name: string): boolean {
  return name.startsWith('@stowage/')
}

/** As Node finds it: in the nearest node_modules on the way up. */
function installed(name: string, from: string): Installed {
  for (let folder = from; ; folder = dirname(folder)) {
    const place = join(folder, 'node_modules', name)
    if (existsSync(place)) return manifestOf(realpathSync(place))
    if (dirname(folder) === folder) throw new Error(`${name}: not installed for ${from}`)
  }
}

function manifestOf(folder: string): Installed {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const { version, dependencies } = recordOf(manifest)
  return { folder, version: String(version), dependencies: Object.keys(recordOf(dependencies)) }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
