/**
 * Builds the client into a folder named after its sources, unless that folder is there already.
 *
 * A build goes to a folder of its own and is renamed into place when complete: neither a second server nor a killed one
 * can leave a half-built client behind. Vite is imported only when there is something to build.
 */
import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { APP_ROOT, clientSourceHash } from './client-sources.ts'

export interface ClientBuild {
  readonly directory: string
  /** Undefined when the client was there already. */
  readonly buildMs: number | undefined
}

const BUILDS = resolve(APP_ROOT, '../../node_modules/.cache/playground-client')
/** Older ones may still be served by another server of this checkout. */
const KEPT_BUILD_COUNT = 3

export async function buildClient(builds: string = BUILDS): Promise<ClientBuild> {
  const directory = join(builds, clientSourceHash())
  if (isBuilt(directory)) return { directory, buildMs: undefined }
  const startedAtMs = performance.now()
  const unfinished = `${directory}.${process.pid}.unfinished`
  mkdirSync(unfinished, { recursive: true })
  try {
    const { build } = await import('vite')
    await build({
      root: APP_ROOT,
      configFile: join(APP_ROOT, 'vite.config.ts'),
      logLevel: 'error',
      build: { outDir: unfinished, emptyOutDir: true },
    })
    putInPlace(unfinished, directory)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
  dropOldBuilds(builds)
  return { directory, buildMs: performance.now() - startedAtMs }
}

function isBuilt(directory: string): boolean {
  return statSync(join(directory, 'index.html'), { throwIfNoEntry: false }) !== undefined
}

function putInPlace(unfinished: string, directory: string): void {
  try {
    renameSync(unfinished, directory)
  } catch (error) {
    // Another server finished the same build first; both are the same.
    if (!isBuilt(directory)) throw error
  }
}

function dropOldBuilds(builds: string): void {
  const finished = readdirSync(builds)
    .filter((name) => /^[0-9a-f]{16}$/.test(name))
    .map((name) => ({ path: join(builds, name), builtAtMs: statSync(join(builds, name)).mtimeMs }))
    .sort((a, b) => b.builtAtMs - a.builtAtMs)
  for (const { path } of finished.slice(KEPT_BUILD_COUNT)) rmSync(path, { recursive: true, force: true })
}
