/** The face of `@stowage/cli`: the program as a function, for those who start it from code. */
export { EXIT_CODES } from './exit-codes.ts'
export { runCommand } from './run-command.ts'
