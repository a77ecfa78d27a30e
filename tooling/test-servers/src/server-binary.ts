/** A server program and, for one that was unpacked instead of installed, the folders of its shared libraries. */
export interface ServerBinary {
  readonly command: string
  readonly libraryPath?: string
}
