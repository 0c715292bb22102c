// What the store does in Redis in one atom each. A write bears a token of its own, so that one whose answer was lost may
// be made again.
#pragma once

#include "absl/strings/string_view.h"

namespace stepshake::server {

// Keys: session, order, expiry, owner's sessions, sequence, history, configuration.
// Arguments: id, record, milliseconds to live, sessions there may be, those of one owner (0: any), token, steps of the
// history...
// 1: done; -1, -2: too many, in all or of the owner.
inline constexpr absl::string_view kInsertScript = R"(
if redis.call('HGET', KEYS[1], 'w') == ARGV[6] then return 1 end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now, 'LIMIT', 0, 1000)) do
  redis.call('ZREM', KEYS[2], id)
  redis.call('ZREM', KEYS[3], id)
end
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', now)
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[4]) then return -1 end
local most = tonumber(ARGV[5])
if most > 0 and redis.call('ZCARD', KEYS[4]) >= most then return -2 end
redis.call('ZADD', KEYS[2], redis.call('INCR', KEYS[5]), ARGV[1])
redis.call('ZADD', KEYS[3], now + ARGV[3], ARGV[1])
if most > 0 then redis.call('ZADD', KEYS[4], now + ARGV[3], ARGV[1]) end
redis.call('HSET', KEYS[1], 'g', 0, 'v', ARGV[2], 'w', ARGV[6])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('PEXPIRE', KEYS[7], ARGV[3], 'GT')
for i = 7, #ARGV do redis.call('RPUSH', KEYS[6], ARGV[i]) end
redis.call('PEXPIRE', KEYS[6], ARGV[3])
return 1
)";

// Keys: session, expiry, owner's sessions, history, configuration, then the tickets that were taken, and those that are
// put.
// Arguments: id, generation, record, milliseconds to live, token, steps of the history to keep, the new one (or
// nothing), channel, message, how many tickets were taken, then of each that is put: ticket, milliseconds to live.
// 1: done; 0: somebody else has changed it; -1: there is none; -2: a ticket is taken already; -3: the configuration is
// gone.
inline constexpr absl::string_view kUpdateScript = R"(
local found = redis.call('HMGET', KEYS[1], 'g', 'w')
if not found[1] then return -1 end
if found[2] == ARGV[5] then return 1 end
if found[1] ~= ARGV[2] then return 0 end
if redis.call('EXISTS', KEYS[5]) == 0 then return -3 end
local taken = tonumber(ARGV[10])
for i = 6, 5 + taken do
  if redis.call('EXISTS', KEYS[i]) == 0 then return -2 end
end
for i = 6, 5 + taken do redis.call('DEL', KEYS[i]) end
for i = 6 + taken, #KEYS do
  local at = 11 + (i - 6 - taken) * 2
  redis.call('SET', KEYS[i], ARGV[at], 'PX', ARGV[at + 1])
end
redis.call('HSET', KEYS[1], 'g', ARGV[2] + 1, 'v', ARGV[3], 'w', ARGV[5])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('PEXPIRE', KEYS[5], ARGV[4], 'GT')
local t = redis.call('TIME')
local expires = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[4]
redis.call('ZADD', KEYS[2], 'XX', expires, ARGV[1])
redis.call('ZADD', KEYS[3], 'XX', expires, ARGV[1])
if ARGV[7] ~= '' then redis.call('RPUSH', KEYS[4], ARGV[7]) end
if tonumber(ARGV[6]) == 0 then
  redis.call('DEL', KEYS[4])
else
  redis.call('LTRIM', KEYS[4], -ARGV[6], -1)
  redis.call('PEXPIRE', KEYS[4], ARGV[4])
end
redis.call('PUBLISH', ARGV[8], ARGV[9])
return 1
)";

// Keys: session, order, expiry, owner's sessions, history, waits. Arguments: id, generation, channel, message.
// 1: done; 0: somebody else has changed it; -1: there is none.
inline constexpr absl::string_view kRemoveScript = R"(
local generation = redis.call('HGET', KEYS[1], 'g')
if not generation then return -1 end
if generation ~= ARGV[2] then return 0 end
redis.call('DEL', KEYS[1], KEYS[5])
for i = 2, 4 do redis.call('ZREM', KEYS[i], ARGV[1]) end
redis.call('ZREM', KEYS[6], ARGV[1])
redis.call('PUBLISH', ARGV[3], ARGV[4])
return 1
)";

// Keys: session, history. The generation, the record, and the steps, or nothing.
inline constexpr absl::string_view kHistoryScript = R"(
local found = redis.call('HMGET', KEYS[1], 'g', 'v')
if not found[1] then return false end
return {found[1], found[2], redis.call('LRANGE', KEYS[2], 0, -1)}
)";

// Keys: order. Arguments: a position, how many, what a session's key begins with.
// Of each session after the position: id, position, generation, record; the last two are nothing where it has expired.
inline constexpr absl::string_view kListScript = R"(
local ids = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[2])
local all = {}
for i = 1, #ids, 2 do
  local found = redis.call('HMGET', ARGV[3] .. ids[i], 'g', 'v')
  all[#all + 1] = {ids[i], ids[i + 1], found[1] or '', found[2] or ''}
end
return all
)";

// Keys: waits. Arguments: id, how many there may be, milliseconds after which a wait counts no more. 1: it has a place.
inline constexpr absl::string_view kStartWaitScript = R"(
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then
  return 0
end
redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[1])
return 1
)";

}  // namespace stepshake::server
