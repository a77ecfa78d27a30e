/** Where the app's own Redis could come from: a program on the PATH, else the one the tests have unpacked, else a reason. */
import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'

export type RedisProgram =
  | { readonly found: true; readonly command: string; readonly env: NodeJS.ProcessEnv }
  | { readonly found: false; readonly reason: string }

const NAMES = ['redis-server', 'valkey-server'] as const
const UNPACKED = resolve(
  import.meta.dirname,
  `../../../../../node_modules/.cache/redis/${process.platform}-${process.arch}/usr`,
)

export function findRedisProgram(path: string = process.env['PATH'] ?? '', unpacked: string = UNPACKED): RedisProgram {
  const command = programOnPath(NAMES, path)
  if (command !== undefined) return { found: true, command, env: process.env }
  const kept = join(unpacked, 'bin/redis-server')
  if (!existsSync(kept)) return { found: false, reason: `no ${NAMES.join(' or ')} on the PATH` }
  const libraries = readdirSync(join(unpacked, 'lib')).map((folder) => join(unpacked, 'lib', folder))
  return { found: true, command: kept, env: { ...process.env, LD_LIBRARY_PATH: libraries.join(delimiter) } }
}

export function programOnPath(names: readonly string[], path: string = process.env['PATH'] ?? ''): string | undefined {
  const folders = path.split(delimiter).filter((folder) => folder !== '')
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram)
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    // Being refused is the answer.
    return false
  }
}
