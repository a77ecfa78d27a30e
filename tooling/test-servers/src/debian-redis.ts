/**
 * A Redis server for a machine that has none, without root and without touching the system: apt names and downloads the
 * packages, dpkg-deb unpacks them into node_modules, and a library path for that one process makes them run there.
 * Works on Debian and its descendants. It happens once per checkout and takes about a second.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { findOnPath } from './path-lookup.ts'
import type { ServerBinary } from './server-binary.ts'
import { settleFolder } from './settled-folder.ts'

const run = promisify(execFile)

const CACHE = resolve(import.meta.dirname, '../../../node_modules/.cache/redis')
/** redis-server is a link into redis-tools, so both are needed even where the system has one of them. */
const PACKAGES = ['redis-server', 'redis-tools'] as const
/** Longer than a slow mirror needs for 2 MB, shorter than anybody waits for a test run to begin. */
const APT_LIMIT_MS = 60_000

export async function unpackDebianRedis(cache: string = CACHE): Promise<ServerBinary> {
  const place = join(cache, `${process.platform}-${process.arch}`)
  if (!existsSync(place)) {
    for (const tool of ['apt-get', 'dpkg-deb']) {
      if (findOnPath([tool]) === undefined) throw new Error(`no ${tool} to fetch one with (it is not a Debian system)`)
    }
    process.stderr.write(
      'test-servers: no Redis here, unpacking one from the system packages into node_modules, once\n',
    )
  }
  return binaryIn(await settleFolder(place, unpackInto))
}

async function unpackInto(work: string): Promise<string> {
  const root = join(work, 'root')
  const archives = join(work, 'archives')
  await download(work)
  for (const name of await readdir(archives)) {
    if (name.endsWith('.deb')) await run('dpkg-deb', ['-x', join(archives, name), root])
  }
  const { command, libraryPath } = await binaryIn(root)
  // Settled only if it runs: a missing library must be found now, and not be kept.
  await run(command, ['--version'], { env: { ...process.env, LD_LIBRARY_PATH: libraryPath } })
  return root
}

/** The system's package lists are used if they are there and still true; else private ones are fetched first. */
async function download(work: string): Promise<void> {
  await mkdir(join(work, 'archives/partial'), { recursive: true })
  await mkdir(join(work, 'lists/partial'), { recursive: true })
  const unlocked = ['-o', 'Debug::NoLocking=1', '-o', `APT::Sandbox::User=${userInfo().username}`]
  const ownCache = [...unlocked, '-o', `Dir::Cache=${work}`, '-o', `Dir::Cache::archives=${work}/archives`]
  const ownLists = [...ownCache, '-o', `Dir::State::lists=${work}/lists`]
  // apt decides which of the libraries this system lacks; what it has already is not fetched.
  const fetch = ['install', '--download-only', '--reinstall', '--no-install-recommends', '--yes', ...PACKAGES]
  try {
    await apt([...ownCache, ...fetch])
  } catch {
    // Absent and outdated lists look the same from here; the second attempt brings its own and says what is wrong.
    await apt([...ownLists, 'update'])
    await apt([...ownLists, ...fetch])
  }
}

async function apt(args: readonly string[]): Promise<void> {
  try {
    const patience = ['-o', 'Acquire::Retries=0', '-o', 'Acquire::http::Timeout=10', '-o', 'Acquire::https::Timeout=10']
    await run('apt-get', ['-q', ...patience, ...args], {
      timeout: APT_LIMIT_MS,
      env: { ...process.env, LC_ALL: 'C' },
    })
  } catch (cause) {
    const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr) : String(cause)
    const errors = said.split('\n').filter((line) => line.startsWith('E:'))
    throw new Error(
      `apt-get could not fetch it (no network, or no such package here): ${errors.slice(0, 2).join(' ') || said.trim()}`,
      { cause },
    )
  }
}

async function binaryIn(root: string): Promise<ServerBinary> {
  const libraries = join(root, 'usr/lib')
  const folders = (await readdir(libraries)).filter((name) => name.includes('-linux-gnu'))
  return {
    command: join(root, 'usr/bin/redis-server'),
    libraryPath: folders.map((name) => join(libraries, name)).join(':'),
  }
}
