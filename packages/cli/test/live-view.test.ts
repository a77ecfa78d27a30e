/** What `stats --watch` draws on a terminal: over itself, with nothing left behind. */
import { expect, onTestFinished, test, vi } from 'vitest'
import { type Look, liveView, sparkline, viewText } from '../src/live-view.ts'

function look(second: number, entryCount: number): Look {
  return { atMs: 1_000 * second, entryCount, sizeBytes: 1_000 * entryCount, entryChange: 0, sizeChange: 0 }
}

test('figures, their pace over the time shown, and how they came to be', () => {
  const text = viewText('cache.db', [look(0, 100), look(2, 300), look(4, 500)])
  expect(text).toContain('cache.db')
  expect(text).toContain('500')
  expect(text).toContain('+100/s')
  expect(text).toContain('+100 kB/s')
  expect(text).toContain('▁▅█')
  expect(viewText('a\u001b[2Jb', [look(0, 1)])).not.toContain('\u001b[2J')
})

test('a line where nothing changes', () => {
  expect(sparkline([5, 5, 5])).toBe('▁▁▁')
  expect(sparkline([0, 7])).toBe('▁█')
})

test('each look is drawn over the one before, and the cursor comes back', async () => {
  const isTTY = Object.getOwnPropertyDescriptor(process.stdout, 'isTTY')
  Object.defineProperty(process.stdout, 'isTTY', { value: true, configurable: true })
  const spy = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  onTestFinished(() => {
    spy.mockRestore()
    if (isTTY === undefined) Reflect.deleteProperty(process.stdout, 'isTTY')
    else Object.defineProperty(process.stdout, 'isTTY', isTTY)
  })
  const view = liveView('cache.db')
  await view.show(look(0, 1))
  await view.show(look(1, 2))
  await view.end()
  const [first = '', second = '', end] = spy.mock.calls.map(([chunk]) => String(chunk))
  const lines = first.split('\n').length - 1
  expect(first.startsWith('\u001b[?25l')).toBe(true)
  expect(second.startsWith(`\u001b[${lines}A\u001b[J`)).toBe(true)
  expect(end?.endsWith('\u001b[?25h')).toBe(true)
})
