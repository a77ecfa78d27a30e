/** A server that somebody listens to, and which is the test: what its connections do, that says. */
import { EventEmitter } from 'node:events'
import type { ServerClient, Subscriber } from '../src/client.ts'
import { standInClient } from './stand-in-client.ts'

const SUBSCRIBER_ID = 7

/** What the connection that is tracked is told of its tracking. */
export const TRACKED = ['flags', ['on', 'bcast', 'noloop'], 'redirect', SUBSCRIBER_ID, 'prefixes', []]

type Listener = (...args: unknown[]) => void

/** One that listens. */
class ToldSubscriber extends EventEmitter implements Subscriber {
  status = 'ready'
  isDisconnected = false
  connect: () => Promise<void>
  ping: () => Promise<unknown> = async () => 'PONG'

  constructor(connect: () => Promise<void>) {
    super()
    this.connect = connect
  }

  disconnect(): void {
    this.isDisconnected = true
    this.status = 'end'
  }

  async subscribe(): Promise<unknown> {
    return 1
  }

  async callBuffer(): Promise<unknown> {
    return SUBSCRIBER_ID
  }
}

export function toldServer(callBuffer: ServerClient['callBuffer'] = async () => 'OK') {
  const events = new EventEmitter()
  const subscribers: ToldSubscriber[] = []
  const next = { connect: async (): Promise<void> => undefined }
  const server = {
    ...standInClient(callBuffer),
    on: (event: string, listener: Listener) => events.on(event, listener),
    off: (event: string, listener: Listener) => events.off(event, listener),
    duplicate: () => {
      const subscriber = new ToldSubscriber(next.connect)
      subscribers.push(subscriber)
      return subscriber
    },
  }
  return {
    server,
    events,
    subscribers,
    /** How the next subscriber is connected. */
    next,
    lose: () => {
      server.status = 'end'
      events.emit('close')
    },
  }
}
