import type { Script } from "./redis-client.js";

/**
 * Places and slots are members of sorted sets; the score is when they are free again, in µs of Redis' own clock, since the
 * clocks of machines differ. Whole µs are exact in Lua's doubles, rounded ms would let a window be a ms too short.
 */
const now = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('(%.0f', now))
`;

/** Puts a member in and keeps the key until the last member is free: at least so long, in ms. */
const put = `
local function put(member, forMs)
  redis.call('ZADD', KEYS[1], now + forMs * 1000, member)
  local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2]
  redis.call('PEXPIRE', KEYS[1], math.ceil((last - now) / 1000) + 1)
end
`;

/**
 * Keys: the places, the pause. Values: place, limit, period and lease in ms. Answers 0, or the ms until it is worth
 * asking again. A place that is not settled yet is free a period from now at the soonest, whatever its lease.
 */
export const takePlace: Script = {
  step: "take a place",
  lua: `${now}${put}
local paused = redis.call('PTTL', KEYS[2])
if paused > 0 then return paused end
local limit, period = tonumber(ARGV[2]), tonumber(ARGV[3])
local taken = redis.call('ZCARD', KEYS[1])
if taken < limit then
  put(ARGV[1], period + ARGV[4])
  return 0
end
local free = redis.call('ZRANGE', KEYS[1], taken - limit, taken - limit, 'WITHSCORES')[2]
return math.max(1, math.min(math.ceil((free - now) / 1000), period))`,
};

/** Key: the places. Values: place, period in ms. One whose lease is over, or that Redis has lost, counts again. */
export const settlePlace: Script = {
  step: "settle a place",
  lua: `${now}${put}put(ARGV[1], tonumber(ARGV[2]))`,
};

/** Key: the pause. Value: for how many ms. A pause is never cut short. */
export const pausePlaces: Script = {
  step: "pause",
  lua: `if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], 1, 'PX', ARGV[1]) end`,
};

/** Key: the slots. Values: slot, limit, lease in ms. Answers whether one was free. */
export const takeSlot: Script = {
  step: "take a slot",
  lua: `${now}${put}
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
put(ARGV[1], tonumber(ARGV[3]))
return 1`,
};

/** Key: the slots. Values: slot, job, for how many ms a job is believed to run. */
export const assignSlot: Script = {
  step: "assign a slot",
  lua: `${now}${put}
redis.call('ZREM', KEYS[1], ARGV[1])
put(ARGV[2], tonumber(ARGV[3]))`,
};

/** Key: the places or the slots. Values: what to take out. */
export const remove: Script = {
  step: "free a place or slot",
  lua: `return redis.call('ZREM', KEYS[1], unpack(ARGV))`,
};

/** Key: the slots. Answers all that are taken. */
export const listSlots: Script = {
  step: "list the running jobs",
  lua: `${now}return redis.call('ZRANGE', KEYS[1], 0, -1)`,
};
