/**
 * What disks do: power that fails, one that is full, one that turns read-only. Each story runs in a mount namespace of its own
 * (fixtures/disk-story.ts), so that whatever happens to it, no mount is left. They need Linux; those on a disk image need root.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Story } from './fixtures/disk-story.ts'
import { tempFolder } from './temp-folder.ts'

const SOURCE = fileURLToPath(new URL('./fixtures/disk-story.ts', import.meta.url))
const TIMEOUT = { timeout: 60_000 }

/** How to get a namespace in which one may mount, or why there is none. */
function namespaceFor(
  mount: 'tmpfs' | 'image',
): { readonly command: readonly string[] } | { readonly skipReason: string } {
  const isRoot = process.geteuid?.() === 0
  const command = isRoot ? ['unshare', '-m'] : ['unshare', '-Urm']
  if (mount === 'image' && !isRoot) return { skipReason: 'a disk image is mounted by root only' }
  const trial = mount === 'image' ? 'command -v mkfs.ext4 && losetup -f' : 'mount -t tmpfs none /mnt'
  try {
    execFileSync(command[0] ?? '', [...command.slice(1), 'sh', '-c', trial], { stdio: 'pipe' })
    return { command }
  } catch (thrown) {
    return { skipReason: `no namespace to mount in: ${String(thrown).slice(0, 200)}` }
  }
}

/** Tests that need a namespace; where there is none they are skipped, and their name says why. */
function describeOn(mount: 'tmpfs' | 'image', name: string, body: (command: readonly string[]) => void): void {
  const namespace = namespaceFor(mount)
  if ('command' in namespace) describe(name, () => body(namespace.command))
  else describe.skip(`${name} (skipped: ${namespace.skipReason})`, () => body([]))
}

/** Runs a story, and gives what it tells at its end. */
async function told<Name extends keyof Story>(command: readonly string[], name: Name): Promise<Story[Name]> {
  const folder = tempFolder()
  const [program = '', ...args] = [
    ...command,
    process.execPath,
    '--conditions=@stowage/source',
    SOURCE,
    name,
    folder.file(''),
  ]
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
    folder.remove()
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    output += part
  })
  await once(child, 'close')
  return JSON.parse(output.split('\n').at(-2) ?? '') as Story[Name]
}

describeOn('image', 'the power fails', (command) => {
  test('strict: not one acknowledged write is lost', TIMEOUT, async () => {
    const { acknowledgedCount, lostCount, wrongCount, isSound } = await told(command, 'power cut, strict')
    expect(acknowledgedCount).toBeGreaterThanOrEqual(250)
    expect({ lostCount, wrongCount, isSound }).toEqual({ lostCount: 0, wrongCount: 0, isSound: true })
  })

  test('relaxed: the newest may be lost, which shows that the cut was one; the file is sound', TIMEOUT, async () => {
    const { lostCount, wrongCount, isSound } = await told(command, 'power cut, relaxed')
    expect(lostCount).toBeGreaterThan(0)
    expect({ wrongCount, isSound }).toEqual({ wrongCount: 0, isSound: true })
  })
})

describeOn('image', 'the disk turns read-only in use', (command) => {
  test('what is stored is served or loaded, writes are faults, the cache throws nowhere', TIMEOUT, async () => {
    expect(await told(command, 'read-only')).toEqual({
      before: 'stored',
      refused: 'fault',
      loaded: 'loaded',
      wrongCount: 0,
      opened: 'ConfigError',
    })
  })
})

describeOn('tmpfs', 'the disk is full', (command) => {
  test('writes are faults, what is stored is served, and when there is room again it goes on', TIMEOUT, async () => {
    const { storedCount, refused, keptCount, wrongCount, loaded, afterwards, isSound } = await told(command, 'full')
    expect(storedCount).toBeGreaterThan(20)
    expect({ refused, wrongCount, loaded, afterwards, isSound }).toEqual({
      refused: 'fault',
      wrongCount: 0,
      loaded: 'loaded',
      afterwards: 'stored',
      isSound: true,
    })
    expect(keptCount).toBe(storedCount)
  })
})
