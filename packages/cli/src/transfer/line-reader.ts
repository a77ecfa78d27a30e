/** Bytes as lines, with where each of them ends: a transfer goes on from such a place. Holds one line at a time. */

export interface ReadLine {
  /** Undefined: longer than any line may be. */
  readonly text: string | undefined
  /** Bytes up to and with its end. */
  readonly endsAt: number
  /** False for the last one, where its end is missing: whoever wrote it was stopped. */
  readonly isWhole: boolean
}

/** Node's longest text is 512 MB. */
const MAX_LINE_BYTES = 400_000_000
const NEWLINE = 10

/** @param from what is not read any more. */
export async function* readLines(source: AsyncIterable<Uint8Array>, from = 0): AsyncGenerator<ReadLine, undefined> {
  let parts: Uint8Array[] = []
  let byteCount = 0
  let endsAt = from
  const taken = (isWhole: boolean): ReadLine => {
    endsAt += byteCount
    const text = byteCount > MAX_LINE_BYTES ? undefined : Buffer.concat(parts).toString()
    parts = []
    byteCount = 0
    return { text: isWhole ? text?.slice(0, -1) : text, endsAt, isWhole }
  }
  const add = (part: Uint8Array) => {
    byteCount += part.byteLength
    if (byteCount <= MAX_LINE_BYTES) parts.push(part)
  }
  for await (const chunk of source) {
    let at = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, at)) {
      add(chunk.subarray(at, end + 1))
      at = end + 1
      yield taken(true)
    }
    if (at < chunk.byteLength) add(chunk.subarray(at))
  }
  if (byteCount > 0) yield taken(false)
  return undefined
}
