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
    const { acknowledgedCount, ...faults } = await told(command, 'power cut, strict')
    expect(acknowledgedCount).toBeGreaterThanOrEqual(90)
    expect(faults).toEqual({ lostCount: 0, wrongCount: 0, tornCount: 0 })
  })

  test(
    'relaxed: the newest may be lost, which shows that the cut was one; nothing wrong is served',
    TIMEOUT,
    async () => {
      const { lostCount, wrongCount } = await told(command, 'power cut, relaxed')
      expect(lostCount).toBeGreaterThan(0)
      expect(wrongCount).toBe(0)
    },
  )
})

describeOn('image', 'the disk turns read-only in use', (command) => {
  test('what is stored is served, writes are faults, the cache throws nowhere', TIMEOUT, async () => {
    expect(await told(command, 'read-only')).toEqual({
      refused: 'fault',
      loaded: 'loaded',
      servedCount: 20,
      opened: 'EROFS',
      warningCount: 0,
    })
  })
})

describeOn('tmpfs', 'the disk is full', (command) => {
  for (const name of ['full', 'no inodes'] as const) {
    test(
      `${name}: others make room, what can have none is refused and leaves nothing, invalidations hold`,
      TIMEOUT,
      async () => {
        const { storedCount, refusedOnes, ...seen } = await told(command, name)
        expect(refusedOnes).toEqual(['fault'])
        expect(storedCount).toBe(201)
        expect(seen).toEqual({ wrongCount: 0, isOldKept: true, isInvalidated: true, tempCount: 0, checked: '0 0 0' })
      },
    )
  }
})
