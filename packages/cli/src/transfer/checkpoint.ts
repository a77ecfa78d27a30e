/** How far an import has come, in a file of its own: all before is in the store. Written whole or not at all. */
import { existsSync, readFileSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import { messageOf } from '@stowage/core'
import { EXIT_CODES } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { jsonFields } from '../json-fields.ts'

/** Of what export into what store. */
interface ImportIdentity {
  readonly exportedAtMs: number
  readonly store: string
}

export interface Checkpoint {
  readonly path: string
  readonly identity: ImportIdentity
}

const PAUSE_MS = 500

/** @returns bytes of the export that are done. @throws Failure for a checkpoint of something else */
export function readCheckpoint({ path, identity }: Checkpoint): number {
  if (!existsSync(path)) return 0
  const noted = parsed(readFileSync(path, 'utf8'))
  if (noted === undefined) throw new Failure(EXIT_CODES.usage, `'${path}' is no checkpoint: it is left as it is`)
  if (noted.exportedAtMs === identity.exportedAtMs && noted.store === identity.store) return noted.doneBytes
  throw new Failure(
    EXIT_CODES.usage,
    `'${path}' is the checkpoint of another import, into ${noted.store}; allowed: one for each`,
  )
}

/** Notes how far it is, now and then. */
export class CheckpointWriter {
  readonly #checkpoint: Checkpoint | undefined
  #notedAtMs = performance.now()

  constructor(checkpoint: Checkpoint | undefined) {
    this.#checkpoint = checkpoint
  }

  async note(doneBytes: number): Promise<void> {
    if (performance.now() - this.#notedAtMs >= PAUSE_MS) await this.noteNow(doneBytes)
  }

  async noteNow(doneBytes: number): Promise<void> {
    if (this.#checkpoint === undefined) return
    const { path, identity } = this.#checkpoint
    try {
      await writeFile(`${path}.new`, JSON.stringify({ stowage: 'checkpoint', ...identity, doneBytes }))
      await rename(`${path}.new`, path)
    } catch (cause) {
      throw new Failure(EXIT_CODES.usage, `--checkpoint: cannot write '${path}': ${messageOf(cause)}`, { cause })
    }
    this.#notedAtMs = performance.now()
  }

  /** All is done: there is nothing to go on with. */
  async remove(): Promise<void> {
    if (this.#checkpoint !== undefined) await rm(this.#checkpoint.path, { force: true })
  }
}

function parsed(text: string): (ImportIdentity & { readonly doneBytes: number }) | undefined {
  const { stowage, exportedAtMs, store, doneBytes } = jsonFields(text) ?? {}
  if (stowage !== 'checkpoint' || typeof store !== 'string') return undefined
  return isCount(exportedAtMs) && isCount(doneBytes) ? { exportedAtMs, store, doneBytes } : undefined
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value)
}
