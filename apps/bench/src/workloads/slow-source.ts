/** The source behind a stampede: takes 20 ms for an answer and counts how often it is asked. */
import { setTimeout as pause } from 'node:timers/promises'
import { sampleValue } from '../material/values.ts'

const LOAD_MS = 20

export class SlowSource {
  callCount = 0

  async load(): Promise<object> {
    this.callCount++
    await pause(LOAD_MS)
    return SlowSource.answer
  }

  static readonly answer: object = sampleValue(1, '200 B')
}
