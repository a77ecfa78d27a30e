/** What the program's exit says, for scripts. README.md and `stowage --help` show these very lines. */
export const EXIT_CODES = {
  done: 0,
  no: 1,
  usage: 2,
  noStore: 3,
  failed: 4,
  interrupted: 130,
} as const

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES]

/** A command that ends with another code than 0 without having failed says so by this. */
export type Exit = (code: ExitCode) => void

export const EXIT_CODE_TEXT = `Exit codes:
  0    done
  1    the answer is no: no such key, something found that is not in order
  2    the command cannot be carried out as given, or was not confirmed
  3    there is no store, or none that can be opened
  4    the store failed on the way, or what was to be written could not be
  130  interrupted`
