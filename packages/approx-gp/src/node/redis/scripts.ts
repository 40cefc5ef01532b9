/**
 * What the server runs as one step each, in Lua. `ARGV[1]` is the prefix of all keys. As in Optuna's `JournalRedisBackend`,
 * `<prefix>:log_number` is the number of the last line, counted from 0, and `<prefix>:log:<number>` is a line.
 * Every script may run twice for the same request: the second run changes nothing and answers the same.
 */

const LENGTH = `
local function length()
  return tonumber(redis.call('GET', ARGV[1] .. ':log_number') or '-1') + 1
end
local function line(number)
  return redis.call('GET', string.format('%s:log:%d', ARGV[1], number))
end`;

/** `prefix, from, count`: the number of lines, followed by at most `count` lines from a number on. */
export const READ = `-- read
${LENGTH}
local from = tonumber(ARGV[2])
local reply = {length()}
for number = from, math.min(reply[1], from + tonumber(ARGV[3])) - 1 do
  reply[#reply + 1] = line(number)
end
return reply`;

/** `prefix, lock, worker, milliseconds`: takes the lock and answers the number of lines, or who else holds it. */
export const ACQUIRE = `-- acquire
${LENGTH}
local holder = redis.call('GET', ARGV[2])
if holder and holder ~= ARGV[3] then return holder end
redis.call('SET', ARGV[2], ARGV[3], 'PX', ARGV[4])
return length()`;

/** `prefix, lock, worker`: lets a lock go, unless it is another's by now. */
export const RELEASE = `-- release
if redis.call('GET', ARGV[2]) == ARGV[3] then redis.call('DEL', ARGV[2]) end
return 1`;

/**
 * `prefix, from, line, ...`: appends all lines, the first of which gets the number `from`, and answers -1. If the journal
 * has another length, it appends none and answers that. Lines that are there already came by an earlier run.
 */
export const APPEND = `-- append
${LENGTH}
local from = tonumber(ARGV[2])
if line(from) == ARGV[3] then return -1 end
if length() ~= from then return length() end
for i = 3, #ARGV do
  redis.call('SET', string.format('%s:log:%d', ARGV[1], from + i - 3), ARGV[i])
end
redis.call('SET', ARGV[1] .. ':log_number', from + #ARGV - 3)
return -1`;
