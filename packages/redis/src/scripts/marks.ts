/** The scripts on the bookkeeping alone: invalidating, and telling what has been invalidated. */
import { EPOCH } from './epoch.ts'
import { type Script, script, unconditionalScript } from './script.ts'

/**
 * ARGV: incarnation, most marks of tags, of prefixes, how many of the members are tags, members ('t' and the tag, 'p' and the
 * prefix). The empty prefix is everything: the base rises, and all marks are dropped. Where there are too many marks the
 * oldest go, and the floor or the base rises to them: what is older is then not trusted. Gives the new epoch.
 * By its text: carried out late, it would take away what was set after it.
 */
export const INVALIDATE: Script = unconditionalScript(
  EPOCH,
  `
local incarnation, count, base, floor = epoch()
count = count + 1
local tags = tonumber(ARGV[4])
for at = 5, #ARGV do
  if ARGV[at] == 'p' then
    redis.call('UNLINK', KEYS[2], KEYS[3])
    redis.call('ZADD', KEYS[2], 'inf', '!')
    redis.call('ZADD', KEYS[3], 'inf', '!')
    return put(incarnation, count, count, floor)
  end
  redis.call('ZADD', at < 5 + tags and KEYS[2] or KEYS[3], string.format('%.0f', count), ARGV[at])
end
local function trim(key, most)
  local over = redis.call('ZCARD', key) - 1 - most
  if over <= 0 then return 0 end
  local last = redis.call('ZRANGE', key, over - 1, over - 1, 'WITHSCORES')[2]
  redis.call('ZREMRANGEBYRANK', key, 0, over - 1)
  return tonumber(last)
end
floor = math.max(floor, trim(KEYS[2], tonumber(ARGV[2])))
base = math.max(base, trim(KEYS[3], tonumber(ARGV[3])))
return put(incarnation, count, base, floor)
`,
)

/**
 * ARGV: incarnation, known incarnation, known count, most marks to tell. Gives the epoch, whether it tells of everything it may
 * (1) or of what came after the known count (0), marks of tags with their counts, marks of prefixes with theirs.
 */
export const NEWS: Script = script(
  EPOCH,
  `
local incarnation, count, base, floor, text = epoch()
local known, most = tonumber(ARGV[3]), tonumber(ARGV[4])
if incarnation == ARGV[2] and known >= base and known <= count then
  local tags = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. ARGV[3], count, 'WITHSCORES', 'LIMIT', 0, most + 1)
  if #tags <= 2 * most then
    return { text, 0, tags, redis.call('ZRANGEBYSCORE', KEYS[3], '(' .. ARGV[3], count, 'WITHSCORES') }
  end
end
local tags = redis.call('ZREVRANGEBYSCORE', KEYS[2], count, 0, 'WITHSCORES', 'LIMIT', 0, most)
return { text, 1, tags, redis.call('ZRANGEBYSCORE', KEYS[3], 0, count, 'WITHSCORES') }
`,
)

/** ARGV: incarnation, tags. Gives the epoch and for each tag its mark, '-1' where it has none. */
export const MARKS_OF: Script = script(
  EPOCH,
  `
local _, _, _, _, text = epoch()
local marks = { text }
for at = 2, #ARGV do marks[at] = redis.call('ZSCORE', KEYS[2], 't' .. ARGV[at]) or '-1' end
return marks
`,
)
