// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/net/name_service.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace tollgate::net {

namespace asio = boost::asio;

asio::execution_context::id NameService::id;

Result<Addresses> system_lookup(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (error != 0) {
    return Error{Errc::unavailable, "cannot resolve " + host + ": " + ::gai_strerror(error)};
  }
  Addresses out;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    asio::ip::tcp::endpoint endpoint;
    if (entry->ai_addrlen > endpoint.capacity()) continue;
    std::copy_n(reinterpret_cast<const unsigned char*>(entry->ai_addr), entry->ai_addrlen,
                reinterpret_cast<unsigned char*>(endpoint.data()));
    endpoint.resize(entry->ai_addrlen);
    out.push_back(endpoint.address());
  }
  ::freeaddrinfo(found);
  if (out.empty()) return Error{Errc::unavailable, "cannot resolve " + host + ": no address"};
  return out;
}

void KnownHost::learn(Result<Addresses> found, SteadyTime now) {
  if (found) {
    addresses_ = std::move(*found);
    failure_.reset();
    ask_at_ = now + kFresh;
  } else {
    failure_ = found.error();
    ask_at_ = now + kAfterFailure;
  }
}

/// Between a look-up's thread and the service, which may be gone when the answer comes.
struct NameService::Mailbox {
  std::mutex mutex;
  NameService* service = nullptr;  ///< null: gone

  void deliver(const asio::any_io_executor& executor, const std::string& host,
               Result<Addresses> found) {
    const std::lock_guard lock(mutex);
    if (service == nullptr) return;
    asio::post(executor, [to = service, host, found = std::move(found)]() mutable {
      to->learn(host, std::move(found));
    });
  }
};

NameService::NameService(asio::execution_context& context)
    : service(context), mailbox_(std::make_shared<Mailbox>()) {
  mailbox_->service = this;
}

NameService::~NameService() = default;

NameService& NameService::of(asio::execution_context& context) {
  return asio::use_service<NameService>(context);
}

void NameService::shutdown() {
  const std::lock_guard lock(mailbox_->mutex);
  mailbox_->service = nullptr;
}

asio::awaitable<Result<Addresses>> NameService::find(std::string host, SteadyTime deadline) {
  const SteadyTime now = std::chrono::steady_clock::now();
  Entry& entry = hosts_[host];
  if (entry.known.fresh(now)) co_return entry.known.addresses();
  const bool known = !entry.known.addresses().empty();
  if (!entry.known.failed_lately(now)) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    if (!entry.asking) ask(host, entry, executor);
    const SteadyTime until = known ? std::min(deadline, now + kPatience) : deadline;
    if (entry.asking) co_await wait(entry, until);
  }
  if (!entry.known.addresses().empty()) co_return entry.known.addresses();
  if (entry.known.failure()) co_return *entry.known.failure();
  co_return Error{Errc::timeout, "resolving " + host + " took too long"};
}

void NameService::ask(const std::string& host, Entry& entry,
                      const asio::any_io_executor& executor) {
  const SteadyTime now = std::chrono::steady_clock::now();
  if (asking_ >= kMostLookups) {
    return entry.known.learn(Error{Errc::unavailable, "too many names are being looked up"}, now);
  }
  try {
    std::thread([mailbox = mailbox_, lookup = lookup_, executor, host] {
      mailbox->deliver(executor, host, lookup(host));
    }).detach();
  } catch (const std::system_error& error) {
    return entry.known.learn(Error{Errc::unavailable, error.what()}, now);
  }
  entry.asking = true;
  ++asking_;
}

void NameService::learn(const std::string& host, Result<Addresses> found) {
  Entry& entry = hosts_[host];
  --asking_;
  entry.asking = false;
  entry.known.learn(std::move(found), std::chrono::steady_clock::now());
  for (asio::steady_timer* waiter : entry.waiting) waiter->cancel();
}

asio::awaitable<void> NameService::wait(Entry& entry, SteadyTime until) {
  asio::steady_timer timer(co_await asio::this_coro::executor, until);
  const auto place = entry.waiting.insert(entry.waiting.end(), &timer);
  boost::system::error_code ignored;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  entry.waiting.erase(place);
}

}  // namespace tollgate::net
