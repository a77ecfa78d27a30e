/**
 * All TypeScript of the workspace with each import followed to where it leads. The rules read this list and never the
 * disk, so that a rule is a plain function over it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join, posix } from 'node:path'
import { readWorkspace, type WorkspacePackage } from '../workspace.ts'
import { type ImportSite, type SourceScan, scanSource } from './source-scan.ts'

type ImportTarget =
  | { readonly to: 'file'; readonly file: string }
  | { readonly to: 'workspace'; readonly owner: WorkspacePackage; readonly entry: string; readonly file?: string }
  | { readonly to: 'builtin'; readonly name: string }
  | { readonly to: 'library'; readonly name: string }

export interface Import extends ImportSite {
  readonly target: ImportTarget
}

export interface SourceFile {
  /** Relative to the repository's root, with forward slashes. */
  readonly file: string
  readonly owner: WorkspacePackage
  /** Only `src` of a package reaches its users. */
  readonly place: 'src' | 'test' | 'setting'
  readonly scan: SourceScan
  readonly imports: readonly Import[]
}

export interface Workspace {
  readonly packages: readonly WorkspacePackage[]
  readonly files: readonly SourceFile[]
}

export function readSources(root: string): Workspace {
  const packages = readWorkspace(root)
  const files = packages.flatMap((owner) =>
    typeScriptIn(root, owner.folder).map((path): SourceFile => {
      const file = posix.join(owner.folder, path)
      const scan = scanSource(file, readFileSync(join(root, file), 'utf8'))
      const imports = scan.imports.map((site) => ({ ...site, target: targetOf(site.specifier, file, packages) }))
      return { file, owner, place: placeOf(path), scan, imports }
    }),
  )
  return { packages, files }
}

function typeScriptIn(root: string, folder: string): string[] {
  const top = readdirSync(join(root, folder)).filter((name) => /\.tsx?$/.test(name))
  const deep = ['src', 'test', 'bench'].flatMap((place) => {
    if (!existsSync(join(root, folder, place))) return []
    const names = readdirSync(join(root, folder, place), { recursive: true, encoding: 'utf8' })
    return names.filter((name) => /\.tsx?$/.test(name)).map((name) => posix.join(place, name.replaceAll('\\', '/')))
  })
  return [...top, ...deep].sort()
}

function placeOf(path: string): SourceFile['place'] {
  if (path.startsWith('src/')) return 'src'
  return path.includes('/') ? 'test' : 'setting'
}

function targetOf(specifier: string, from: string, packages: readonly WorkspacePackage[]): ImportTarget {
  if (specifier.startsWith('.')) return { to: 'file', file: posix.join(posix.dirname(from), specifier) }
  if (isBuiltin(specifier)) return { to: 'builtin', name: specifier.replace(/^node:/, '') }
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
  const owner = packages.find(({ manifest }) => manifest.name === name)
  if (owner === undefined) return { to: 'library', name }
  const entry = `.${specifier.slice(name.length)}`
  const source = owner.manifest.sources.get(entry)
  if (source === undefined) return { to: 'workspace', owner, entry }
  return { to: 'workspace', owner, entry, file: posix.join(owner.folder, source) }
}
