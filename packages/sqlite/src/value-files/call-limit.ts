/** How much is asked of the filesystem in one call: Node refuses 2 GiB and more, and some systems do. */
export const MAX_CALL_BYTES: number = 2 ** 30
