/** The scripts on entries (envelope.ts), and what they share: parsing an envelope, and the leases behind it. */
import { COVERED, EPOCH, PEEK } from './epoch.ts'
import { type Script, script, unconditionalScript } from './script.ts'

/** `recordOf(key)`: bytes of the record, 0 where there are only leases; nil where nothing is, or nothing of ours. */
export const RECORD_OF = `
local function recordOf(key)
  local envelope = look('GETRANGE', key, 0, 39)
  if type(envelope) ~= 'string' then return nil end
  if #envelope < 40 or string.sub(envelope, 1, 4) ~= 'STR\\1' then return nil end
  local record = struct.unpack('<I4', envelope, 5)
  if redis.call('STRLEN', key) < 40 + record then return nil end
  return record
end
`

/** `headOf(key)`: the string up to the body, '' where nothing is, false for what is no string. */
const HEAD_OF = `
local function headOf(key)
  local start = look('GETRANGE', key, 0, 99)
  if type(start) ~= 'string' then return false end
  if #start < 40 or string.sub(start, 1, 4) ~= 'STR\\1' then return start end
  local record = struct.unpack('<I4', start, 5)
  if record == 0 then return string.sub(start, 1, 40) end
  local body = #start < 100 and 0 or struct.unpack('<I4', start, 97)
  return redis.call('GETRANGE', key, 0, math.max(39, 39 + record - body))
end
`

/** KEYS: the epoch, entries; ARGV: value and milliseconds left of each. Gives the epoch before, '' where there is none. */
export const SET: Script = unconditionalScript(`
local text = look('GET', KEYS[1])
for at = 2, #KEYS do redis.call('SET', KEYS[at], ARGV[2 * at - 3], 'PX', ARGV[2 * at - 2]) end
return type(text) == 'string' and text or ''
`)

/** KEYS[4..]: entries. Gives the epoch, and the head of each. */
export const HEADS: Script = script(
  PEEK,
  HEAD_OF,
  `
local heads = { peek() }
for at = 4, #KEYS do heads[at - 2] = headOf(KEYS[at]) end
return heads
`,
)

/** KEYS[4..]: entries. Removes each, leases and all. Gives the epoch, and the head of each. */
export const REMOVE: Script = unconditionalScript(
  PEEK,
  HEAD_OF,
  `
local heads = { peek() }
for at = 4, #KEYS do
  heads[at - 2] = headOf(KEYS[at])
  redis.call('UNLINK', KEYS[at])
end
return heads
`,
)

/**
 * KEYS[4..]: entries; ARGV: now, the grace period, the sign of each, with a moment or without. Removes those that are still the very write of the
 * sign, as of that moment, and leaves leases where they are. Gives 1 for each that it removed, else 0.
 */
export const DISCARD: Script = script(
  RECORD_OF,
  `
local now, grace, removed = tonumber(ARGV[1]), tonumber(ARGV[2]), {}
for at = 4, #KEYS do
  local key, sign = KEYS[at], ARGV[at - 1]
  removed[at - 3] = 0
  local start = look('GETRANGE', key, 0, math.max(23, #sign - 1))
  if start == sign or (type(start) ~= 'string' and sign == '') then
    local record = recordOf(key)
    local leases = record and redis.call('GETRANGE', key, 40 + record, -1) or ''
    local untilMs = now
    for slot = 1, #leases - 30, 31 do
      if string.byte(leases, slot) ~= 0 then untilMs = math.max(untilMs, (struct.unpack('<d', leases, slot + 1))) end
    end
    if untilMs > now then
      local envelope = 'STR\\1' .. string.rep('\\0', 36)
      redis.call('SET', key, envelope .. leases, 'PX', string.format('%.0f', math.ceil(untilMs - now) + grace))
    else
      redis.call('UNLINK', key)
    end
    removed[at - 3] = 1
  end
end
return removed
`,
)

/** KEYS[4]: the entry; ARGV: incarnation, sign, now, instants as they were seen and are to be, milliseconds left, what becomes of leases. Gives the epoch and the head as it was, or nothing. */
export const TOUCH: Script = script(
  EPOCH,
  RECORD_OF,
  HEAD_OF,
  `
local key = KEYS[4]
if look('GETRANGE', key, 0, 23) ~= ARGV[2] then return false end
local record = recordOf(key)
if not record or record < 40 then return false end
local times = redis.call('GETRANGE', key, 44, 79)
if times ~= ARGV[4] then return false end
if tonumber(ARGV[3]) >= struct.unpack('<d', times, 29) then return false end
local head, left = headOf(key), tonumber(ARGV[6])
redis.call('SETRANGE', key, 44, ARGV[5])
local leases = redis.call('STRLEN', key) - 40 - record
if leases > 0 then
  if ARGV[7] == 'void' then redis.call('SETRANGE', key, 40 + record, string.rep('\\0', leases)) end
  left = math.max(left, redis.call('PTTL', key))
end
redis.call('PEXPIRE', key, string.format('%.0f', left))
local _, _, _, _, text = epoch()
return { text, head }
`,
)

/** KEYS[4..]: entries; ARGV: moment, the sign of each. What is still the very write becomes true as of the moment. */
export const AGE: Script = script(`
for at = 4, #KEYS do
  if look('GETRANGE', KEYS[at], 0, 23) == ARGV[at - 2] then redis.call('SETRANGE', KEYS[at], 24, ARGV[1]) end
end
return 0
`)

/** `held(key, random, now)`: where the lease is in the string, if it still holds. */
export const HELD = `
local function held(key, random, now)
  local record = recordOf(key)
  if not record then return nil end
  local leases = redis.call('GETRANGE', key, 40 + record, -1)
  local found = string.find(leases, random, 1, true)
  if not found or (found - 10) % 31 ~= 0 then return nil end
  local slot = found - 9
  if string.byte(leases, slot) == 0 or struct.unpack('<d', leases, slot + 1) <= now then return nil end
  return 40 + record + slot - 1
end
`

/** KEYS[4]: the entry; ARGV: incarnation, random, the lease's incarnation and count, now, key, value, milliseconds left, tags. 1: stored. */
export const STORE: Script = script(
  EPOCH,
  COVERED,
  RECORD_OF,
  HELD,
  `
if not held(KEYS[4], ARGV[2], tonumber(ARGV[5])) then return 0 end
if covered(ARGV[3], tonumber(ARGV[4]), ARGV[6], 9) then return 0 end
redis.call('SET', KEYS[4], ARGV[7], 'PX', ARGV[8])
return 1
`,
)

/** KEYS[4]: the entry; ARGV as of {@link STORE} up to the key. Gives the epoch and the head of what it removed, or nothing. */
export const REMOVE_HELD: Script = script(
  EPOCH,
  COVERED,
  RECORD_OF,
  HEAD_OF,
  HELD,
  `
if not held(KEYS[4], ARGV[2], tonumber(ARGV[5])) then return false end
if covered(ARGV[3], tonumber(ARGV[4]), ARGV[6], 7) then return false end
local head = headOf(KEYS[4])
redis.call('UNLINK', KEYS[4])
return { peek(), head }
`,
)
