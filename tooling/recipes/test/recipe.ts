/** The example of a recipe, as a module below the repository's node_modules, where it finds our packages and its framework. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { parseMarkdown } from '@stowage/checks/markdown'
import { REPOSITORY, toolPath } from '@stowage/checks/repository'

export interface Recipe extends Disposable {
  /** What its first example exports. */
  readonly exported: () => Promise<Readonly<Record<string, unknown>>>
}

/** @param change for what an example does and a test must not, or the other way round */
export function openRecipe(name: string, change: (code: string) => string): Recipe {
  const [example] = parseMarkdown(readFileSync(join(REPOSITORY, 'docs/recipes', `${name}.md`), 'utf8')).blocks
  if (example === undefined) throw new Error(`docs/recipes/${name}.md has no example`)
  const parent = join(REPOSITORY, 'node_modules/.cache/recipes')
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, `${name}-`))
  symlinkSync(join(REPOSITORY, 'tooling/recipes/node_modules'), join(folder, 'node_modules'), 'junction')
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
  const code = change(example.code)
  if (code === example.code) throw new Error(`docs/recipes/${name}.md has not got what was to be changed`)
  if (example.words.includes('decorators')) compile(folder, code)
  else writeFileSync(join(folder, 'example.js'), stripTypeScriptTypes(code))
  return {
    exported: () => import(join(folder, 'example.js')),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Nothing is checked here: that is the work of the snippets' check. */
function compile(folder: string, code: string): void {
  writeFileSync(join(folder, 'example.ts'), code)
  const args = [
    '--experimentalDecorators',
    '--noCheck',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--ignoreConfig',
    'example.ts',
  ]
  const { stdout, stderr } = spawnSync(toolPath('tsc'), args, { cwd: folder, encoding: 'utf8' })
  if (!existsSync(join(folder, 'example.js'))) throw new Error(`it does not compile: ${stdout}${stderr}`)
}
