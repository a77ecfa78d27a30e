/** Starts the readers and waits for what they tell. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { type WalkedTogether, type WalkWish, walkedTogether } from './walk-messages.ts'

const MAIN = resolve(import.meta.dirname, 'walkers-main.ts')

export async function walkTogether(wish: WalkWish): Promise<WalkedTogether> {
  const child = spawn(process.execPath, ['--conditions=@stowage/source', MAIN], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the readers ended with exit code ${String(code)} and had told nothing`)
  })
  const told = once(child, 'message')
  child.send(wish)
  const message: readonly unknown[] = await Promise.race([told, ended])
  return walkedTogether.parse(message[0])
}
