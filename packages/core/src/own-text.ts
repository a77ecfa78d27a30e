/**
 * The same text in memory of its own. A part that was cut out of a text is no copy: V8 keeps the whole of that for it, such as the body
 * of a request for one of its words. So what outlives a call, as a key that is noted, is kept as such.
 */
export function ownText(text: string): string {
  // What is put together is written out anew before it can be cut, whatever it was put together from.
  return ` ${text}`.slice(1)
}
