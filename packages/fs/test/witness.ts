/** Values that show whether they are what was written for their key, whole. */
import { hash } from 'node:crypto'

interface Witness {
  readonly key: string
  readonly number: number
  readonly pad: string
  readonly sha: string
}

export function witness(key: string, number: number, padBytes: number): Witness {
  const pad = String.fromCharCode(97 + (number % 26)).repeat(padBytes)
  return { key, number, pad, sha: shaOf(key, number, pad) }
}

/** What is wrong with a value that was read under `key`; undefined: nothing. */
export function witnessFault(key: string, value: unknown): string | undefined {
  const { number, pad, sha, key: written } = value as Witness
  if (written !== key) return `${key}: a value of ${written}`
  return sha === shaOf(key, number, pad) ? undefined : `${key}: not whole`
}

export function witnessNumber(value: unknown): number {
  return (value as Witness).number
}

function shaOf(key: string, number: number, pad: string): string {
  return hash('sha256', `${key} ${number} ${pad}`)
}
