import { expect, it } from 'vitest'
import { SkippedError, WrongAnswerError } from '../src/harness/contract.ts'
import { runSeats } from '../src/harness/schedule.ts'
import { stubSeat } from './stubs.ts'

it('goes round by round, every seat once in each, between opening and closing all', async () => {
  const diary: string[] = []
  await runSeats(
    ['A', 'B', 'C'].map((name) => stubSeat(name, diary)),
    { warmUpCount: 1, roundCount: 2 },
  )
  expect(diary.join(' ')).toBe('open A open B open C A B C A B C A B C close A close B close C')
})

it('shares a round among turns, in each of which every seat is asked once, and takes their mean', async () => {
  const diary: string[] = []
  let turn = 0
  const seat = stubSeat('A', diary, { round: async () => ({ cpuNs: turn++, calls: 1 }) })
  const plan = { warmUpCount: 1, roundCount: 2, turnCount: 2 }
  const outcomes = await runSeats([seat, stubSeat('B', diary)], plan)
  expect(diary.join(' ')).toBe('open A open B A B A B A B A B A B A B close A close B')
  expect(outcomes[0]?.rounds).toEqual([
    { cpuNs: 2.5, calls: 1 },
    { cpuNs: 4.5, calls: 1 },
  ])
})

it('counts no round in a turn of which a seat failed', async () => {
  let turn = 0
  const seat = stubSeat('A', [], {
    async round() {
      if (turn++ === 1) throw new Error('gone')
      return { cpuNs: 1 }
    },
  })
  const [outcome] = await runSeats([seat], { warmUpCount: 0, roundCount: 2, turnCount: 2 })
  expect(outcome).toMatchObject({ state: 'failed', rounds: [] })
})

it('seats everybody anew as often as asked for, and keeps the rounds of all sittings', async () => {
  const diary: string[] = []
  const steps: string[] = []
  let round = 0
  const seat = stubSeat('A', diary, { round: async () => ({ cpuNs: round++ }) })
  const plan = { warmUpCount: 1, roundCount: 2, sittingCount: 2 }
  const [outcome] = await runSeats([seat], plan, (step) => steps.push(step))
  expect(diary.join(' ')).toBe('open A A A A close A open A A A A close A')
  expect(outcome?.rounds).toEqual([{ cpuNs: 1 }, { cpuNs: 2 }, { cpuNs: 4 }, { cpuNs: 5 }])
  expect(steps.at(-1)).toBe('sitting 2 of 2: round 2 of 2, A')
})

it('asks one that failed no more in the sittings that follow', async () => {
  const diary: string[] = []
  const broken = stubSeat('broken', diary, { round: () => Promise.reject(new Error('gone')) })
  const plan = { warmUpCount: 0, roundCount: 1, sittingCount: 2 }
  const outcomes = await runSeats([broken, stubSeat('B', diary)], plan)
  expect(outcomes.map(({ state, rounds }) => [state, rounds.length])).toEqual([
    ['failed', 0],
    ['measured', 2],
  ])
  expect(diary.filter((line) => line === 'open broken')).toHaveLength(1)
})

it('tells each step before it is taken', async () => {
  const steps: string[] = []
  await runSeats([stubSeat('A', [])], { warmUpCount: 1, roundCount: 2 }, (step) => steps.push(step))
  expect(steps).toEqual(['opening A', 'warming up, A', 'round 1 of 2, A', 'round 2 of 2, A'])
})

it('leaves the rounds that warm up out of the result', async () => {
  let round = 0
  const seat = stubSeat('A', [], { round: async () => ({ cpuNs: round++ }) })
  const [outcome] = await runSeats([seat], { warmUpCount: 2, roundCount: 3 })
  expect(outcome).toEqual({ name: 'A', state: 'measured', rounds: [{ cpuNs: 2 }, { cpuNs: 3 }, { cpuNs: 4 }] })
})

it('disqualifies who serves a wrong value, drops its figures and asks it no more', async () => {
  const diary: string[] = []
  let round = 0
  const liar = stubSeat('liar', diary, {
    async round() {
      if (round++ === 1) throw new WrongAnswerError("get('a') gave 2")
      return { cpuNs: 1 }
    },
  })
  const outcomes = await runSeats([liar, stubSeat('B', diary)], { warmUpCount: 0, roundCount: 3 })
  expect(outcomes[0]).toEqual({ name: 'liar', state: 'disqualified', reason: "get('a') gave 2", rounds: [] })
  expect(outcomes[1]?.rounds).toHaveLength(3)
  expect(diary.filter((line) => line === 'liar')).toHaveLength(2)
})

it('tells one that cannot be opened from one that is wrong, and closes it all the same', async () => {
  const diary: string[] = []
  const broken = stubSeat('broken', diary, { open: () => Promise.reject(new Error('no such file')) })
  const [outcome] = await runSeats([broken], { warmUpCount: 0, roundCount: 1 })
  expect(outcome).toEqual({ name: 'broken', state: 'failed', reason: 'no such file', rounds: [] })
  expect(diary).toEqual(['open broken', 'close broken'])
})

it('tells one that is not to be had on this machine from one that failed', async () => {
  const absent = stubSeat('absent', [], { open: () => Promise.reject(new SkippedError('no python3')) })
  const [outcome] = await runSeats([absent], { warmUpCount: 0, roundCount: 1 })
  expect(outcome).toEqual({ name: 'absent', state: 'skipped', reason: 'no python3', rounds: [] })
})
