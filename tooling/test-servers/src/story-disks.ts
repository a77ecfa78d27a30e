/** What a program that tells stories of disks is made of: disks of its own, and the telling, as one line of JSON. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [, , asked = '', folder = ''] = process.argv

/** The story's own folder, removed when it is over. */
export const storyFolder: string = folder

export function run(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8' }).trim()
}

/** A mounted folder. @param args what `mount` is given before the place */
export function mounted(name: string, ...args: readonly string[]): string {
  const at = join(folder, name)
  mkdirSync(at)
  run('mount', ...args, at)
  return at
}

/** An image of 64 MB with an ext4 on it. */
export function newImage(): string {
  const image = join(folder, 'image')
  writeFileSync(image, '')
  run('truncate', '-s', '64M', image)
  run('mkfs.ext4', '-q', '-F', image)
  return image
}

/** Tells the story that was asked for, and ends the process. */
export async function tellStory<Stories extends object>(
  stories: {
    readonly [Name in keyof Stories]: () => Promise<Stories[Name]>
  },
): Promise<never> {
  for (const [name, begin] of Object.entries<() => Promise<unknown>>(stories)) {
    if (name === asked) process.stdout.write(`${JSON.stringify(await begin())}\n`)
  }
  process.exit(0)
}
