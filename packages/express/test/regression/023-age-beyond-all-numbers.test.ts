/** Regression: an Age of more digits than a number has was Infinity, which the store does not keep: the response was asked for anew, and never asked whether it still holds. */
import { expect, test } from 'vitest'
import { servedApp } from '../served-app.ts'

test.each(['9'.repeat(400), '2147483649', '99999999999999'])('Age: %s is a very long time', async (age) => {
  const asked: (string | undefined)[] = []
  const { ask } = await servedApp((req, res) => {
    asked.push(req.get('if-none-match'))
    res.set({ 'Cache-Control': 'max-age=60', ETag: '"1"', Age: age }).send('text')
  })
  await ask('/a')
  const second = await ask('/a')
  expect(second).toMatchObject({ status: 200, body: 'text' })
  expect(second.headers.age).toBe('2147483648')
  expect(asked).toEqual([undefined, '"1"'])
})
