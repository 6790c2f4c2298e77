// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tollgate/redis/call.hpp"

// What the store does for the shared counts, as Lua: each script is done whole or not at all, takes
// every key as an argument, reads the server's clock and no other, and has no number above 9e15,
// below which a double is exact.
//
// A key is the count of one limit in one window (names.hpp). It is a hash:
//   t            the total of all claims; of a rate, the level: what has not flowed off
//   s, r         of a rate: when the level was that, in microseconds, and the part of a unit that
//                had flowed off by then, in 60-millionths
//   b            when the hash was made, in microseconds
//   x            what operators have added to the amount, in all processes
//   x:PROCESS    of it, what stands in the process's ledger
//   c:PROCESS/W  a claim: "SESSION VALUE". VALUE is all that W has taken, and of it what was not
//                given back; of a rate, since the process began
//   u:PROCESS    what of its claims the process has settled
//   h:PROCESS    when it was last heard of here, in seconds
// PROCESS is GATEWAY@INCARNATION (names.hpp); W a worker's number, or `s` for what the
// process settled beside what its workers took, which may be below 0.
namespace tollgate::shared_quotas {

/// Takes of all limits of a slot, or of none.
/// KEYS: a count each. ARGV: the worker's claim, its session, how long a count must have been there
/// to be believed and after what time without a word the requests in flight of a process are over,
/// in microseconds; then for each key: kind (w a window, r a rate, f in flight), 1 where the limit
/// refuses and 0 in shadow, amount or burst, amount per minute, units, how many more at the most,
/// the divisor of what is left that bounds these, begin of the window in microseconds, seconds that
/// the key is kept. Units below 0 give back, and always fit.
/// Answer: what came of it, then for each key {fits, total, amount, taken}:
///   taken    all of it
///   refused  nothing: not all fit
///   young    nothing: the count has just been made, and others have not stated their claims yet
///   unknown  nothing, and no more: the store does not know the claim in this session
const redis::Script& take_script();

/// States a process's claims on one count whole: those with `=` replace what is there, those with
/// `?` count only where there are none.
/// KEYS: the count. ARGV: kind, amount per minute, seconds that the key is kept, PROCESS, units
/// settled (empty: as they were), GATEWAY where claims of its earlier incarnations are to go (else
/// empty), its incarnation, what operators have added in the process (empty: as it was); then for
/// each claim: name, session, value, how much of the value is in
/// the total already where the store does not know the claim, = or ?.
/// Answer: {how many were not known, total, what operators added, how many are of a later session,
/// 1 where the count was made}.
const redis::Script& state_script();

/// KEYS: the count. ARGV: kind, amount per minute. Answer: {total, added, PROCESS, its claims, its
/// units settled, seconds since it was heard of here or -1, 1 where it has stated what it settled,
/// PROCESS, ...}.
const redis::Script& look_script();

/// KEYS: the list of processes, by when they were last heard of, and when the store was first told
/// of any. ARGV: MEMBER, microseconds after which a silent one is not counted, 1 where it ends.
/// Answer: {when that was: another time means that the store has lost what it knew, MEMBER, ... of
/// all that are counted}.
const redis::Script& beat_script();

}  // namespace tollgate::shared_quotas
