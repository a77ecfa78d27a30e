/** Regression: what a codec wrote whose format has a space or a line break in its name was never read again: entries threw, and every job went to the dead letters with its id taken. */
import { type Codec, CodecError } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { createIndex, createQueue } from '@stowage/structures'
import { expect, test } from 'vitest'

function codecOf(format: string): Codec {
  return {
    name: 'mine',
    encode: (value) => ({ format, body: String(value) }),
    decode(encoded) {
      if (encoded.format !== format) throw new Error(`not mine: ${encoded.format}`)
      return String(encoded.body)
    },
  }
}

test.each(['application/json; charset=utf-8', 'two\nlines', ' ', '', '%20', '100%', 'zstd+json', 'größe\u{1f4a9}'])(
  'a value of the format %j comes back',
  async (format) => {
    const backend = memoryBackend({ maxEntries: 1 })
    const codec = codecOf(format)
    const index = createIndex<string>(backend, 'entries', { codec })
    await index.set('key', 'value')
    expect(await index.get('key')).toBe('value')
    const queue = createQueue<string>(backend, 'jobs', { codec })
    await queue.push('value', { id: 'a b%20c\n' })
    const job = await queue.pull()
    expect([job?.id, job?.value]).toEqual(['a b%20c\n', 'value'])
    expect(await job?.ack()).toBe(true)
    expect(await queue.push('value', { id: 'a b%20c\n' })).toMatchObject({ outcome: 'pushed' })
    expect(await queue.check()).toMatchObject({ torn: 0, unpaired: 0 })
  },
)

test('a format that would come back as another is refused', async () => {
  const index = createIndex<string>(memoryBackend({ maxEntries: 1 }), 'entries', { codec: codecOf('a\ud800') })
  await expect(index.set('key', 'value')).rejects.toThrow(CodecError)
})
