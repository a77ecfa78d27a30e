/** Values large enough for a file, and a look at the files there are. */
import type { Backend } from '@stowage/core'
import { expect } from 'vitest'
import { sweepAll } from './entries.ts'
import { expectConsistent, rowCount, valueFiles } from './inspection.ts'

export const large = (letter: string): string => letter.repeat(200_000)

/** What is left when everything behind has been done. */
export async function filesOf(backend: Backend, path: string): Promise<readonly string[]> {
  await sweepAll(backend)
  expectConsistent(path)
  const files = valueFiles(path)
  expect(files).toHaveLength(rowCount(path, 'file'))
  return files
}

export function onlyFile(path: string): string {
  const [file = '', ...others] = valueFiles(path)
  expect(others).toEqual([])
  return file
}
