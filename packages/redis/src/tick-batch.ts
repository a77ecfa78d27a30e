/**
 * What is asked of one partition within one turn of the microtask queue goes to the server together: reads as one MGET, writes in
 * front of them in one pipeline. The epoch comes with both, read before any write of the batch is carried out. A lone
 * read is one command and waits for nobody, a lone write is two.
 */
import { type MaybePromise, messageOf } from '@stowage/core'
import type { Argument, Command } from './client.ts'
import { bytesIfAny, bytesOf, listOf, type Reply, textOf } from './reply.ts'
import { SET } from './scripts/entry.ts'
import type { Succession } from './succession.ts'
import type { Wire } from './wire.ts'

/** Keys of one MGET: the server answers nobody else meanwhile. */
const MAX_TOGETHER = 512
/** Bytes of one pipeline, give or take its last command: they are copied into one write. */
const MAX_BYTES = 4_194_304

/** Writes of one script or pipeline, and how large each may be for a script. */
const SMALL_TOGETHER = 128
const SMALL_BYTES = 16_384

/** What was read, and the epoch at that moment; `undefined`: nothing is there. */
export interface Read {
  readonly epochText: string
  readonly bytes: Buffer | undefined
  /** When it was asked for. */
  readonly begunTickMs: number
}

/** What was read together, and the epoch at that moment. */
export interface ReadTogether {
  readonly epochText: string
  /** Behind the epoch, in the order of the names. */
  readonly replies: readonly Reply[]
  readonly begunTickMs: number
}

/** What was read of the name at this place; undefined: nothing is there. */
export function bytesAt({ replies }: ReadTogether, at: number): Buffer | undefined {
  return bytesIfAny(replies[at + 1])
}

interface AskedRead {
  readonly name: string
  readonly answer: (read: Read) => void
  readonly reject: (reason: unknown) => void
}

/** A plain SET. */
export interface PlainWrite {
  readonly name: string
  readonly bytes: Buffer
  readonly lifeMs: string
}

interface AskedWrite extends PlainWrite {
  readonly resolve: (epochText: string) => void
  readonly reject: (reason: unknown) => void
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

