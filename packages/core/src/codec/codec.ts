/**
 * The codec contract: how a value becomes bytes (or text) on backends that hold bytes, and comes back as it was.
 * A codec decodes data only: never code, never prototypes.
 */

/** What a codec writes: the name of its format, so that another codec's bytes are recognised, and the body. */
export interface EncodedBody {
  readonly format: string
  readonly body: string | Uint8Array
}

export interface Codec {
  readonly name: string
  /** @throws anything when the value cannot be kept; the caller gets a CodecError with it as cause. */
  encode(value: unknown): EncodedBody
  /** @throws anything when the format is not its own or the body is damaged; the lookup is a miss `undecodable`. */
  decode(encoded: EncodedBody): unknown
}
