/** Regression: Ctrl-C and Ctrl-D at a question ended with exit code 4, as if the store had failed; and a signal was not heard there. */
import { expect, test, vi } from 'vitest'
import { runCommand } from '../../src/run-command.ts'
import { filledStore, inCache } from '../stores.ts'
import { keyboard, terminalAs } from '../terminal.ts'

async function deletion(press: (keys: { write(text: string): unknown }) => unknown) {
  const path = await filledStore('sqlite', (cache) => cache.set('key', 'value'))
  const [keys, out, err] = [keyboard(), terminalAs('stdout'), terminalAs('stderr')]
  const ending = runCommand(['delete', path, 'key'])
  await vi.waitFor(() => expect(err()).toContain('[y/N] '), { timeout: 10_000 })
  press(keys)
  const code = await ending
  const left = await inCache('sqlite', path, (cache) => cache.get('key'))
  return { code, out: out(), said: err().slice(err().indexOf('[y/N] ')), left }
}

test.each<[string, Parameters<typeof deletion>[0], number, string]>([
  ['Ctrl-C', (keys) => keys.write('\u0003'), 130, 'interrupted'],
  ['Ctrl-D', (keys) => keys.write('\u0004'), 2, 'nothing was done'],
  ['SIGTERM', () => process.emit('SIGTERM', 'SIGTERM'), 130, 'interrupted'],
  ['no', (keys) => keys.write('n\r'), 2, 'nothing was done'],
])('%s', async (_, press, code, why) => {
  const ended = await deletion(press)
  expect(ended).toMatchObject({ code, out: '', left: 'value' })
  expect(ended.said).toMatch(new RegExp(String.raw`stowage:\S* ${why}\n$`))
})

test('yes', async () => {
  expect(await deletion((keys) => keys.write('y\r'))).toMatchObject({ code: 0, out: 'deleted key\n', left: undefined })
})
