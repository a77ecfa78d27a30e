/** Figures that another process printed as one line of JSON. */
import type { Figures } from '../harness/contract.ts'

/** @throws TypeError when the text is anything else */
export function figuresIn(text: string): Figures {
  const printed: unknown = JSON.parse(text)
  if (typeof printed !== 'object' || printed === null) throw new TypeError(`not an object of figures: ${text}`)
  return Object.fromEntries(
    Object.entries(printed).map(([name, figure]: [string, unknown]) => {
      if (typeof figure !== 'number') throw new TypeError(`${name} is no figure: ${text}`)
      return [name, figure] as const
    }),
  )
}
