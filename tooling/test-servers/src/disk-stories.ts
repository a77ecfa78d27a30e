/**
 * Tests on disks that fail: each story is a program that runs in a mount namespace of its own, so that whatever happens to it, no
 * mount is left. They need Linux; those on a disk image need root. Where there is none they are skipped, and their name says why.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, onTestFinished } from 'vitest'

/** Runs a story, and gives what it tells at its end. @template Stories name to what each tells */
export type Teller<Stories> = <Name extends keyof Stories & string>(name: Name) => Promise<Stories[Name]>

type Namespace = { readonly command: readonly string[] } | { readonly skipReason: string }

/** A `describe` whose tests need a disk of this kind. @param source the program that tells the stories (story-disks.ts) */
export function describeOnDisk<Stories>(
  disk: 'tmpfs' | 'image',
  name: string,
  source: URL,
  body: (told: Teller<Stories>) => void,
): void {
  const namespace = namespaceFor(disk)
  if ('command' in namespace)
    describe(name, () => body((story) => tell(namespace.command, fileURLToPath(source), story)))
  else
    describe.skip(`${name} (skipped: ${namespace.skipReason})`, () => body(() => Promise.reject(new Error('skipped'))))
}

/** How to get a namespace in which one may mount, or why there is none. */
function namespaceFor(disk: 'tmpfs' | 'image'): Namespace {
  const isRoot = process.geteuid?.() === 0
  const command = isRoot ? ['unshare', '-m'] : ['unshare', '-Urm']
  if (disk === 'image' && !isRoot) return { skipReason: 'a disk image is mounted by root only' }
  const trial = disk === 'image' ? 'command -v mkfs.ext4 && losetup -f' : 'mount -t tmpfs none /mnt'
  try {
    execFileSync(command[0] ?? '', [...command.slice(1), 'sh', '-c', trial], { stdio: 'pipe' })
    return { command }
  } catch (thrown) {
    return { skipReason: `no namespace to mount in: ${String(thrown).slice(0, 200)}` }
  }
}

async function tell<Told>(command: readonly string[], source: string, story: string): Promise<Told> {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-disk-'))
  const [program = '', ...args] = [...command, process.execPath, '--conditions=@stowage/source', source, story, folder]
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    output += part
  })
  await once(child, 'close')
  return JSON.parse(output.split('\n').at(-2) ?? '') as Told
}
