/**
 * Fill a folder once, whoever comes first. The work happens in a neighbour of the final place and one rename makes it
 * visible, so that a reader sees all of it or nothing, and two runs at the same time cannot tear each other's files.
 */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export async function settleFolder(place: string, fill: (work: string) => Promise<string>): Promise<string> {
  if (existsSync(place)) return place
  await mkdir(dirname(place), { recursive: true })
  const work = await mkdtemp(`${place}.filling-`)
  try {
    const filled = await fill(work)
    await renameUnlessTaken(filled, place)
    return place
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function renameUnlessTaken(from: string, place: string): Promise<void> {
  try {
    await rename(from, place)
  } catch (error) {
    // A folder cannot be renamed over one that has files: then another run settled it first, and its copy is as good.
    if (!existsSync(join(place, '.'))) throw error
  }
}
