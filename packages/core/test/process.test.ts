/** A process with a cache in trouble: nothing behind its back ends it, prints, or keeps it from ending. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const SERVICE = fileURLToPath(new URL('./fixtures/troubled-service.ts', import.meta.url))
const run = promisify(execFile)

/** A loaded machine takes seconds to start a process; one that hangs takes for ever. */
const LIMIT_MS = 30_000

test.each(['close', 'leave'])(
  'it has no unhandled rejection, says nothing, and ends by itself (%s)',
  async (ends) => {
    const flags = ['--conditions=@stowage/source', '--unhandled-rejections=strict']
    const { stdout, stderr } = await run(process.execPath, [...flags, SERVICE, ends], { timeout: LIMIT_MS })
    expect({ stdout, stderr }).toEqual({ stdout: 'done\n', stderr: '' })
  },
  LIMIT_MS,
)
