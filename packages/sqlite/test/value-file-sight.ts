/** Values large enough for a file, and a look at the files there are. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Backend } from '@stowage/core'
import { expect } from 'vitest'
import { newFileId, pathOf } from '../src/value-files/file-id.ts'
import { Spares } from '../src/value-files/spares.ts'
import { NOW_MS, sweepAll } from './entries.ts'
import { alter, expectConsistent, rowCount, valueFiles } from './inspection.ts'

export const large = (letter: string): string => letter.repeat(200_000)

/** Every file is a new one. */
export const NO_SPARES: Spares = new Spares(0, () => {})

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

/** Of a process that is not there any more. */
let deadPid: number | undefined

/** A file that a process dropped before it was killed. */
export function leaveDropped(path: string, sizeBytes: number): string {
  deadPid ??= spawnSync(process.execPath, ['-e', '']).pid
  const id = newFileId()
  const file = pathOf(`${path}-values`, id)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, 'x'.repeat(sizeBytes))
  alter(
    path,
    `INSERT INTO stowage_file_v1 (state, id, kind, size_bytes, pid, since_ms) VALUES ('dropped', ${id}, 'text', ${sizeBytes}, ${deadPid}, ${NOW_MS})`,
  )
  return file
}
