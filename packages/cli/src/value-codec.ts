/** Values as bytes. For reading nobody has to say how they were written: the format of a body names its codec. */
import { codecNamed } from '@stowage/config'
import { type Codec, isIntact, type StoredEntry } from '@stowage/core'
import { EXIT_CODES } from './exit-codes.ts'
import { Failure } from './failure.ts'

/** @param own the codec of a config file, which may be one of the user's own. @throws Failure for what is no value */
export async function decodedValue(
  key: string,
  { facts, payload }: StoredEntry,
  own: Codec | undefined,
): Promise<unknown> {
  if (payload.holds === 'value') return payload.value
  const { encoded } = payload
  if (!isIntact(key, facts, encoded)) throw new Failure(EXIT_CODES.failed, 'the stored bytes are not what was written')
  const codec = own ?? (await readerOf(encoded.format))
  try {
    return codec.decode(encoded)
  } catch (cause) {
    throw new Failure(EXIT_CODES.failed, `codec ${codec.name} cannot read format '${encoded.format}'`, { cause })
  }
}

export function formatOf({ payload }: StoredEntry): string {
  return payload.holds === 'bytes' ? payload.encoded.format : 'value'
}

function readerOf(format: string): Promise<Codec> {
  const codec = format.includes('msgpack') ? 'msgpack' : 'default'
  return codecNamed({ at: 'value', codec, compression: 'zstd' })
}
