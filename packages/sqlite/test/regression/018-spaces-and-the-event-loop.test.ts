/**
 * Reads of spaces, each awaited, never let the event loop turn; and where another process held the lock when a structure was first used,
 * the loop stood still for up to five seconds.
 */
import Sqlite from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { attach, newPath } from '../stores.ts'

const PUT = { do: 'put', key: 'key', value: 'value', moveCount: 0 } as const
const COMMIT = { expect: [], changes: [PUT], isTold: false }

test('reads that follow one another let the loop turn', async () => {
  const { spaces } = attach(newPath())
  await spaces.commit('space', COMMIT, 1)
  let turnCount = 0
  let isOver = false
  const turn = (): void => {
    turnCount++
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  for (const untilMs = performance.now() + 100; performance.now() < untilMs; ) await spaces.get('space', ['key'])
  isOver = true
  expect(turnCount).toBeGreaterThan(1)
})

test('those that wait for a turn are answered before the file is closed', async () => {
  const backend = attach(newPath())
  const { spaces } = backend
  await spaces.commit('space', COMMIT, 1)
  const answers: unknown[] = []
  // Until one has to wait.
  for (const untilMs = performance.now() + 1_000; !(answers.at(-1) instanceof Promise) && performance.now() < untilMs; )
    answers.push(spaces.get('space', ['key']))
  expect(answers.at(-1)).toBeInstanceOf(Promise)
  for (let more = 0; more < 100; more++) answers.push(spaces.get('space', ['key']))
  const closed = backend.close()
  for (const answer of await Promise.all(answers)) expect(answer).toMatchObject([{ value: 'value' }])
  await closed
})

test('the first look at spaces that are there waits for nobody who writes', async () => {
  const path = newPath()
  const first = attach(path)
  await first.spaces.commit('space', COMMIT, 1)
  await first.close()
  const other = new Sqlite(`${path}.spaces`)
  onTestFinished(() => {
    other.close()
  })
  other.exec('BEGIN IMMEDIATE')
  const { spaces } = attach(path)
  expect(await spaces.get('space', ['key'])).toMatchObject([{ value: 'value' }])
})
