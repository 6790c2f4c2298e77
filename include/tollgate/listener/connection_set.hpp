// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <map>

#include <boost/asio/ip/address.hpp>
#include <boost/intrusive/list.hpp>

#include "tollgate/base/cancellation.hpp"
#include "tollgate/net/byte_stream.hpp"
#include "tollgate/proxy/connection_shares.hpp"

namespace tollgate::listener {

class ConnectionSet;

/// A client's connection as its worker keeps track of it, for draining and for who gives way.
class Member : public proxy::ConnectionPlace,
               public boost::intrusive::list_base_hook<
                   boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  /// Of a connection that was admitted. Both outlive it.
  Member(net::ByteStream& stream, const boost::asio::ip::address& peer, ConnectionSet& set);
  Member(const Member&) = delete;
  Member& operator=(const Member&) = delete;
  ~Member() override;

  bool claim(proxy::ConnectionShares::Account& account) override;

  net::ByteStream& stream;
  bool idle = true;      ///< between requests
  bool leaving = false;  ///< given up for a newcomer
  /// Whose a request of this connection has shown it to be; null: a stranger's.
  proxy::ConnectionShares::Account* owner = nullptr;
  Cancellation cancellation;

 private:
  friend ConnectionSet;
  using Strangers = std::map<boost::asio::ip::address, std::size_t>;

  ConnectionSet& set_;
  Strangers::iterator strangers_;  ///< those of its address; valid while it has no owner
};

/// One worker's client connections. Used on its executor only, but for the shares, which are all
/// workers'.
class ConnectionSet {
 public:
  /// `shares` outlives the set.
  explicit ConnectionSet(proxy::ConnectionShares& shares) : shares_(shares) {}

  /// False when the limit is reached: the connection must be closed unserved. A stranger's
  /// connection gives way: of those that are between requests and have proven nothing yet one from
  /// the address that has most of them, the one that has been here longest. So strangers who hold
  /// connections open keep no client out.
  bool admit();

  /// Closes idle connections now and the others after their current exchange.
  void drain();
  /// Ends the exchanges in progress; each leaves its record on the way out.
  void abort();

  bool empty() const { return members_.empty(); }
  const bool& closing() const { return closing_; }

 private:
  friend Member;

  bool claim(Member& member, proxy::ConnectionShares::Account& account);
  bool end_a_stranger();
  /// One of the client's own that is between requests, and not `but`.
  bool end_an_idle_one(const proxy::ConnectionShares::Account& account, const Member& but);
  static void give_up(Member& member);
  /// It ends, or has shown whose it is.
  void count_no_stranger(Member& member);

  proxy::ConnectionShares& shares_;
  Member::Strangers strangers_;  ///< how many there are from each address
  boost::intrusive::list<Member, boost::intrusive::constant_time_size<false>> members_;
  bool closing_ = false;
};

}  // namespace tollgate::listener
