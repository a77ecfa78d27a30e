/**
 * The scripts of a space, whose keys are in one hash slot: KEYS[1] the hash of its records, KEYS[2] their keys as a sorted set in
 * which all have the same score, so that Redis orders them by their bytes, KEYS[3] the version of the last commit.
 *
 * A record is text in the hash: `version moves ` and a letter for what the value is, behind which it stands as it is.
 */
import { type Script, script } from '../scripts/script.ts'

/** How `version moves T` begins every record. */
const RECORD = `
local function partsOf(record)
  local version, moves, at = string.match(record, '^(%d+) (%d+) ()')
  return version, tonumber(moves), string.sub(record, at)
end
`

const RANGE = `
local function lowest(from) return '[' .. from end
local function highest(to) if to == '' then return '+' end return '(' .. to end
`

/**
 * ARGV: '1' when it is told, the channel, the name of the space, the number of expectations, for each its key and version, and
 * then the changes, each a letter and what belongs to it. Gives 'conflict' and the texts that are there, 'over', 'torn' and the key
 * of what is no number (as core's `numberIn` says), or the version, the sums, and for each move its records, keys and texts in turn.
 */
export const COMMIT: Script = script(
  RECORD,
  RANGE,
  `
local records, keys, last = KEYS[1], KEYS[2], KEYS[3]
local at = 5
for _ = 1, tonumber(ARGV[4]) do
  local record = redis.call('HGET', records, ARGV[at])
  local version = record and partsOf(record) or '0'
  if version ~= ARGV[at + 1] then
    local found = {}
    for index = 1, tonumber(ARGV[4]) do found[index] = redis.call('HGET', records, ARGV[3 + 2 * index]) or '' end
    return {'conflict', found}
  end
  at = at + 2
end
local LENGTHS = { p = 4, a = 3, d = 2, ['+'] = 4, m = 8 }
local function sum(key, by)
  local record = redis.call('HGET', records, key)
  if not record then return tonumber(by) end
  local _, _, value = partsOf(record)
  local number = tonumber(string.match(value, '^T(%-?%d[%d.e+%-]*)$'))
  if not number or math.abs(number) == math.huge then return nil end
  return number + tonumber(by)
end
local first = at
while at <= #ARGV do
  if ARGV[at] == '+' then
    local total = sum(ARGV[at + 1], ARGV[at + 2])
    if not total then return {'torn', ARGV[at + 1]} end
    if math.abs(total) == math.huge or total > (tonumber(ARGV[at + 3]) or total) then return {'over'} end
  end
  at = at + LENGTHS[ARGV[at]]
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local number = math.max(tonumber(redis.call('GET', last) or '0') + 1, now)
local version = string.format('%.0f', number)
local sums, moved, appends, changed = {}, {}, 0, false
local function put(key, moves, value)
  local record = version .. ' ' .. moves .. ' ' .. value
  redis.call('HSET', records, key, record)
  redis.call('ZADD', keys, 0, key)
  changed = true
  return record
end
local function remove(key)
  redis.call('HDEL', records, key)
  redis.call('ZREM', keys, key)
  changed = true
end
at = first
while at <= #ARGV do
  local kind = ARGV[at]
  if kind == 'p' then
    put(ARGV[at + 1], ARGV[at + 2], ARGV[at + 3])
  elseif kind == 'a' then
    put(ARGV[at + 1] .. string.format('%016.0f%04d', number, appends), '0', ARGV[at + 2])
    appends = appends + 1
  elseif kind == 'd' then
    remove(ARGV[at + 1])
  elseif kind == '+' then
    local text = string.format('%.17g', sum(ARGV[at + 1], ARGV[at + 2]))
    put(ARGV[at + 1], '0', 'T' .. text)
    sums[#sums + 1] = text
  else
    local cut, into, counted = tonumber(ARGV[at + 4]), ARGV[at + 5], tonumber(ARGV[at + 6])
    local from = redis.call('ZRANGEBYLEX', keys, lowest(ARGV[at + 1]), highest(ARGV[at + 2]), 'LIMIT', 0, ARGV[at + 3])
    local found, taken, count, ahead = {}, {}, #from, tonumber(ARGV[at + 7])
    for index, key in ipairs(from) do
      found[index] = redis.call('HGET', records, key)
      if ahead and found[index] then
        local _, moves = partsOf(found[index])
        if moves > 0 then
          count = math.max(index - 1, math.min(ahead, #from))
          ahead = nil
        end
      end
    end
    for index = 1, count do remove(from[index]) end
    for index = 1, count do
      local key = from[index]
      if found[index] then
        local _, moves, value = partsOf(found[index])
        local name = into .. string.sub(key, cut + 1)
        taken[#taken + 1] = name
        taken[#taken + 1] = put(name, string.format('%d', moves + counted), value)
      end
    end
    moved[#moved + 1] = taken
  end
  at = at + LENGTHS[kind]
end
if changed then
  redis.call('SET', last, version)
  if ARGV[1] == '1' then redis.call('PUBLISH', ARGV[2], ARGV[3]) end
end
return {version, sums, moved}
`,
)

/** ARGV: from, to or nothing, how many, '1' for from the end. Gives keys and records in turn. */
export const SCAN_RANGE: Script = script(
  RANGE,
  `
local low, high = lowest(ARGV[1]), highest(ARGV[2])
local found
if ARGV[4] == '1' then
  found = redis.call('ZREVRANGEBYLEX', KEYS[2], high, low, 'LIMIT', 0, ARGV[3])
else
  found = redis.call('ZRANGEBYLEX', KEYS[2], low, high, 'LIMIT', 0, ARGV[3])
end
local answer = {}
for _, key in ipairs(found) do
  local record = redis.call('HGET', KEYS[1], key)
  if record then
    answer[#answer + 1] = key
    answer[#answer + 1] = record
  end
end
return answer
`,
)

/** ARGV: the channel, the name of the space. The version stays: it is never to fall. */
export const DROP: Script = script(
  `
redis.call('UNLINK', KEYS[1], KEYS[2])
redis.call('PUBLISH', ARGV[1], ARGV[2])
return 1
`,
)
