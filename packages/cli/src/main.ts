#!/usr/bin/env node
/** The program `stowage`. */
import { runCommand } from './run-command.ts'

process.exitCode = await runCommand(process.argv.slice(2))
