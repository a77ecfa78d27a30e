/**
 * The key of a query's answer: path, partition and input.
 *
 *   ['trpc', 'posts.byId', 'public', { id: 7 }]         scope 'public'
 *   ['trpc', 'posts.mine', ['alice'], { page: 1 }]      scope of a function that gave 'alice'
 *   ['trpc', 'posts.search', 'public', { $sha256: … }]  an input longer than MAX_INPUT_LENGTH
 *
 * A partition stands in an array of its own, so that none is taken for 'public'.
 */
import { createHash } from 'node:crypto'
import { type Key, type KeyPart, keyPartsText } from '@stowage/core'
import { inputPart } from './input-part.ts'
import type { Partition } from './scope.ts'

/** Characters of an input that a key keeps readable; longer ones are written as their hash. */
const MAX_INPUT_LENGTH = 512

/** @throws NoKeyPart when the input makes no key. */
export function queryKey(path: string, partition: Partition, input: unknown): Key {
  return ['trpc', path, partition, inputText(input)]
}

/** What the keys of all answers at a path begin with; those of one partition only, where one is named. */
export function pathPrefix(path: string, partition: Partition | undefined): Key {
  return partition === undefined || partition === 'public' ? ['trpc', path] : ['trpc', path, partition]
}

/** The path in a key of ours; undefined for any other. */
export function pathOf(key: Key): string | undefined {
  if (typeof key === 'string') return undefined
  const [kind, path] = key
  return kind === 'trpc' && typeof path === 'string' ? path : undefined
}

function inputText(input: unknown): KeyPart {
  const { part, length } = inputPart(input)
  if (length <= MAX_INPUT_LENGTH) return part
  return {
    $sha256: createHash('sha256')
      .update(keyPartsText([part]))
      .digest('base64url'),
  }
}
