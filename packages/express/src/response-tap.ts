/**
 * Stands between a handler and its response: sees the head before it goes out, and every byte; may withhold all of it. It is
 * put on by own properties of the response, so that what other middlewares put on before (compression, sessions) lies under
 * it, and what they put on later lies over it.
 *
 * A client that leaves is seen by the handler as 'close', upon which streams stop. While others wait for the same response
 * that event is withheld, with all else that tells of it (departure.ts), and what the handler writes goes to them alone.
 *
 * What is withheld counts as sent for the handler: else its error page would be taken for more of the body.
 *
 * Whoever waits for 'drain' is listened for here: what lies under this may keep such listeners for a stream of its own, as compression
 * does, which knows nothing of who else is waited for.
 */
import { ServerResponse } from 'node:http'
import { Departure } from './departure.ts'
import { DrainListeners } from './drain-listeners.ts'
import { isSendable } from './stored-response.ts'
import { takeHead } from './written-head.ts'

export interface TapWatcher {
  /** The head is complete and about to go out. `'hold'`: nothing of this response reaches the client. */
  commit(): 'pass' | 'hold'
  chunk(bytes: Uint8Array): void
  /** The handler has ended its response; when it was held, nothing has been sent. */
  end(): void
  /** Whether the handler is to go on though its client has left. */
  isNeeded(): boolean
  /** Whether the bytes are kept anyway, so that a slow client need not slow the handler. */
  isBuffering(): boolean
  /** Whether the handler is to pause all the same, until `resume`. */
  isBehind(): boolean
}

const FRESHNESS_FIELDS = new Set(['cache-control', 'cdn-cache-control', 'expires'])

const LISTENING = ['on', 'addListener'] as const
const LEAVING = ['off', 'removeListener'] as const
const METHODS = [
  'writeHead',
  'write',
  'end',
  'flushHeaders',
  'emit',
  'setHeader',
  'appendHeader',
  'destroy',
  ...LISTENING,
  ...LEAVING,
] as const
type Method = (typeof METHODS)[number]

export class ResponseTap {
  readonly #res: ServerResponse
  readonly #watcher: TapWatcher
  /** The methods as they were. */
  readonly #under: ReadonlyMap<Method, unknown>
  readonly #sentUnder: PropertyDescriptor | undefined
  #verdict: 'pass' | 'hold' | undefined
  /** Calls of what lies under this that are going on. */
  #depth = 0
  readonly #waiting = new DrainListeners()
  readonly #departure: Departure
  readonly #ownWriteHead: ServerResponse['writeHead']
  /** What lies over this is completing the head, which has not been written by hand. */
  #isCompleting = false
  /** What lies under this has yet to say that it takes more. */
  #isFull = false
  #isEnded = false
  #isClientGone = false
  /** The handler itself has broken it off. */
  #isBrokenOff = false
  #isReleased = false
  /** The status when a field of freshness was last set; undefined when none was. */
  statusOfFreshness: number | undefined

