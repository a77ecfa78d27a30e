/** What each installed package says of itself, from pnpm's store of real folders in node_modules/.pnpm. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Manifest, parseManifest } from '../manifest.ts'

/** By `name@version`. */
export function readInstalled(root: string): Map<string, Manifest> {
  const store = join(root, 'node_modules/.pnpm')
  if (!existsSync(store)) return new Map()
  const folders = readdirSync(store).map((name) => join(store, name, 'node_modules'))
  const manifests = folders.filter((folder) => existsSync(folder)).flatMap(realPackagesIn)
  return new Map(manifests.map((manifest) => [`${manifest.name}@${manifest.version}`, manifest]))
}

/** Beside the package itself lie links to what it depends on; those are told by their own folder. */
function realPackagesIn(folder: string): Manifest[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory()) return []
    const path = join(folder, entry.name)
    if (entry.name.startsWith('@')) return realPackagesIn(path)
    const file = join(path, 'package.json')
    return existsSync(file) ? [parseManifest(readFileSync(file, 'utf8'))] : []
  })
}
