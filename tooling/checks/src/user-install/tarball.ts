/** What pnpm has packed of each published package: the very bytes that a release would upload. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Manifest, parseManifest } from '../manifest.ts'
import type { WorkspacePackage } from '../workspace.ts'

export interface Tarball {
  readonly bytes: Uint8Array
  readonly manifest: Manifest
  /** The package.json inside, as text: a registry serves all of it. */
  readonly manifestText: string
  readonly readme: string
}

/** @throws Error when a package has not been packed: `turbo run check:package` does that. */
export function packedTarballs(root: string, packages: readonly WorkspacePackage[]): Tarball[] {
  return packages.map(({ folder }) => {
    const file = join(root, folder, 'node_modules/.cache/package.tgz')
    if (!existsSync(file)) throw new Error(`${folder} is not packed; turbo run check:package packs it`)
    return readTarball(file)
  })
}

export function readTarball(file: string): Tarball {
  const manifestText = fileIn(file, 'package.json')
  return {
    bytes: readFileSync(file),
    manifest: parseManifest(manifestText),
    manifestText,
    readme: fileIn(file, 'README.md'),
  }
}

function fileIn(tarball: string, name: string): string {
  const { status, stdout, stderr } = spawnSync('tar', ['-xzOf', tarball, `package/${name}`], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${tarball} holds no ${name}: ${stderr}`)
  return stdout
}