  /** @param give what the caller gets for what was read */
  read<T>(name: string, give: (read: Read) => MaybePromise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const answer = (read: Read): void => {
        try {
          resolve(give(read))
        } catch (thrown) {
          reject(thrown)
        }
      }
      this.#reads.push({ name, answer, reject })
      this.#flushSoon()
    })
  }

  /** Many at once, behind the sets of this turn; values in the order of the names. */
  readTogether<T>(names: readonly string[], give: (read: ReadTogether) => MaybePromise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#sendWrites()
      this.#sendReads(names, (read) => resolve(give(read)), reject)
    })
  }

  /** A plain SET. @returns the epoch before it; '' where there was none */
  set(name: string, bytes: Buffer, lifeMs: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#writes.push({ name, bytes, lifeMs, resolve, reject })
      this.#flushSoon()
    })
  }

  /**
   * Many at once, behind the sets of this turn: on their way when this returns, so that what is asked for next is behind them. Gives for each the
   * epoch before it, or what the server said against that one.
   */
  setTogether(writes: readonly PlainWrite[]): Promise<readonly (string | Error)[]> {
    this.#sendWrites()
    return this.#send(writes)
  }

  /** The sets of this turn go at once, where one of them is of these. */
  sendBefore(names: readonly string[] | 'any'): void {
    if (this.#writes.length === 0) return
    if (names === 'any' || this.#writes.some(({ name }) => names.includes(name))) this.#sendWrites()
  }

  #sendWrites(): void {
    const asked = this.#writes
    if (asked.length === 0) return
    this.#writes = []
    this.#send(asked).then(
      (answers) => {
        asked.forEach(({ resolve, reject }, at) => {
          const answer = answers[at]
          if (typeof answer === 'string') resolve(answer)
          else reject(answer)
        })
      },
      (thrown: unknown) => {
        for (const { reject } of asked) reject(thrown)
      },
    )
  }

  #send(writes: readonly PlainWrite[]): Promise<readonly (string | Error)[]> {
    const [only] = writes
    if (only !== undefined && writes.length === 1 && !this.#wire.isCluster) return this.#sendLone(only)
    // Large ones take the others with them, so that two writes of one key stay in their order.
    if (writes.every(({ bytes }) => bytes.length <= SMALL_BYTES)) return this.#sendSmall(writes)
    return Promise.all(Array.from(writeChunks(writes), (chunk) => this.#sendLarge(chunk))).then((all) => all.flat())
  }

  #flushSoon(): void {
    if (this.#writes.length >= SMALL_TOGETHER || this.#reads.length >= MAX_TOGETHER) this.#flush()
    else if (!this.#isDue) {
      this.#isDue = true
      queueMicrotask(this.#flush)
    }
  }

  /** Writes first: who has written before it reads in one tick reads what it wrote. A full batch goes at once, so that the server has begun. */
  readonly #flush = (): void => {
    const reads = this.#reads
    this.#isDue = false
    this.#sendWrites()
    if (reads.length > 0) {
      this.#reads = []
      this.#sendAsked(reads)
    }
  }

  #sendAsked(reads: readonly AskedRead[]): void {
    const names = reads.map(({ name }) => name)
    const answered = (read: ReadTogether): void => {
      const { epochText, begunTickMs } = read
      for (let at = 0; at < reads.length; at++) reads[at]?.answer({ epochText, bytes: bytesAt(read, at), begunTickMs })
    }
    this.#sendReads(names, answered, (thrown) => {
      for (const { reject } of reads) reject(thrown)
    })
  }

  /** By callbacks: every promise on the way of a hit costs as much as a part of the hit itself. */
  #sendReads(names: readonly string[], give: (read: ReadTogether) => void, failed: (thrown: unknown) => void): void {
    const begunTickMs = performance.now()
    const command: Command = ['mget', this.#epochName, ...names]
    const answered = (answer: Reply): void => {
      try {
        this.#succession.heard()
        const replies = listOf(answer)
        give({ epochText: bytesIfAny(replies[0])?.toString('latin1') ?? '', replies, begunTickMs })
      } catch (thrown) {
        // Out of here it would reach nobody: these promises are the last ones.
        failed(thrown)
      }
    }
    const slowly = (): void => {
      const ask = (): Promise<readonly Reply[]> => {
        this.#sendWrites()
        return this.#readAll(command)
      }
      this.#succession.trusted(ask).then(answered, failed)
    }
    if (this.#succession.settled() !== undefined) {
      slowly()
      return
    }
    const { server } = this.#succession
    this.#wire.ask(
      command,
      (answer) => (this.#succession.isStill(server) ? answered(answer) : slowly()),
      (thrown) => (isOnTheMove(thrown) ? slowly() : failed(thrown)),
    )
  }

  async #readAll(command: Command): Promise<readonly Reply[]> {
    try {
      return listOf(await this.#wire.call(command))
    } catch (thrown) {
      // The slot is being moved: some keys are here, some are there. One by one they are found.
      if (!isOnTheMove(thrown)) throw thrown
      const [, ...names] = command
      return Promise.all(names.map(async (name) => listOf(await this.#wire.call(['mget', name]))[0]))
    }
  }

  /**
   * Two plain commands cost less than a script, and less waiting than one pipeline. They are on their way when this returns, as those of
   * {@link #sendSmall} are: what is asked for next stays behind them.
   */
  #sendLone(write: PlainWrite): Promise<readonly string[]> {
    const settling = this.#succession.settled()
    return settling === undefined ? this.#sendBoth(write) : settling.then(() => this.#sendBoth(write))
  }

  #sendBoth(write: PlainWrite): Promise<readonly string[]> {
    return new Promise((resolve, reject) => {
      const answered = (epoch: Reply): void => {
        try {
          const epochText = epochOf(epoch)
          this.#succession.heard()
          resolve([epochText])
        } catch (thrown) {
          reject(thrown)
        }
      }
      this.#wire.askBoth(['mget', this.#epochName], setOf(write), answered, reject)
    })
  }

  /**
   * Small ones in one script, which is one command to make and one answer to read; the script copies each value once more. Nothing is waited
   * for that need not be, even for one turn of the microtask queue: what is asked for next would go ahead.
   */
  async #sendSmall(writes: readonly PlainWrite[]): Promise<readonly string[]> {
    const settling = this.#succession.settled()
    if (settling !== undefined) await settling
    const names = [this.#epochName]
    const args: Argument[] = []
    for (const { name, bytes, lifeMs } of writes) {
      names.push(name)
      args.push(bytes, lifeMs)
    }
    const epochText = textOf(await this.#wire.run(SET, names, args))
    this.#succession.heard()
    return writes.map(() => epochText)
  }

  async #sendLarge(writes: readonly PlainWrite[]): Promise<readonly (string | Error)[]> {
    const commands: Command[] = [['mget', this.#epochName], ...writes.map(setOf)]
    const settling = this.#succession.settled()
    if (settling !== undefined) await settling
    const [epoch, ...answers] = await this.#wire.pipeline(commands)
    const epochText = epochOf(epoch)
    this.#succession.heard()
    return answers.map((answer) => (answer instanceof Error ? answer : epochText))
  }
}

function setOf({ name, bytes, lifeMs }: PlainWrite): Command {
  return ['set', name, bytes, 'PX', lifeMs]
}

/** Said by the server, or by the client after having tried it here and there. */
function isOnTheMove(thrown: unknown): boolean {
  return /^TRYAGAIN|^Too many Cluster redirections/.test(messageOf(thrown))
}

/** MGET and not GET: of what is no string it says that nothing is there. */
function epochOf(answer: Reply): string {
  if (answer instanceof Error) throw answer
  const [epoch] = listOf(answer)
  return epoch === null ? '' : bytesOf(epoch).toString('latin1')
}

function* writeChunks(writes: readonly PlainWrite[]): Generator<readonly PlainWrite[]> {
  let chunk: PlainWrite[] = []
  let sizeBytes = 0
  for (const write of writes) {
    if (sizeBytes >= MAX_BYTES) {
      yield chunk
      chunk = []
      sizeBytes = 0
    }
    chunk.push(write)
    sizeBytes += write.bytes.length
  }
  yield chunk
}
