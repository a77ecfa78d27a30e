/** An empty project in a temporary folder, into which a package manager installs what it is told to, as at a user's. */
import { execFile } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Client = 'npm' | 'pnpm'

export interface Project extends Disposable {
  readonly folder: string
}

export interface Run {
  readonly ok: boolean
  readonly output: string
}

/** An install that takes longer waits for a registry that does not answer. */
const INSTALL_LIMIT_MS = 120_000

/** What is allowed to pnpm is what the README of msgpack says. */
const VERBS = {
  npm: ['install', '--no-audit', '--no-fund'],
  pnpm: ['add', '--allow-build=msgpackr-extract'],
} as const

export function emptyProject(registryUrl: string): Project {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'stowage-install-')))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  writeFileSync(join(folder, '.npmrc'), `@stowage:registry=${registryUrl}\n`)
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
}

export function install({ folder }: Project, client: Client, specifiers: readonly string[]): Promise<Run> {
  return run(client, [...VERBS[client], ...specifiers], folder)
}

/** Settings of the workspace's own pnpm and Node, under which the checks run, are none of the project's. */
export function run(command: string, args: readonly string[], cwd: string, limitMs = INSTALL_LIMIT_MS): Promise<Run> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(NODE_OPTIONS|NODE_PATH|PNPM_PACKAGE_NAME|npm_(?!config_)|pnpm_)/.test(name),
    ),
  )
  return new Promise((resolve) => {
    const options = { cwd, env, timeout: limitMs, killSignal: 'SIGKILL', maxBuffer: 16 * 1024 * 1024 } as const
    execFile(command, args, options, (error, stdout, stderr) => {
      const end = error?.killed === true ? `(ended: it took more than ${limitMs} ms)` : ''
      resolve({ ok: error === null, output: `${stdout}${stderr}${end}`.trim() || (error?.message ?? '') })
    })
  })
}
