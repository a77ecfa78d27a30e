/** A bus message as text, for buses that carry text, and back. Whatever else arrives is nobody's message: undefined. */
import type { BusChange, BusMessage } from './bus.ts'

/** Longer text is not looked at: some thousand keys, or one key of the greatest length. */
const MAX_BUS_TEXT_LENGTH = 1_048_576

/** First in every text, so that a later form can be told from this one. */
const FORM = 1

export function encodeBusMessage({ origin, change }: BusMessage): string {
  return JSON.stringify([FORM, origin, change])
}

/** @returns undefined for what {@link encodeBusMessage} does not write: damage, another form, somebody else's. */
export function decodeBusMessage(text: string): BusMessage | undefined {
  if (text.length > MAX_BUS_TEXT_LENGTH) return undefined
  const parts = listIn(text)
  const [form, origin, said] = parts
  if (form !== FORM || typeof origin !== 'string') return undefined
  const change = changeOf(said)
  return change === undefined ? undefined : { origin, change }
}

/** The change, of its known fields only. */
function changeOf(said: unknown): BusChange | undefined {
  if (typeof said !== 'object' || said === null) return undefined
  const of = new Map<string, unknown>(Object.entries(said))
  const [keys, tags, prefix, pattern, root] = ['keys', 'tags', 'prefix', 'pattern', 'root'].map((name) => of.get(name))
  if (isTexts(keys)) return { keys }
  if (isTexts(tags)) return { tags }
  if (typeof prefix === 'string') return { prefix }
  if (typeof pattern === 'string' && typeof root === 'string') return { pattern, root }
  return of.get('all') === true ? { all: true } : undefined
}

function isTexts(said: unknown): said is readonly string[] {
  return Array.isArray(said) && said.every((text) => typeof text === 'string')
}

function listIn(text: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(text)
    return Array.isArray(parsed) ? parsed : []
  } catch {
    return [] // Not a message: it is told to nobody.
  }
}
