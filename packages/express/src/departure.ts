/**
 * A client that has left, kept from the handler while others wait for the response. Whoever is told of it stops, and ends nothing:
 * streams, Express's `sendFile`, and handlers that listen to the request or look whether the response is destroyed. So both look
 * as if the connection were open still, one that takes everything and sends nothing.
 */
import type { ServerResponse } from 'node:http'
import { NowhereSocket } from './nowhere-socket.ts'

export class Departure {
  readonly #res: ServerResponse
  /** Undefined unless it is kept from the handler. */
  #putBack: (() => void) | undefined
  /** Node's word to the request that its client has left. */
  #tellRequest: (() => void) | undefined
  #finishListeners: readonly unknown[] = []

  /** @param isToBeKept asked when the client leaves */
  constructor(res: ServerResponse, isToBeKept: () => boolean) {
    this.#res = res
    const { req } = res
    const destroy: unknown = Reflect.get(req, 'destroy')
    const tell = (error: Error | undefined): void => {
      if (typeof destroy === 'function') Reflect.apply(destroy, req, [error])
    }
    req.destroy = (error) => {
      // Node tells the request before the response. Once it has, the handler itself breaks off.
      if (this.#putBack !== undefined) req.socket.destroy(error)
      else if (isToBeKept()) this.#tellRequest = () => tell(error)
      else tell(error)
      return req
    }
  }

  /** @param breakOff what a handler does that cuts the connection */
  keep(breakOff: (error: Error | undefined) => void): void {
    const res = this.#res
    const { req } = res
    const { socket } = req
    const nowhere = new NowhereSocket(socket)
    nowhere.once('error', () => undefined)
    nowhere.once('close', () => {
      if (this.#putBack !== undefined) breakOff(nowhere.errored ?? undefined)
    })
    const isShown = Object.getOwnPropertyDescriptor(res, 'socket')
    Object.defineProperty(res, 'socket', { value: nowhere, configurable: true, writable: true })
    Object.assign(res, { destroyed: false, _closed: false })
    req.socket = nowhere
    this.#finishListeners = takeFinishListeners(res)
    this.#putBack = () => {
      Reflect.deleteProperty(res, 'socket')
      if (isShown !== undefined) Object.defineProperty(res, 'socket', isShown)
      Object.assign(res, { destroyed: true, _closed: true })
      req.socket = socket
      nowhere.destroy()
    }
  }

  /** The handler may hear of it, as it has ended or nobody waits any more. */
  tell(): void {
    const putBack = this.#putBack
    this.#putBack = undefined
    this.letBe()
    putBack?.()
    for (const listener of this.#finishListeners) {
      if (typeof listener === 'function') Reflect.apply(listener, undefined, [null, this.#res])
    }
    this.#finishListeners = []
    this.#tellRequest?.()
    this.#tellRequest = undefined
  }

  /** From now on the request hears what Node tells it. */
  letBe(): void {
    Reflect.deleteProperty(this.#res.req, 'destroy')
  }
}

/**
 * The listeners that on-finished 2, which Express's own `sendFile` stands on, would call as the connection closes: it keeps them on the
 * response, and no event says that they are to be called.
 */
function takeFinishListeners(res: ServerResponse): readonly unknown[] {
  const attached: unknown = Reflect.get(res, '__onFinished')
  if (typeof attached !== 'function' || !('queue' in attached) || !Array.isArray(attached.queue)) return []
  Reflect.set(res, '__onFinished', null)
  return attached.queue.splice(0)
}
