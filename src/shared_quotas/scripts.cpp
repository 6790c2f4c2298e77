// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "scripts.hpp"

#include <string>

namespace tollgate::shared_quotas {
namespace {

/// What all of them begin with.
constexpr const char* kCommon = R"lua(
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local MINUTE = 60000000

local function text(number) return string.format('%.0f', number) end

local function number(key, field)
  return tonumber(redis.call('HGET', key, field) or '0') or 0
end

local function parse(value)
  local session, units = string.match(value or '', '^(%d+) (-?%d+)$')
  if not session then return nil end
  return tonumber(session), tonumber(units)
end

local function claim(key, field) return parse(redis.call('HGET', key, field)) end

local function put(key, field, session, units)
  redis.call('HSET', key, field, text(session) .. ' ' .. text(units))
end

-- What is left of a rate's level by now, and the part of a unit that has flowed off beyond it.
-- No product is above 9e15: whole minutes first, then the rest by whole and parts.
local function drained(key, per_minute)
  local level, rest = number(key, 't'), number(key, 'r')
  local passed = now - number(key, 's')
  if passed < 0 then  -- the clock was set back: from here on its time is known
    passed = 0
    redis.call('HSET', key, 's', text(now))
  end
  local part_of_minute = math.fmod(passed, MINUTE)
  local minutes = (passed - part_of_minute) / MINUTE
  if level <= 0 or minutes * per_minute >= level then return 0, 0 end
  level = level - minutes * per_minute
  local part = math.fmod(per_minute, MINUTE)
  local whole = (per_minute - part) / MINUTE
  local gone = part_of_minute * part + rest
  rest = math.fmod(gone, MINUTE)
  level = level - part_of_minute * whole - (gone - rest) / MINUTE
  if level <= 0 then return 0, 0 end
  return level, rest
end

local function total_of(key, kind, per_minute)
  if kind == 'r' then return drained(key, per_minute) end
  return number(key, 't'), 0
end

local function set_total(key, kind, total, rest)
  if kind ~= 'r' then return redis.call('HSET', key, 't', text(total)) end
  if total <= 0 then total, rest = 0, 0 end
  redis.call('HSET', key, 't', text(total), 's', text(now), 'r', text(rest))
end
)lua";

constexpr const char* kTake = R"lua(
local mine, session = ARGV[1], tonumber(ARGV[2])
local believed_after, lost_after = tonumber(ARGV[3]), tonumber(ARGV[4])
local FIRST, EACH = 5, 9

for _, key in ipairs(KEYS) do
  if claim(key, mine) ~= session then return {'unknown'} end
end

-- Requests in flight of processes that have not been heard of for so long are over.
local function free_lost(key, total)
  local fields, lost = redis.call('HGETALL', key), {}
  for i = 1, #fields, 2 do
    local process = string.match(fields[i], '^h:(.*)$')
    if process and now - tonumber(fields[i + 1]) * 1000000 > lost_after then lost[process] = true end
  end
  for i = 1, #fields, 2 do
    local process = string.match(fields[i], '^c:(.*)/[^/]*$')
    if process and lost[process] and fields[i] ~= mine then
      local _, units = parse(fields[i + 1])
      total = total - (units or 0)
      redis.call('HDEL', key, fields[i], 'h:' .. process, 'u:' .. process)
    end
  end
  redis.call('HSET', key, 't', text(total))
  return total
end

local function read(i, key)
  local at = FIRST + (i - 1) * EACH
  local one = {kind = ARGV[at], refuses = ARGV[at + 1] == '1', amount = tonumber(ARGV[at + 2]),
               per_minute = tonumber(ARGV[at + 3]), units = tonumber(ARGV[at + 4]),
               more = tonumber(ARGV[at + 5]), divisor = tonumber(ARGV[at + 6]),
               begin = tonumber(ARGV[at + 7]), kept = ARGV[at + 8]}
  one.total, one.rest = total_of(key, one.kind, one.per_minute)
  if one.kind == 'w' then one.amount = one.amount + number(key, 'x') end
  local function fits() return one.units < 0 or one.total + one.units <= one.amount end
  if one.kind == 'f' and not fits() then one.total = free_lost(key, one.total) end
  one.fits = fits()
  local made = number(key, 'b')
  one.young = made > 0 and now >= made and now < made + believed_after and
              made > one.begin + believed_after
  return one
end

local limits, what = {}, 'taken'
for i, key in ipairs(KEYS) do
  local one = read(i, key)
  limits[i] = one
  if one.refuses and not one.fits and what == 'taken' then what = 'refused' end
  if one.young and one.units > 0 then what = 'young' end
end

local out = {what}
for i, key in ipairs(KEYS) do
  local one, taken = limits[i], 0
  if what == 'taken' and (one.fits or one.kind == 'w') then
    taken = one.units
    local left = one.amount - one.total - taken
    if one.fits and one.more > 0 and left > 0 then
      taken = taken + math.min(one.more, math.floor(left / one.divisor))
    end
    if taken ~= 0 then
      local _, units = claim(key, mine)
      put(key, mine, session, units + taken)
      one.total = one.total + taken
      if one.kind == 'r' then one.total = math.max(one.total, 0) end
      set_total(key, one.kind, one.total, one.rest)
      redis.call('EXPIRE', key, one.kept)
    end
  end
  out[i + 1] = {one.fits and 1 or 0, text(one.total), text(one.amount), text(taken)}
end
return out
)lua";

