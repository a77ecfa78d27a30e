/** Heads of entries asked for within one tick, of one partition: one script, and no bodies. */
import { bytesIfAny, listOf, type Reply, textOf } from './reply.ts'

/** Of one script: the server answers nobody else meanwhile. */
const MAX_TOGETHER = 512

/** The epoch at that moment, and the string up to the body; undefined: nothing is there that is a string. */
export interface HeadRead {
  readonly epochText: string
  readonly bytes: Buffer | undefined
}

interface Asked {
  readonly key: string
  readonly resolve: (read: HeadRead) => void
  readonly reject: (reason: unknown) => void
}

export class HeadBatch {
  readonly #ask: (keys: readonly string[]) => Promise<Reply>
  #asked: Asked[] = []

  /** @param ask runs the script for entries: the epoch, and a head each */
  constructor(ask: (keys: readonly string[]) => Promise<Reply>) {
    this.#ask = ask
  }

  read(key: string): Promise<HeadRead> {
    return new Promise((resolve, reject) => {
      this.#asked.push({ key, resolve, reject })
      if (this.#asked.length === 1) queueMicrotask(() => this.#flush())
    })
  }

  #flush(): void {
    const asked = this.#asked
    this.#asked = []
    for (let at = 0; at < asked.length; at += MAX_TOGETHER) void this.#send(asked.slice(at, at + MAX_TOGETHER))
  }

  async #send(asked: readonly Asked[]): Promise<void> {
    try {
      const [epoch, ...heads] = listOf(await this.#ask(asked.map(({ key }) => key)))
      const epochText = textOf(epoch)
      for (const [at, { resolve }] of asked.entries()) resolve({ epochText, bytes: bytesIfAny(heads[at]) })
    } catch (thrown) {
      for (const { reject } of asked) reject(thrown)
    }
  }
}
