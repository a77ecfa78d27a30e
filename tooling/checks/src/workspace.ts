/** The packages of the workspace: packages/* is what users install, apps/* and tooling/* are ours alone. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Manifest, parseManifest } from './manifest.ts'

const FLOORS = ['packages', 'apps', 'tooling'] as const
export type Floor = (typeof FLOORS)[number]

export interface WorkspacePackage {
  /** Relative to the repository's root, for example `packages/core`. */
  readonly folder: string
  readonly floor: Floor
  readonly manifest: Manifest
}

export function readWorkspace(root: string): WorkspacePackage[] {
  return FLOORS.flatMap((floor) => {
    const names = existsSync(join(root, floor)) ? readdirSync(join(root, floor)).sort() : []
    return names.flatMap((name) => {
      const folder = `${floor}/${name}`
      const file = join(root, folder, 'package.json')
      return existsSync(file) ? [{ folder, floor, manifest: parseManifest(readFileSync(file, 'utf8')) }] : []
    })
  })
}