constexpr const char* kState = R"lua(
local key, kind, per_minute, process = KEYS[1], ARGV[1], tonumber(ARGV[2]), ARGV[4]
local gateway, incarnation = ARGV[6], tonumber(ARGV[7])
local made = redis.call('EXISTS', key) == 0
local total, rest = total_of(key, kind, per_minute)
if made then redis.call('HSET', key, 'b', text(now)) end

local function add(units)
  if units ~= 0 then redis.call('HSET', key, 'x', text(number(key, 'x') + units)) end
end

local function forget_earlier()
  local fields = redis.call('HGETALL', key)
  for i = 1, #fields, 2 do
    local sort, whose, number_of = string.match(fields[i], '^([cuhx]):(.*)@(%d+)')
    if sort and whose == gateway and tonumber(number_of) < incarnation then
      if sort == 'c' and kind ~= 'r' then
        local _, units = parse(fields[i + 1])
        total = total - (units or 0)
      end
      if sort == 'x' then add(-(tonumber(fields[i + 1]) or 0)) end
      redis.call('HDEL', key, fields[i])
    end
  end
end
if gateway ~= '' then forget_earlier() end

if ARGV[8] ~= '' then
  local own = 'x:' .. process
  add(tonumber(ARGV[8]) - number(key, own))
  if ARGV[8] ~= '0' then redis.call('HSET', key, own, ARGV[8]) else redis.call('HDEL', key, own) end
end

local unknown, later = 0, 0
for at = 9, #ARGV, 5 do
  local field, session, units = ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local known_session, known = claim(key, field)
  -- After a flush words of an earlier connection may come first: they are not what is claimed now.
  if known_session and ARGV[at + 4] ~= '=' and known_session < session then
    unknown = unknown + 1
    total = total + units - known
    put(key, field, session, units)
  elseif not known_session then
    unknown = unknown + 1
    total = total + units - tonumber(ARGV[at + 3])
    put(key, field, session, units)
  elseif ARGV[at + 4] == '=' then
    if known_session > session then
      later = later + 1
    else
      total = total + units - known
      put(key, field, session, units)
    end
  end
end
if kind == 'r' then total = math.max(total, 0) end
set_total(key, kind, total, rest)
redis.call('HSET', key, 'h:' .. process, time[1])
if ARGV[5] ~= '' then redis.call('HSET', key, 'u:' .. process, ARGV[5]) end
redis.call('EXPIRE', key, ARGV[3])
return {unknown, text(total), text(number(key, 'x')), later, made and 1 or 0}
)lua";

constexpr const char* kLook = R"lua(
local key, kind, per_minute = KEYS[1], ARGV[1], tonumber(ARGV[2])
local total = total_of(key, kind, per_minute)
local fields, found, order = redis.call('HGETALL', key), {}, {}
local function of(process)
  if not found[process] then
    found[process] = {claims = 0, settled = 0, silent = -1, told = 0}
    order[#order + 1] = process
  end
  return found[process]
end
for i = 1, #fields, 2 do
  local name, value = fields[i], fields[i + 1]
  local claimed, by = string.match(name, '^c:(.*)/([^/]*)$')
  local settled, heard = string.match(name, '^u:(.*)$'), string.match(name, '^h:(.*)$')
  if claimed then
    local _, units = parse(value)
    of(claimed).claims = of(claimed).claims + (units or 0)
    if by == 's' then of(claimed).told = 1 end
  elseif settled then
    of(settled).settled = tonumber(value) or 0
  elseif heard then
    of(heard).silent = math.max(tonumber(time[1]) - (tonumber(value) or 0), 0)
  end
end
local out = {text(total), text(number(key, 'x'))}
for _, process in ipairs(order) do
  local one = found[process]
  for _, value in ipairs({process, text(one.claims), text(one.settled), text(one.silent),
                          one.told}) do
    out[#out + 1] = value
  end
end
return out
)lua";

constexpr const char* kBeat = R"lua(
local key, member, counted, ends = KEYS[1], ARGV[1], tonumber(ARGV[2]), ARGV[3] == '1'
redis.call('SET', KEYS[2], text(now), 'NX')
redis.call('EXPIRE', KEYS[2], 172800)
if ends then redis.call('ZREM', key, member) else redis.call('ZADD', key, text(now), member) end
redis.call('ZREMRANGEBYSCORE', key, '-inf', '(' .. text(now - 86400000000))
redis.call('EXPIRE', key, 172800)
local out = redis.call('ZRANGEBYSCORE', key, text(now - counted), '+inf')
table.insert(out, 1, redis.call('GET', KEYS[2]))
return out
)lua";

redis::Script script(const char* own) { return redis::Script(std::string(kCommon) + own); }

}  // namespace

const redis::Script& take_script() {
  static const redis::Script out = script(kTake);
  return out;
}

const redis::Script& state_script() {
  static const redis::Script out = script(kState);
  return out;
}

const redis::Script& look_script() {
  static const redis::Script out = script(kLook);
  return out;
}

const redis::Script& beat_script() {
  static const redis::Script out = script(kBeat);
  return out;
}

}  // namespace tollgate::shared_quotas
