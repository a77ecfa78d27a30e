/**
 * In the bench each contender stands on what it asks for itself, beside others that ask for another version of the same: as
 * a peer dependency only one of them could.
 *
 * @typedef {{ [name: string]: string }} Versions
 * @typedef {{ name: string, dependencies?: Versions, peerDependencies?: Versions, peerDependenciesMeta?: { [name: string]: unknown } }} Manifest
 */

/** @type {{ [name: string]: Versions }} */
const OWN = {
  bentocache: { ioredis: '5.11.1' },
  '@boringnode/bus': { ioredis: '5.11.1' },
  '@keyv/sqlite': { keyv: '6.1.0' },
}

/**
 * @param {Manifest} manifest
 * @returns {Manifest}
 */
function readPackage(manifest) {
  for (const [name, version] of Object.entries(OWN[manifest.name] ?? {})) {
    delete manifest.peerDependencies?.[name]
    delete manifest.peerDependenciesMeta?.[name]
    manifest.dependencies = { ...manifest.dependencies, [name]: version }
  }
  // It takes Node's own where that is there, as it is here; this one would look for a binary on the network.
  if (manifest.name === '@keyv/sqlite') delete manifest.dependencies?.['better-sqlite3']
  return manifest
}

export const hooks = { readPackage }
