/** How files are opened so that nothing else is: flags that Windows has not, and says so with undefined. */
import { constants } from 'node:fs'

const { O_NOATIME, O_NOFOLLOW, O_NONBLOCK } = constants as Partial<typeof constants>

/** Reading is no write. */
export const NO_ATIME: number = O_NOATIME ?? 0
/** A link is not followed. */
export const NO_FOLLOW: number = O_NOFOLLOW ?? 0
/** A pipe is not waited for. */
export const NO_WAIT: number = O_NONBLOCK ?? 0
