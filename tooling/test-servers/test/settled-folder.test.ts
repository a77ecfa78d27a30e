import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { settleFolder } from '../src/settled-folder.ts'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'stowage-settle-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

/** Fills a folder with two files that name who wrote them, so that a mixture of two runs would show. */
async function twoFiles(work: string, who: string): Promise<string> {
  const filled = join(work, 'filled')
  await mkdir(filled)
  await Promise.all(['a', 'b'].map((name) => writeFile(join(filled, name), who)))
  return filled
}

test('fills the place once and leaves nothing else beside it', async () => {
  const place = join(root, 'deep', 'place')
  expect(await settleFolder(place, (work) => twoFiles(work, 'first'))).toBe(place)
  expect(await settleFolder(place, () => Promise.reject(new Error('filled again')))).toBe(place)
  expect(await readFile(join(place, 'a'), 'utf8')).toBe('first')
  expect(await readdir(join(root, 'deep'))).toEqual(['place'])
})

test('two at once: both get one whole folder, the work of the later one is dropped', async () => {
  const place = join(root, 'place')
  const bothAreFilling = Promise.withResolvers<void>()
  const firstHasSettled = Promise.withResolvers<void>()
  let fillingCount = 0
  const arrive = () => {
    fillingCount += 1
    if (fillingCount === 2) bothAreFilling.resolve()
    return bothAreFilling.promise
  }
  const first = settleFolder(place, async (work) => {
    await arrive()
    return twoFiles(work, 'first')
  })
  const second = settleFolder(place, async (work) => {
    await arrive()
    await firstHasSettled.promise
    return twoFiles(work, 'second')
  })
  expect(await first).toBe(place)
  firstHasSettled.resolve()
  expect(await second).toBe(place)
  expect(await Promise.all(['a', 'b'].map((name) => readFile(join(place, name), 'utf8')))).toEqual(['first', 'first'])
  expect(await readdir(root)).toEqual(['place'])
})

test('a failed filling leaves neither the place nor the work behind', async () => {
  const place = join(root, 'place')
  const failing = settleFolder(place, async (work) => {
    await twoFiles(work, 'half')
    throw new Error('interrupted')
  })
  await expect(failing).rejects.toThrow('interrupted')
  expect(await readdir(root)).toEqual([])
})
