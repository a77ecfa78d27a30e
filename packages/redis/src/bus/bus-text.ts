/**
 * What one PUBLISH carries: who publishes, the number of what it publishes, and messages, a line each. A beat carries none and has the
 * number of the last that did.
 */
import { type BusMessage, decodeBusMessage, encodeBusMessage } from '@stowage/core'

/** First in every text, so that a later form can be told from this one. */
const FORM = 'stowage-bus-1'
const ANY_FORM = /^stowage-bus-\d+ /

export interface BusPost {
  readonly publisher: string
  readonly number: number
  /** Undefined: it cannot be read here. */
  readonly messages: readonly (BusMessage | undefined)[]
}

/** Messages are JSON, which has no line break in it. */
export function formatPost(publisher: string, number: number, messages: readonly BusMessage[]): string {
  return [`${FORM} ${publisher} ${number}`, ...messages.map(encodeBusMessage)].join('\n')
}

/** Undefined: it is nobody's post, or of {@link isOtherForm}. */
export function parsePost(text: string): BusPost | undefined {
  const [head = '', ...messages] = text.split('\n')
  const [form, publisher, number, ...more] = head.split(' ')
  if (form !== FORM || !publisher || !/^\d{1,15}$/.test(number ?? '') || more.length > 0) return undefined
  return { publisher, number: Number(number), messages: messages.map(decodeBusMessage) }
}

/** Whether it is a post of another version of this package, which cannot be read here. */
export function isOtherForm(text: string): boolean {
  return ANY_FORM.test(text) && !text.startsWith(`${FORM} `)
}
