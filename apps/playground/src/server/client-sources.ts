/** What the built client depends on, as one hash: the same sources are never built twice. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const APP_ROOT = resolve(import.meta.dirname, '../..')

// The lockfile stands for React, uPlot and the bundler; it is missing where the app runs outside its workspace.
const SOURCES = ['index.html', 'public', 'src/client', 'src/shared', 'vite.config.ts', '../../pnpm-lock.yaml']

export function clientSourceHash(): string {
  const hash = createHash('sha256')
  for (const source of SOURCES) {
    const path = join(APP_ROOT, source)
    if (existsSync(path))
      for (const file of filesUnder(path)) hash.update(`${file}\0`).update(readFileSync(join(path, file)))
  }
  return hash.digest('hex').slice(0, 16)
}

/** Paths relative to `path`, sorted; the empty path for a plain file. */
function filesUnder(path: string): readonly string[] {
  if (statSync(path).isFile()) return ['']
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
    .sort()
}
