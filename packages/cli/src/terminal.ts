/** What goes out: text for people, coloured on a terminal only, and JSON for programs. */
import { once } from 'node:events'
import type { WriteStream } from 'node:tty'
import { styleText } from 'node:util'
import { withoutPassword } from '@stowage/core'
import stringWidth from 'string-width'

type Style = Parameters<typeof styleText>[0]

/** Plain where the stream is no terminal, or NO_COLOR says so. */
export function styled(stream: WriteStream, style: Style, text: string): string {
  return styleText(style, text, { stream })
}

export function shown(style: Style, text: string): string {
  return styled(process.stdout, style, text)
}

/** Waits where the reader is slow, so that nothing piles up in memory. */
export async function write(chunk: string | Uint8Array): Promise<void> {
  if (!process.stdout.write(chunk)) await once(process.stdout, 'drain')
}

export async function writeLine(line = ''): Promise<void> {
  await write(`${line}\n`)
}

export async function writeJson(value: unknown): Promise<void> {
  await writeLine(jsonText(value))
}

/** What JSON does not know is shown as what it is most like. */
export function jsonText(value: unknown, indent?: number): string {
  // What is being written, outermost first: as it was, and as JSON is given it.
  const open: { readonly own: unknown; readonly like: unknown }[] = []
  function written(this: object, name: string): unknown {
    while (open.length > 0 && open.at(-1)?.like !== this) open.pop()
    // Not the second argument: a Buffer has made another thing of itself by then.
    const own: unknown = Reflect.get(this, name)
    if (typeof own !== 'object' || own === null) return likeJson(own)
    if (open.some((each) => each.own === own)) return '[circular]'
    const like = likeJson(own)
    open.push({ own, like })
    return like
  }
  return steerless(JSON.stringify(value, written, indent) ?? 'null')
}

/** The same JSON, and whatever is in it reaches no terminal: JSON.stringify leaves some of that as it is. */
export function steerless(json: string): string {
  return json.replace(/(?!\n)[\p{Cc}\p{Cf}]/gu, (found) =>
    Array.from({ length: found.length }, (_, at) => escaped(found, at)).join(''),
  )
}

function escaped(text: string, at: number): string {
  return `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`
}

function likeJson(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (value instanceof Date) return value.toJSON()
  if (value instanceof Map) return [...value]
  if (value instanceof Set) return [...value]
  if (value instanceof RegExp || value instanceof URL) return String(value)
  if (value instanceof Error) return { name: value.name, message: value.message }
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  return ArrayBuffer.isView(value) && !(value instanceof DataView) ? Array.from(Object.values(value)) : value
}

/** Keys and tags are somebody else's text: control characters in them must not reach the terminal. */
export function harmless(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (found) => `\\u${(found.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`)
}

/** What is said of what went wrong, whoever's words are in it: they steer no terminal, and addresses have no passwords. */
export function told(text: string): string {
  return text
    .split('\n')
    .map((line) => harmless(line.replace(/\S+/g, wordTold)))
    .join('\n')
}

function wordTold(word: string): string {
  // In the place of a module, @ begins the name of a package.
  if (word.includes('file://')) return word
  // One that was mistyped, or that has become a path, is as secret.
  return withoutPassword(word.replace(/(rediss?:)\/?(?=[^/].*@)/i, '$1//'))
}

/** Columns, as wide as what is in them. `right`: which are figures. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths: number[] = []
  for (const row of rows)
    row.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, stringWidth(cell))
    })
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => {
        const gap = ' '.repeat((widths[at] ?? 0) - stringWidth(cell))
        return right.includes(at) ? gap + cell : cell + gap
      })
      .join('   ')
      .trimEnd()
  return rows.map((row) => `  ${line(row)}`).join('\n')
}

/** What a command has done, on stdout. */
export async function writeReport(isJson: true | undefined, report: object, text: string): Promise<void> {
  await (isJson ? writeJson(report) : writeLine(text))
}

/** The same where stdout is taken. */
export function writeNote(isJson: true | undefined, report: object, text: string): void {
  process.stderr.write(`${isJson ? jsonText(report) : text}\n`)
}
