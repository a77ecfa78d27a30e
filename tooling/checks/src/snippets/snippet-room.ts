/**
 * A folder in which a snippet finds what it imports, as in a user's project: each package of the workspace under its
 * name (compiler and Node then take its source), and the libraries our packages, apps and recipes use. It lies below the root's
 * node_modules, so types of Node are found as well.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { REPOSITORY } from '../repository.ts'
import { readWorkspace } from '../workspace.ts'
import type { Snippet } from './snippet.ts'

export interface SnippetRoom extends Disposable {
  readonly folder: string
  /** The compiler's settings: of most snippets, and of those with decorators. */
  readonly settings: readonly string[]
  /** The file of each snippet. */
  readonly files: ReadonlyMap<string, Snippet>
}

export function furnishRoom(root: string, snippets: readonly Snippet[]): SnippetRoom {
  const cache = join(root, 'node_modules/.cache/snippets')
  mkdirSync(cache, { recursive: true })
  const folder = realpathSync(mkdtempSync(join(cache, 'room-')))
  const files = new Map(snippets.map((snippet, index) => [join(folder, `snippet-${index + 1}.ts`), snippet] as const))
  for (const [file, { code }] of files) writeFileSync(file, code)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  const settings = [false, true].flatMap((hasDecorators) => {
    const own = [...files].filter(([, snippet]) => snippet.hasDecorators === hasDecorators).map(([file]) => file)
    const place = join(folder, hasDecorators ? 'tsconfig.decorators.json' : 'tsconfig.json')
    writeFileSync(place, JSON.stringify(compilerSettings(own, hasDecorators)))
    return own.length === 0 ? [] : [place]
  })
  linkPackages(root, join(folder, 'node_modules'))
  return { folder, settings, files, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
}

/** As strict as our own code, except that an example may show a value without using it, and may need what cannot be stripped. */
function compilerSettings(files: readonly string[], hasDecorators: boolean) {
  const decorators = { experimentalDecorators: true, erasableSyntaxOnly: false, verbatimModuleSyntax: false }
  return {
    extends: join(REPOSITORY, 'tooling/tsconfig/base.json'),
    compilerOptions: { noUnusedLocals: false, noUnusedParameters: false, ...(hasDecorators && decorators) },
    files,
  }
}

/** Each package of the workspace under its name, and what any of them depends on. */
export function linkPackages(root: string, modules: string): void {
  const packages = readWorkspace(root)
  for (const { floor, folder, manifest } of packages) {
    if (floor === 'packages') link(join(root, folder), join(modules, manifest.name))
  }
  for (const { floor, folder } of packages) {
    // Of the tools' libraries a reader needs none, but for the frameworks that recipes are for.
    if (floor === 'tooling' && folder !== 'tooling/recipes') continue
    const installed = join(root, folder, 'node_modules')
    for (const name of packageNamesIn(installed)) link(realpathSync(join(installed, name)), join(modules, name))
  }
}

function packageNamesIn(modules: string): string[] {
  if (!existsSync(modules)) return []
  return readdirSync(modules).flatMap((name) => {
    if (name.startsWith('.')) return []
    return name.startsWith('@') ? readdirSync(join(modules, name)).map((deep) => `${name}/${deep}`) : [name]
  })
}

/** The first to bring a name keeps it: a package of ours before a library, and packages before apps. */
function link(target: string, place: string): void {
  if (existsSync(place)) return
  mkdirSync(dirname(place), { recursive: true })
  symlinkSync(target, place, 'junction')
}
