/** A terminal that a test stands for: what is written there, and keys that are pressed. */
import { PassThrough } from 'node:stream'
import { onTestFinished, vi } from 'vitest'

/** @param name the stream of the process that is one until the end of the test. @returns what has been written to it */
export function terminalAs(name: 'stdout' | 'stderr'): () => string {
  const written: string[] = []
  const stream = process[name]
  const write = vi.spyOn(stream, 'write').mockImplementation((chunk) => {
    written.push(String(chunk))
    return true
  })
  onTestFinished(() => write.mockRestore())
  replaceIn(stream, 'isTTY', true)
  return () => written.join('')
}

/** Stdin of the process until the end of the test. */
export function keyboard(): PassThrough {
  const keys = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined })
  replaceIn(process, 'stdin', keys)
  return keys
}

export function replaceIn(owner: object, name: string, value: unknown): void {
  const former = Object.getOwnPropertyDescriptor(owner, name)
  Object.defineProperty(owner, name, { value, configurable: true, writable: true })
  onTestFinished(() => {
    if (former === undefined) Reflect.deleteProperty(owner, name)
    else Object.defineProperty(owner, name, former)
  })
}