  constructor(res: ServerResponse, watcher: TapWatcher) {
    this.#res = res
    this.#watcher = watcher
    this.#under = new Map(METHODS.map((name): [Method, unknown] => [name, Reflect.get(res, name)]))
    this.#departure = new Departure(res, () => this.#isToGoOn())
    // What lies under this still has the head to complete, unless another cache holds it there.
    const sentUnder = Object.getOwnPropertyDescriptor(res, 'headersSent')
    this.#sentUnder = sentUnder
    const isSent = (): boolean =>
      sentUnder === undefined
        ? Reflect.get(ServerResponse.prototype, 'headersSent', res)
        : called(Reflect.get(sentUnder, 'get'), res, []) === true
    Object.defineProperty(res, 'headersSent', {
      configurable: true,
      get: () => (this.#isCommitted && this.#depth === 0) || isSent(),
    })
    this.#ownWriteHead = (status: number, ...rest: readonly unknown[]) => this.#writeHead(status, rest)
    res.writeHead = this.#ownWriteHead
    res.write = (chunk: unknown, encoding?: unknown, done?: unknown) => this.#write(chunk, encoding, done)
    res.end = (chunk?: unknown, encoding?: unknown, done?: unknown) => this.#end(chunk, encoding, done)
    res.flushHeaders = () => {
      if (this.#commitBody() === 'pass' && !this.#isClientGone) this.#call('flushHeaders')
    }
    res.emit = (event: string | symbol, ...rest: readonly unknown[]) => this.#emit(event, rest)
    res.destroy = (error?: Error) => this.#destroy(error)
    this.#call('on', 'drain', () => this.#drained())
    for (const name of LISTENING)
      res[name] = (event: string | symbol, listener: unknown) => this.#listen(name, event, listener)
    for (const name of LEAVING)
      res[name] = (event: string | symbol, listener: unknown) => this.#leave(name, event, listener)
    res.setHeader = (name: string, value: unknown) => this.#setField('setHeader', name, value)
    res.appendHeader = (name: string, value: unknown) => this.#setField('appendHeader', name, value)
  }

  get isClientGone(): boolean {
    return this.#isClientGone
  }

  /** Takes it off: from now on the response is the client's. */
  restore(): void {
    Object.assign(this.#res, Object.fromEntries(this.#under))
    Reflect.deleteProperty(this.#res, 'headersSent')
    if (this.#sentUnder !== undefined) Object.defineProperty(this.#res, 'headersSent', this.#sentUnder)
    this.#departure.letBe()
  }

  /** What was behind has caught up. */
  resume(): void {
    if (this.#isEnded || this.#watcher.isBehind()) return
    if (this.#isClientGone || !this.#isFull) this.#waiting.tell(this.#res)
  }

  /** Nobody needs the handler any more: it may hear that its client has left. */
  release(): void {
    if (!this.#isClientGone || this.#isEnded || this.#isReleased) return
    this.#isReleased = true
    this.restore()
    this.#departure.tell()
    this.#call('emit', 'close')
  }

  get #isCommitted(): boolean {
    return this.#verdict !== undefined
  }

  #commit(): 'pass' | 'hold' {
    if (this.#verdict !== undefined) return this.#verdict
    this.#requireSendable()
    this.#verdict = this.#watcher.commit()
    return this.#verdict
  }

  /**
   * Of a head that the handler has not written, what comes first of the body writes it, as in Node by `writeHead`: there middlewares that
   * were put on later (sessions, `on-headers`) have their last word, before it is looked at.
   */
  #commitBody(): 'pass' | 'hold' {
    const writeHead: unknown = Reflect.get(this.#res, 'writeHead')
    if (this.#verdict === undefined && writeHead !== this.#ownWriteHead) {
      this.#isCompleting = true
      try {
        called(writeHead, this.#res, [this.#res.statusCode])
      } finally {
        this.#isCompleting = false
      }
      // Node writes what is complete now, and is not to ask them again.
      this.#res.writeHead = this.#ownWriteHead
    }
    return this.#commit()
  }

  /** What Node refuses to send throws before it counts as sent: an error page is to take its place. */
  #requireSendable(): void {
    const { statusCode, statusMessage } = this.#res
    const status = Math.trunc(Number(statusCode))
    const isKnown = status >= 100 && status <= 999 && isSendable(statusMessage ?? '')
    if (!isKnown) this.#call('writeHead', statusCode)
    // Node takes texts of digits; here it is compared with numbers.
    this.#res.statusCode = status
  }

  /** As Node would where the head has been sent. */
  #requireNoHead(): void {
    if (!this.#isCommitted || (this.#verdict === 'pass' && !this.#isClientGone)) return
    const error = new Error('Cannot set headers after they are sent to the client')
    throw Object.assign(error, { code: 'ERR_HTTP_HEADERS_SENT' })
  }

  #writeHead(status: number, rest: readonly unknown[]): ServerResponse {
    this.#requireNoHead()
    if (this.#isCommitted) this.#call('writeHead', status, ...rest)
    else {
      takeHead(this.#res, status, rest)
      if (this.#isCompleting) return this.#res
      if (this.#commit() === 'pass' && !this.#isClientGone) this.#call('writeHead', this.#res.statusCode)
    }
    return this.#res
  }

  #write(chunk: unknown, encoding: unknown, done: unknown): boolean {
    const bytes = this.#isEnded ? undefined : bytesOf(chunk, encoding)
    // What cannot be written, and what is written too late, is for the response to complain about.
    if (bytes === undefined) return this.#call('write', chunk, encoding, done) === true
    const verdict = this.#commitBody()
    this.#watcher.chunk(bytes)
    const written = typeof encoding === 'function' ? encoding : done
    if (verdict === 'hold' || this.#isClientGone) {
      if (typeof written === 'function') process.nextTick(written)
      return !this.#watcher.isBehind()
    }
    this.#isFull = this.#call('write', bytes, written) !== true
    return (!this.#isFull || this.#watcher.isBuffering()) && !this.#watcher.isBehind()
  }

  #end(chunk: unknown, encoding: unknown, done: unknown): ServerResponse {
    const isBare = chunk === undefined || chunk === null || typeof chunk === 'function'
    const bytes = this.#isEnded || isBare ? undefined : bytesOf(chunk, encoding)
    if (this.#isEnded || (bytes === undefined && !isBare)) {
      this.#call('end', chunk, encoding, done)
      return this.#res
    }
    const verdict = this.#commitBody()
    if (bytes !== undefined) this.#watcher.chunk(bytes)
    this.#isEnded = true
    const ended = [chunk, encoding, done].find((each) => typeof each === 'function')
    if (this.#isClientGone) this.#finishAlone(ended)
    else if (verdict === 'pass') this.#call('end', ...(bytes === undefined ? [ended] : [bytes, ended]))
    else this.#res.once('finish', () => called(ended, this.#res, []))
    this.#watcher.end()
    return this.#res
  }

  /** The client has left long ago; the handler's streams still wait to hear that all was taken. */
  #finishAlone(ended: unknown): void {
    process.nextTick(() => {
      this.#departure.tell()
      called(ended, this.#res, [])
      this.#call('emit', 'finish')
      this.#call('emit', 'close')
    })
  }

  #emit(event: string | symbol, rest: readonly unknown[]): boolean {
    if (event === 'close' && this.#isToGoOn()) {
      this.#isClientGone = true
      // The handler may wait for a client that is not there any more.
      process.nextTick(() => this.resume())
      // An error handler that finds the head sent breaks off the connection.
      this.#departure.keep((error) => this.#destroy(error))
      return false
    }
    return this.#call('emit', event, ...rest) === true
  }

  /** The client is ready; others that are waited for say so by `resume`. */
  #drained(): void {
    this.#isFull = false
    this.resume()
  }

  #listen(name: Method, event: string | symbol, listener: unknown): ServerResponse {
    if (event === 'drain') this.#waiting.add(listener)
    else this.#call(name, event, listener)
    return this.#res
  }

  #leave(name: Method, event: string | symbol, listener: unknown): ServerResponse {
    if (event === 'drain') this.#waiting.remove(listener)
    // Those that came before this are where they were.
    this.#call(name, event, listener)
    return this.#res
  }

  /** Whether the handler is not to hear that its client has left. */
  #isToGoOn(): boolean {
    return !this.#isEnded && !this.#isClientGone && this.#hasClientLeft() && this.#watcher.isNeeded()
  }

  /** And has not been cut off by this side, which is how a handler fails whose head has been sent. */
  #hasClientLeft(): boolean {
    const { socket } = this.#res.req
    return !this.#isBrokenOff && (socket.readableEnded || socket.errored !== null)
  }

  #destroy(error: Error | undefined): ServerResponse {
    this.#isBrokenOff = true
    this.#departure.tell()
    this.#call('destroy', error)
    // Of a client that has left, no other 'close' comes.
    if (this.#isClientGone) this.#call('emit', 'close')
    return this.#res
  }

  #setField(method: 'setHeader' | 'appendHeader', name: string, value: unknown): ServerResponse {
    this.#requireNoHead()
    if (typeof name === 'string' && FRESHNESS_FIELDS.has(name.toLowerCase())) {
      this.statusOfFreshness = this.#res.statusCode
    }
    this.#call(method, name, value)
    return this.#res
  }

  #call(name: Method, ...args: readonly unknown[]): unknown {
    const isBelow = name !== 'emit'
    if (isBelow) this.#depth++
    try {
      return called(this.#under.get(name), this.#res, args)
    } finally {
      if (isBelow) this.#depth--
    }
  }
}

function called(method: unknown, self: unknown, args: readonly unknown[]): unknown {
  if (typeof method !== 'function') return undefined
  const result: unknown = Reflect.apply(method, self, args)
  return result
}

function bytesOf(chunk: unknown, encoding: unknown): Uint8Array | undefined {
  if (typeof chunk === 'string') return Buffer.from(chunk, isEncoding(encoding) ? encoding : 'utf8')
  return chunk instanceof Uint8Array ? chunk : undefined
}

function isEncoding(encoding: unknown): encoding is BufferEncoding {
  return typeof encoding === 'string' && Buffer.isEncoding(encoding)
}
