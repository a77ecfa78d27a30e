/**
 * The file that all processes on a cache follow, so that each knows the same marks: lines are only ever added, by the holder of
 * the lock, and who reads looks whether the file has grown. Reading what is new costs a system call when nothing is.
 *
 * A line is written in one go. Without its end it is a write that a crash or a full disk cut short, of which nobody was told: the
 * next writer takes it out. A whole line with a wrong check is damage: nobody can tell what had been invalidated, so nothing stored
 * before is trusted any more, and a journal of a new generation begins. The same where the file is gone or empty, or is shorter than
 * what has been read of it: something else has cut it.
 *
 * Now and then it is written anew with what is still of use, and renamed over: whoever has the old one open sees that another
 * lies at the path. So it is where it has a second name, as the files of a copy made of links have: each folder's is its own.
 */
import { clearForFile } from './bookkeeping-file.ts'
import { isNoSpace, isTooLong } from './file-error.ts'
import { startNumber } from './holder.ts'
import { JournalFile } from './journal-file.ts'
import { journalLine, readJournalLine } from './journal-line.ts'
import { type MarkEvent, Marks } from './marks.ts'
import { writeWhole } from './whole-file.ts'

/** It is written anew when it is so long, and twice what it was after the last time. */
const COMPACT_BYTES = 1_048_576
/** Where there is no room to write it anew, that is tried again when it has grown by so much; and with a second name, after so long. */
const POSTPONED_BYTES = 65_536
const POSTPONED_MS = 1_000
const VIEW_MS = 1

/** How often this thread has written to a journal, whichever: other caches on the same folder must see it. */
let writtenCount = 0

export class Journal {
  marks: Marks = new Marks()
  readonly #path: string
  readonly #file: JournalFile
  readonly #durability: 'relaxed' | 'strict'
  readonly #start: number
  #compactAt = COMPACT_BYTES
  #unlinkAtMs = Number.NEGATIVE_INFINITY
  #isDamaged = false
  #isClosed = false
  #isTurnKnown = false
  #viewOf = 0
  #viewEndsAtMs = 0

  /** @param start a number of this start of the machine */
  constructor(path: string, durability: 'relaxed' | 'strict', start: number = startNumber) {
    this.#path = path
    this.#file = new JournalFile(path)
    this.#start = start
    this.#durability = durability
  }

  /** Reads what others have written. Where there is nothing sound to read, nothing is trusted. */
  follow(): void {
    if (!this.#isClosed && this.#isNews()) this.#readNews()
  }

  /**
   * As {@link follow}, for reads: those that follow one another before the event loop goes on look once, for VIEW_MS at most and until
   * anything is written by this thread. Whoever hears of a change by way of the loop sees it.
   * @param epoch that has been seen: the marks are of that one, or later
   */
  look(epoch: number): void {
    const nowMs = performance.now()
    const isKnown = this.#isTurnKnown && this.#viewOf === writtenCount && this.marks.epoch >= epoch
    if (isKnown && nowMs < this.#viewEndsAtMs) return
    if (!this.#isTurnKnown) process.nextTick(this.#endTurn)
    this.#isTurnKnown = true
    this.#viewOf = writtenCount
    this.#viewEndsAtMs = nowMs + VIEW_MS
    this.follow()
  }

  /** As {@link follow}; the holder of the lock puts right what it finds wrong. */
  followToWrite(nowMs: number): void {
    if (this.#isNews()) {
      this.#readNews()
      if (!this.#isDamaged) this.#file.takeOutRest()
    }
    if (Number.isNaN(this.marks.generation)) this.#beginAnew()
    if (this.#file.followedTo > this.#compactAt || this.#isToLeave) this.#compactIfRoom(nowMs)
    if (this.marks.start !== this.#start) this.#noteStart(nowMs)
  }

  /** Adds what has been applied to the marks already, or nothing: then they are to be read again ({@link forget}). */
  append(events: readonly MarkEvent[], nowMs: number): void {
    if (events.length === 0) return
    try {
      this.#file.add(journalLine(events))
      writtenCount++
    } catch (thrown) {
      if (!isTooLong(thrown)) throw thrown
      // Written anew it is shorter, and holds them as well.
      this.#compact(nowMs)
    }
  }

  /** The next look reads all of it. */
  forget(): void {
    this.#letGo()
    this.marks = new Marks()
  }

  /** Whoever still reads goes by what is known. */
  close(): void {
    this.#isClosed = true
    this.#letGo()
  }

  #letGo(): void {
    this.#file.close()
    this.#isDamaged = false
  }

  readonly #endTurn = (): void => {
    this.#isTurnKnown = false
  }

  /** Whether there is anything but what is known; a file that is not this one any more is let go of. */
  #isNews(): boolean {
    const sight = this.#file.look()
    if (sight === 'other') this.#reopen()
    if (sight === 'shorter') this.#distrust()
    return this.#isDamaged || sight !== 'same'
  }

  #reopen(): void {
    this.forget()
    this.#file.reopen()
  }

  /** What is no line may have been a write that was taken back while it was read: it is looked at once more. */
  #readNews(): void {
    if (!this.#isDamaged && !this.#file.read(this.#fold) && !this.#file.read(this.#fold)) this.#distrust()
  }

  /** Until another journal lies at the path. */
  #distrust(): void {
    this.#isDamaged = true
    this.marks = new Marks()
  }

  /** @returns whether they are lines; if not, none of them counts */
  readonly #fold = (lines: readonly string[]): boolean => {
    const events: MarkEvent[] = []
    for (const line of lines) {
      const told = readJournalLine(line)
      if (told === undefined) return false
      for (const event of told) events.push(event)
    }
    for (const event of events) this.marks.apply(event)
    return true
  }

  #noteStart(nowMs: number): void {
    const event = { k: 'start', start: this.#start } as const
    this.marks.apply(event)
    try {
      this.append([event], nowMs)
    } catch (thrown) {
      this.forget()
      throw thrown
    }
  }

  #beginAnew(): void {
    const marks = new Marks()
    marks.start = this.#start
    clearForFile(this.#path)
    marks.generation = Math.floor(Math.random() * Number.MAX_SAFE_INTEGER)
    this.#replace(marks.state(0))
  }

  get #isToLeave(): boolean {
    return this.#file.isLinked && performance.now() >= this.#unlinkAtMs
  }

  /** Long it is as good: on a full disk lines are added to it all the same, and entries leave for them (holding.ts). */
  #compactIfRoom(nowMs: number): void {
    try {
      this.#compact(nowMs)
    } catch (thrown) {
      if (!isNoSpace(thrown) && !isTooLong(thrown)) throw thrown
      this.#compactAt = this.#file.followedTo + POSTPONED_BYTES
      this.#unlinkAtMs = performance.now() + POSTPONED_MS
    }
  }

  #compact(nowMs: number): void {
    this.#replace(this.marks.state(nowMs))
    this.#compactAt = Math.max(COMPACT_BYTES, this.#file.followedTo * 2)
    this.#unlinkAtMs = Number.NEGATIVE_INFINITY
  }

  #replace(state: MarkEvent): void {
    writeWhole(this.#path, journalLine([state]), this.#durability)
    writtenCount++
    this.#reopen()
    this.#readNews()
  }
}
