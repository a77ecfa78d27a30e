/** What a zstd frame says of itself before anything of it is decompressed (RFC 8878, section 3.1.1). */

const MAGIC = 0xfd2fb528

/** Bytes of the dictionary's id, by the last two bits of the frame's descriptor. */
const DICTIONARY_ID_BYTES: readonly number[] = [0, 1, 2, 4]

/** The size its content is declared to have. @throws Error when this is no frame, or one that does not say. */
export function declaredBytes(frame: Uint8Array): number {
  const header = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  if (header.getUint32(0, true) !== MAGIC) throw new TypeError('not a zstd frame')
  const descriptor = header.getUint8(4)
  const isSingleSegment = (descriptor & 0x20) !== 0
  const at = (isSingleSegment ? 5 : 6) + (DICTIONARY_ID_BYTES[descriptor & 3] ?? 0)
  switch (descriptor >> 6) {
    case 0:
      if (!isSingleSegment) throw new TypeError('a zstd frame that does not declare the size of its content')
      return header.getUint8(at)
    case 1:
      return header.getUint16(at, true) + 256
    case 2:
      return header.getUint32(at, true)
    default:
      return Number(header.getBigUint64(at, true))
  }
}
