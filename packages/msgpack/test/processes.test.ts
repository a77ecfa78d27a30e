/** Several real processes that add structures to one file at the same time. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { fileStructures, msgpackCodec } from '@stowage/msgpack'
import { expect, onTestFinished, test } from 'vitest'
import type { Written } from './fixtures/writer.ts'
import { tempFile } from './temp-folder.ts'

const WRITER = fileURLToPath(new URL('./fixtures/writer.ts', import.meta.url))

async function startWriter(path: string, name: string, seed: number): Promise<ChildProcess> {
  const options = { execPath: process.execPath, execArgv: ['--conditions=@stowage/source'] }
  const writer = fork(WRITER, [path, name, String(seed)], options)
  onTestFinished(async () => {
    if (writer.exitCode !== null) return
    writer.kill('SIGKILL')
    await once(writer, 'close')
  })
  await once(writer, 'message')
  return writer
}

test('what any of them wrote, everybody reads as it was written', async () => {
  const path = tempFile('structures')
  const early = msgpackCodec({ structures: fileStructures(path) })
  const writers = await Promise.all(['a', 'b', 'c', 'd'].map((name, seed) => startWriter(path, name, seed)))
  const answers = writers.map((writer) => once(writer, 'message'))
  for (const writer of writers) writer.send('go')
  const written = (await Promise.all(answers)).flatMap(([all]: Written[][]) => all ?? [])

  expect(written).toHaveLength(800)
  const [late, structures] = [msgpackCodec({ structures: fileStructures(path) }), fileStructures(path).load()]
  expect(structures.length).toBeGreaterThan(20)
  for (const { format, base64, value } of written) {
    expect(format).toBe('msgpack-structures')
    for (const reader of [early, late]) {
      expect(reader.decode({ format, body: Buffer.from(base64, 'base64') })).toStrictEqual(value)
    }
  }
}, 60_000)
