/**
 * A clone of the last commit, in which a release is made as if nothing else lay about: versions and changelogs from the
 * changesets, a build from nothing, and the tarballs. What was not committed is not in it.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Workbench extends Disposable {
  readonly folder: string
}

export function cloneCommitted(root: string): Workbench {
  const parent = realpathSync(mkdtempSync(join(tmpdir(), 'stowage-release-')))
  const folder = join(parent, 'clone')
  runLoud(parent, 'git', ['clone', '--quiet', root, folder])
  return { folder, [Symbol.dispose]: () => rmSync(parent, { recursive: true, force: true }) }
}

export function pendingChangesets(folder: string): string[] {
  return readdirSync(join(folder, '.changeset')).filter((name) => name.endsWith('.md') && name !== 'README.md')
}

/** @throws Error when the program fails; what it said has been printed. */
export function runLoud(cwd: string, command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, {
    cwd,
    stdio: 'inherit',
    env: { ...process.env, DO_NOT_TRACK: '1' },
  })
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')} failed in ${cwd}: ${error?.message ?? `exit code ${status}`}`)
}
