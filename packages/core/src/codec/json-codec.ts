/** Plain JSON, with JSON's losses: Date becomes text, Map becomes {}, undefined and NaN vanish. */
import type { Codec } from './codec.ts'

export const jsonCodec: Codec = {
  name: 'json',
  encode(value) {
    const body: string | undefined = JSON.stringify(value)
    if (body === undefined) throw new TypeError('the value has no JSON form')
    return { format: 'json', body }
  },
  decode(encoded) {
    if (encoded.format !== 'json' || typeof encoded.body !== 'string') {
      throw new TypeError(`format '${encoded.format}' is not 'json' text`)
    }
    const value: unknown = JSON.parse(encoded.body)
    return value
  },
}
