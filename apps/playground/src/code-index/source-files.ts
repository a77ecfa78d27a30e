/** Which files there are to index: all TypeScript under a folder, but for what a package manager or a build has put there. */
import { readdir } from 'node:fs/promises'
import { posix } from 'node:path'

const SOURCE = /\.[cm]?tsx?$/
const LEFT_OUT = new Set(['node_modules', 'dist', 'build', 'coverage'])

/** Paths relative to the folder, with forward slashes, sorted. Links are not followed: they could lead in a circle. */
export async function sourceFiles(folder: string): Promise<readonly string[]> {
  const found: string[] = []
  const open = ['']
  for (let inside = open.pop(); inside !== undefined; inside = open.pop()) {
    for (const entry of await readdir(posix.join(folder, inside), { withFileTypes: true })) {
      const path = posix.join(inside, entry.name)
      if (entry.isFile() && SOURCE.test(entry.name)) found.push(path)
      else if (entry.isDirectory() && !entry.name.startsWith('.') && !LEFT_OUT.has(entry.name)) open.push(path)
    }
  }
  return found.sort()
}

/** What a file is tagged by: the first folder on its path, `.` for a file beside the folders. */
export function topFolder(path: string): string {
  const end = path.indexOf('/')
  return end === -1 ? '.' : path.slice(0, end)
}

const ENDINGS = ['', '.ts', '.tsx', '.mts', '.cts', '/index.ts', '/index.tsx']

/** The file a relative import means, as bundlers and TypeScript read it; undefined when there is none. */
export function importedFile(from: string, specifier: string, files: ReadonlySet<string>): string | undefined {
  const path = posix.join(posix.dirname(from), specifier)
  // A `.js` in an import may stand for the `.ts` it is compiled from.
  const candidates = [path, path.replace(/\.([cm]?)js(x?)$/, '.$1ts$2')]
  return candidates.flatMap((start) => ENDINGS.map((ending) => start + ending)).find((name) => files.has(name))
}
