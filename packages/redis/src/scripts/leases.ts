/** The scripts on leases, which stand behind the entry they are on (lease-slot.ts). KEYS[4] is the entry. */
import { HELD, RECORD_OF } from './entry.ts'
import { COVERED, EPOCH } from './epoch.ts'
import { type Script, script } from './script.ts'

/** Leases on one key at a time; one more takes the place of the first. */
const MAX_LEASES = 1_000

/**
 * ARGV: incarnation, the new slot, now, its milliseconds, the latest end that a lease can have. Gives the epoch, or nothing where the
 * slot is exclusive and another such is held; those that are not are emptied. What is under the key and is not ours is overwritten.
 */
export const LEASE: Script = script(
  EPOCH,
  RECORD_OF,
  `
local key, slot, now, left, latest = KEYS[4], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local record = recordOf(key)
local leases = record and redis.call('GETRANGE', key, 40 + record, -1) or ''
local free, over = #leases + 1, {}
for at = 1, #leases - 30, 31 do
  local mode, untilMs = string.sub(leases, at, at), struct.unpack('<d', leases, at + 1)
  local isOther = mode == 'X' and string.sub(slot, 1, 1) == 'X'
  if isOther and now < untilMs and untilMs <= latest then return false end
  if isOther then over[#over + 1] = at end
  if isOther or mode == '\\0' or untilMs <= now then free = math.min(free, at) end
end
for _, at in ipairs(over) do redis.call('SETRANGE', key, 40 + record + at - 1, string.rep('\\0', 31)) end
if free > ${MAX_LEASES} * 31 then free = 1 end
local _, _, _, _, text = epoch()
if record then
  redis.call('SETRANGE', key, 40 + record + free - 1, slot)
  local pttl = redis.call('PTTL', key)
  if pttl >= 0 and pttl < left then redis.call('PEXPIRE', key, left) end
else
  redis.call('SET', key, 'STR\\1' .. string.rep('\\0', 36) .. slot, 'PX', left)
end
return text
`,
)

/** ARGV: incarnation, random, the lease's incarnation and count, now, key, until, milliseconds, tags. 1: renewed. */
export const RENEW: Script = script(
  EPOCH,
  COVERED,
  RECORD_OF,
  HELD,
  `
local at = held(KEYS[4], ARGV[2], tonumber(ARGV[5]))
if not at then return 0 end
if covered(ARGV[3], tonumber(ARGV[4]), ARGV[6], 9) then return 0 end
redis.call('SETRANGE', KEYS[4], at + 1, ARGV[7])
local pttl = redis.call('PTTL', KEYS[4])
if pttl >= 0 and pttl < tonumber(ARGV[8]) then redis.call('PEXPIRE', KEYS[4], ARGV[8]) end
return 1
`,
)

/** ARGV: incarnation, random. A key with nothing left on it is removed. */
export const RELEASE: Script = script(
  RECORD_OF,
  HELD,
  `
local at = held(KEYS[4], ARGV[2], -math.huge)
if not at then return 0 end
redis.call('SETRANGE', KEYS[4], at, string.rep('\\0', 31))
if recordOf(KEYS[4]) == 0 and not string.find(redis.call('GETRANGE', KEYS[4], 40, -1), '[^%z]') then
  redis.call('UNLINK', KEYS[4])
end
return 1
`,
)
