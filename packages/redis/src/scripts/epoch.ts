/**
 * The bookkeeping of a partition in Lua: KEYS[1] the epoch, KEYS[2] and KEYS[3] the marks of tags and of prefixes, sorted by the
 * count at which each was invalidated. All three or none: a member '!' in each says that it has not been evicted. ARGV[1] is
 * a fresh incarnation, for when something is missing.
 */
import { INCARNATION_BYTES } from '../epoch.ts'

/** `peek()`: the text of the epoch, or ''. */
export const PEEK = `
local function peek()
  local text = look('GET', KEYS[1])
  return type(text) == 'string' and text or ''
end
`

/** `epoch()`: incarnation, count, base, floor, text; begun anew where it is not whole. What parseEpoch refuses must be refused here, or it would stay for ever. */
export const EPOCH = `${PEEK}
local function has(key)
  return type(look('ZSCORE', key, '!')) == 'string'
end
local function epoch()
  local text = peek()
  local incarnation, count, base, floor = string.match(text, '^([%w_-]+) (%d+) (%d+) (%d+)$')
  if not incarnation or #incarnation ~= ${INCARNATION_BYTES} or not has(KEYS[2]) or not has(KEYS[3]) then
    redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])
    incarnation, count, base, floor = ARGV[1], 0, 0, 0
    text = incarnation .. ' 0 0 0'
    redis.call('SET', KEYS[1], text)
    redis.call('ZADD', KEYS[2], 'inf', '!')
    redis.call('ZADD', KEYS[3], 'inf', '!')
  end
  return incarnation, tonumber(count), tonumber(base), tonumber(floor), text
end
local function put(incarnation, count, base, floor)
  local text = string.format('%s %.0f %.0f %.0f', incarnation, count, base, floor)
  redis.call('SET', KEYS[1], text)
  return text
end
`

/**
 * `covered(heldIncarnation, heldCount, key, firstTag)`: whether what was true at that moment has been invalidated since, as `key` or by
 * one of the tags in ARGV from `firstTag` on.
 */
export const COVERED = `
local function covered(heldIncarnation, heldCount, key, firstTag)
  local incarnation, count, base, floor = epoch()
  if heldIncarnation ~= incarnation or heldCount < base then return true end
  if heldCount == count then return false end
  for at = firstTag, #ARGV do
    local mark = tonumber(redis.call('ZSCORE', KEYS[2], 't' .. ARGV[at]) or -1)
    if mark > heldCount or (mark < 0 and heldCount < floor) then return true end
  end
  for _, prefix in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '(' .. heldCount, count)) do
    if string.sub(key, 1, #prefix - 1) == string.sub(prefix, 2) then return true end
  end
  return false
end
`
