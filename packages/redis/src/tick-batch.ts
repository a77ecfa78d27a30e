/**
 * What is asked of one partition within one turn of the microtask queue goes to the server together: reads as one MGET, writes in
 * front of them in one pipeline. The epoch comes with both, read before any write of the batch is carried out. A lone
 * read is one command and waits for nobody.
 */
import type { Command } from './client.ts'
import { bytesIfAny, bytesOf, kindOf, listOf, type Reply } from './reply.ts'
import type { Succession } from './succession.ts'
import type { Wire } from './wire.ts'

/** Keys of one MGET, and commands of one pipeline: the server answers nobody else meanwhile. */
const MAX_TOGETHER = 512
/** Bytes of one pipeline, give or take its last command: they are copied into one write. */
const MAX_BYTES = 4_194_304

/** What was read, and the epoch at that moment; `undefined`: nothing is there. */
export interface Read {
  readonly epochText: string
  readonly bytes: Buffer | undefined
}

interface Asked<T> {
  readonly resolve: (answer: T) => void
  readonly reject: (reason: unknown) => void
}

interface AskedRead extends Asked<Read> {
  readonly name: string
}

interface AskedWrite extends Asked<string> {
  readonly command: Command
  readonly sizeBytes: number
}

export class TickBatch {
  readonly #wire: Wire
  readonly #succession: Succession
  readonly #epochName: string
  #reads: AskedRead[] = []
  #writes: AskedWrite[] = []
  #isDue = false

  constructor(wire: Wire, succession: Succession, epochName: string) {
    this.#wire = wire
    this.#succession = succession
    this.#epochName = epochName
  }

  read(name: string): Promise<Read> {
    return new Promise((resolve, reject) => {
      this.#reads.push({ name, resolve, reject })
      this.#flushSoon()
    })
  }

  /** @returns the epoch before the write; '' where there was none */
  write(command: Command, sizeBytes: number): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#writes.push({ command, sizeBytes, resolve, reject })
      this.#flushSoon()
    })
  }

  #flushSoon(): void {
    if (this.#isDue) return
    this.#isDue = true
    queueMicrotask(() => {
      const [reads, writes] = [this.#reads, this.#writes]
      this.#isDue = false
      if (writes.length > 0) {
        this.#writes = []
        for (const chunk of writeChunks(writes)) void this.#sendWrites(chunk)
      }
      if (reads.length > 0) {
        this.#reads = []
        for (let at = 0; at < reads.length; at += MAX_TOGETHER) void this.#sendReads(reads.slice(at, at + MAX_TOGETHER))
      }
    })
  }

  async #sendReads(reads: readonly AskedRead[]): Promise<void> {
    try {
      const [epoch, ...values] = await this.#succession.trusted(() =>
        this.#readAll([this.#epochName, ...reads.map(({ name }) => name)]),
      )
      const epochText = bytesIfAny(epoch)?.toString('latin1') ?? ''
      reads.forEach(({ resolve }, at) => {
        resolve({ epochText, bytes: bytesIfAny(values[at]) })
      })
    } catch (thrown) {
      for (const { reject } of reads) reject(thrown)
    }
  }

  async #readAll(names: readonly string[]): Promise<readonly Reply[]> {
    try {
      return listOf(await this.#wire.call(['mget', ...names]))
    } catch (thrown) {
      // The slot is being moved: some keys are here, some are there. One by one they are found.
      if (kindOf(thrown) !== 'TRYAGAIN') throw thrown
      return Promise.all(names.map(async (name) => listOf(await this.#wire.call(['mget', name]))[0]))
    }
  }

  async #sendWrites(writes: readonly AskedWrite[]): Promise<void> {
    try {
      const commands: Command[] = [['mget', this.#epochName], ...writes.map(({ command }) => command)]
      await this.#succession.settled()
      const [epoch, ...answers] = await this.#wire.pipeline(commands)
      const epochText = epochOf(epoch)
      writes.forEach(({ resolve, reject }, at) => {
        const answer = answers[at]
        if (answer instanceof Error) reject(answer)
        else resolve(epochText)
      })
    } catch (thrown) {
      for (const { reject } of writes) reject(thrown)
    }
  }
}

/** MGET and not GET: of what is no string it says that nothing is there. */
function epochOf(answer: Reply): string {
  if (answer instanceof Error) throw answer
  const [epoch] = listOf(answer)
  return epoch === null ? '' : bytesOf(epoch).toString('latin1')
}

function* writeChunks(writes: readonly AskedWrite[]): Generator<readonly AskedWrite[]> {
  let chunk: AskedWrite[] = []
  let sizeBytes = 0
  for (const write of writes) {
    if (chunk.length === MAX_TOGETHER || sizeBytes >= MAX_BYTES) {
      yield chunk
      chunk = []
      sizeBytes = 0
    }
    chunk.push(write)
    sizeBytes += write.sizeBytes
  }
  yield chunk
}
