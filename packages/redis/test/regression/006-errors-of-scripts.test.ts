/**
 * Regression: before Redis 7 an error within a script comes as one of the script, so that a write refused for want of room left the
 * older value, and a master that had become a replica was not left. Seen with Redis 6.2; the tests of CI have a newer one.
 */
import { expect, test } from 'vitest'
import { kindOf } from '../../src/reply.ts'

const WITHIN =
  'ERR Error running script (call to f_68ca230e2950d6797e333df9297b1344e19b5770): @user_script:3: @user_script: 3:'

test.each([
  ['OOM command not allowed when used memory > ‘maxmemory’.', 'OOM'],
  [`${WITHIN} -OOM command not allowed when used memory > ‘maxmemory’.`, 'OOM'],
  [`${WITHIN} -READONLY You can’t write against a read only replica.`, 'READONLY'],
  ['READONLY You can’t write against a read only replica. script: f_68ca, on @user_script:3.', 'READONLY'],
  ['ERR Error running script (call to f_1): @user_script:1: attempt to index nil', 'ERR'],
  ['Connection is closed.', ''],
])('%s', (message, kind) => {
  expect(kindOf(new Error(message))).toBe(kind)
})
