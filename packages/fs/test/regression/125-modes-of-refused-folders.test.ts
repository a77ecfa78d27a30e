/** Regression: a folder with other things in it was refused, but had been made private before: a site's files, given by mistake, were served no more. */
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { fsBackend } from '@stowage/fs'
import { expect, onTestFinished, test } from 'vitest'
import { tempFolder } from '../temp-folder.ts'

const modeOf = (path: string) => statSync(path).mode & 0o777

test.skipIf(process.geteuid === undefined).each([
  ['index.html', '<h1>Home</h1>', 'holds other things'],
  ['stowage-files.json', '{"stowage":"files","format":999}\n', 'is no files cache of this version'],
])('a folder with %s is refused and stays as it is', (name, content, why) => {
  const folder = tempFolder()
  onTestFinished(() => folder.remove())
  const directory = folder.file('site')
  mkdirSync(directory)
  chmodSync(directory, 0o755)
  writeFileSync(`${directory}/${name}`, content)
  expect(() => fsBackend({ directory })).toThrow(why)
  expect(modeOf(directory)).toBe(0o755)
})
