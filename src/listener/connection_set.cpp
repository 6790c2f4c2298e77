// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/listener/connection_set.hpp"

namespace tollgate::listener {

Member::Member(net::ByteStream& stream, const boost::asio::ip::address& peer, ConnectionSet& set)
    : stream(stream), set_(set), strangers_(set.strangers_.try_emplace(peer, 0).first) {
  ++strangers_->second;
  set_.members_.push_back(*this);
}

Member::~Member() {
  if (owner != nullptr) {
    set_.shares_.release(*owner);
  } else {
    set_.count_no_stranger(*this);
  }
  set_.shares_.leave();
}

bool Member::claim(proxy::ConnectionShares::Account& account) {
  return owner == &account || set_.claim(*this, account);
}

bool ConnectionSet::claim(Member& member, proxy::ConnectionShares::Account& account) {
  if (!shares_.assign(account)) {
    if (!end_an_idle_one(account, member)) return false;
    shares_.assign_instead(account);
  }
  if (member.owner != nullptr) {
    shares_.release(*member.owner);
  } else {
    count_no_stranger(member);
  }
  member.owner = &account;
  return true;
}

void ConnectionSet::count_no_stranger(Member& member) {
  if (--member.strangers_->second == 0) strangers_.erase(member.strangers_);
}

bool ConnectionSet::admit() {
  if (shares_.enter()) return true;
  // The place is free as soon as that connection's coroutine has run: for a moment there is one too
  // many.
  if (end_a_stranger()) return true;
  shares_.leave();
  return false;
}

void ConnectionSet::give_up(Member& member) {
  member.leaving = true;
  member.stream.cancel(Errc::cancelled);
}

bool ConnectionSet::end_a_stranger() {
  Member* found = nullptr;
  for (Member& member : members_) {  // in the order of their coming
    if (!member.idle || member.owner != nullptr || member.leaving) continue;
    if (found == nullptr || member.strangers_->second > found->strangers_->second) found = &member;
  }
  if (found != nullptr) give_up(*found);
  return found != nullptr;
}

bool ConnectionSet::end_an_idle_one(const proxy::ConnectionShares::Account& account,
                                    const Member& but) {
  for (Member& member : members_) {
    if (!member.idle || member.owner != &account || member.leaving || &member == &but) continue;
    give_up(member);
    return true;
  }
  return false;
}

void ConnectionSet::drain() {
  closing_ = true;
  for (Member& member : members_) {
    if (member.idle) member.stream.cancel(Errc::cancelled);
  }
}

void ConnectionSet::abort() {
  drain();
  // Cancelling only wakes coroutines; none of them runs, or leaves this list, before we return.
  for (Member& member : members_) {
    member.cancellation.stop();
    member.stream.cancel(Errc::cancelled);
  }
}

}  // namespace tollgate::listener
