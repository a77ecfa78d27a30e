/** Each entry point of each published package: where its declarations are built, and where its report is kept. */
import { join } from 'node:path'
import { readWorkspace } from '@stowage/checks/workspace'

export interface EntryPoint {
  /** As it is imported. */
  readonly name: string
  /** The package's, from the root. */
  readonly folder: string
  readonly declarations: string
  /** From the root. */
  readonly report: string
}

export function entryPoints(root: string): EntryPoint[] {
  return readWorkspace(root).flatMap(({ floor, folder, manifest }) => {
    if (floor !== 'packages') return []
    return Array.from(manifest.sources.keys(), (entry) => {
      const file = entry === '.' ? 'index' : entry.slice(2)
      return {
        name: manifest.name + entry.slice(1),
        folder,
        declarations: join(root, folder, 'dist', `${file}.d.ts`),
        report: `${folder}/api/${file}.md`,
      }
    })
  })
}
