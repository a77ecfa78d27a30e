/** What is derived from files: fingerprints, and values that are kept until the file changes. */
import { renameSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { cachedFile, fileFingerprint } from '@stowage/fs'
import { expect, onTestFinished, test } from 'vitest'
import { newDirectory, openCache } from './stores.ts'
import { tempFolder } from './temp-folder.ts'

function sources() {
  const folder = tempFolder()
  onTestFinished(() => folder.remove())
  return folder
}

test('a fingerprint stays while the file does, and changes with it', async () => {
  const folder = sources()
  const path = folder.file('a.json')
  writeFileSync(path, 'one')
  const stat = await fileFingerprint(path)
  const content = await fileFingerprint(path, { by: 'content' })
  expect([await fileFingerprint(path), await fileFingerprint(path, { by: 'content' })]).toEqual([stat, content])
  // Of the same length, and as old as before.
  const old = new Date(1_700_000_000_000)
  utimesSync(path, old, old)
  const before = await fileFingerprint(path)
  writeFileSync(folder.file('b.json'), 'two')
  utimesSync(folder.file('b.json'), old, old)
  renameSync(folder.file('b.json'), path)
  expect(await fileFingerprint(path)).not.toBe(before)
  expect(await fileFingerprint(path, { by: 'content' })).not.toBe(content)
  writeFileSync(path, 'one')
  expect(await fileFingerprint(path, { by: 'content' })).toBe(content)
  await expect(fileFingerprint(folder.file('none'))).rejects.toThrow(/ENOENT/)
  // @ts-expect-error a word that is not known
  await expect(fileFingerprint(path, { by: 'size' })).rejects.toThrow(/by: 'size'/)
})

test.each(['stat', 'content'] as const)('a file is parsed once, and again when it has changed (%s)', async (by) => {
  const path = sources().file('settings.json')
  const directory = newDirectory()
  writeFileSync(path, '{"a":1}')
  let parsedCount = 0
  const parse = (content: Buffer): unknown => {
    parsedCount++
    return JSON.parse(content.toString())
  }
  const first = openCache(directory)
  expect(await cachedFile(first, path, parse, { by })).toEqual({ a: 1 })
  expect(await cachedFile(first, path, parse, { by })).toEqual({ a: 1 })
  // Another process would have its own handle on the folder.
  expect(await cachedFile(openCache(directory), path, parse, { by })).toEqual({ a: 1 })
  expect(parsedCount).toBe(1)
  writeFileSync(path, '{"a":2}')
  expect(await cachedFile(first, path, parse, { by })).toEqual({ a: 2 })
  expect(parsedCount).toBe(2)
  writeFileSync(path, 'no JSON')
  await expect(cachedFile(first, path, parse, { by })).rejects.toThrow(SyntaxError)
})

test('a file that changes while it is being read is read again, and what was read in between is not kept', async () => {
  const path = sources().file('busy.txt')
  writeFileSync(path, 'one')
  const cache = openCache(newDirectory())
  const seen: string[] = []
  const parse = (content: Buffer): string => {
    seen.push(content.toString())
    return content.toString()
  }
  // Between the fingerprint and the read.
  let isFirst = true
  const busy = new Proxy(cache, {
    get: (target, name) =>
      name === 'getOrSet'
        ? (...call: Parameters<typeof cache.getOrSet>) => {
            if (isFirst) writeFileSync(path, 'two, longer')
            isFirst = false
            return target.getOrSet(...call)
          }
        : (Reflect.get(target, name) as unknown),
  })
  expect(await cachedFile(busy, path, parse)).toBe('two, longer')
  expect(seen).toEqual(['two, longer', 'two, longer'])
  expect(await cachedFile(cache, path, parse)).toBe('two, longer')
  expect(seen).toHaveLength(2)
})

test('a file that is changed, and made as old as before, has another fingerprint', async () => {
  const path = sources().file('a.txt')
  const old = new Date(1_700_000_000_000)
  const write = (content: string): number => {
    writeFileSync(path, content)
    utimesSync(path, old, old)
    return statSync(path).ctimeMs
  }
  const before = write('one')
  const fingerprint = await fileFingerprint(path)
  // The system's own clock for files may stand for some milliseconds.
  while (write('two') === before);
  expect(await fileFingerprint(path)).not.toBe(fingerprint)
})
