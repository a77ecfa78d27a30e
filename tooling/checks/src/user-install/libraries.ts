/**
 * What the READMEs import besides our packages, in the versions that the workspace has: what a user of the example would
 * install. The compiler and its types of Node are what every TypeScript project has.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseManifest } from '../manifest.ts'
import { parseMarkdown } from '../markdown.ts'
import type { WorkspacePackage } from '../workspace.ts'

const ALWAYS = ['typescript', '@types/node'] as const

export function chosenLibraries(root: string, packages: readonly WorkspacePackage[]): ReadonlyMap<string, string> {
  const readmes = packages.map(({ folder }) => readFileSync(join(root, folder, 'README.md'), 'utf8'))
  const named = readmes.flatMap((text) => parseMarkdown(text).blocks.flatMap(({ code }) => importsOf(code)))
  const folders = ['.', ...packages.map(({ folder }) => folder)].map((folder) => join(root, folder, 'node_modules'))
  const wanted = new Set([...ALWAYS, ...named.flatMap((name) => [name, `@types/${name}`])])
  return new Map([...wanted].flatMap((name) => versionOf(name, folders)))
}

function importsOf(code: string): string[] {
  return Array.from(code.matchAll(/ from '((?:@[\w-]+\/)?[\w-]+)[^']*'/g), ([, name = '']) => name).filter(
    (name) => !name.startsWith('@stowage/') && name !== 'node',
  )
}

function versionOf(name: string, folders: readonly string[]): [string, string][] {
  const file = folders.map((folder) => join(folder, name, 'package.json')).find((path) => existsSync(path))
  return file === undefined ? [] : [[name, parseManifest(readFileSync(file, 'utf8')).version]]
}
