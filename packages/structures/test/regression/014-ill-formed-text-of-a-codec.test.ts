/** Text with a lone surrogate, from a codec of the user's own, came back from sqlite as other text, and its checksum fitted. */
import { type Codec, CodecError } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { createQueue } from '@stowage/structures'
import { expect, test } from 'vitest'

const codec: Codec = {
  name: 'as it is',
  encode: (value) => ({ format: 'text', body: String(value) }),
  decode: ({ body }) => String(body),
}

test('it is refused, as for an entry', async () => {
  const queue = createQueue<string>(memoryBackend({ maxEntries: 1 }), 'queue', { codec })
  await expect(queue.push('a\ud800b')).rejects.toThrow(CodecError)
  expect(await queue.push('a\u{1f4a9}b')).toBeDefined()
})
