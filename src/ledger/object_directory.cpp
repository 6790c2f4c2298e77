// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/ledger/object_directory.hpp"

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace tollgate::ledger {

namespace asio = boost::asio;

namespace {

asio::awaitable<Result<FoundObjects>> look_up(Ledger& ledger, std::vector<std::string> ids) {
  FoundObjects out;
  for (const std::string& id : ids) {
    Result<std::optional<StoredObject>> found = ledger.find_object(id);
    if (!found) co_return found.error();
    if (*found) out.emplace(id, std::move(**found));
  }
  co_return out;
}

}  // namespace

ObjectDirectory::ObjectDirectory(Ledger& ledger, asio::any_io_executor disk)
    : ledger_(ledger), disk_(std::move(disk)) {}

// NOLINTNEXTLINE(performance-unnecessary-value-param): it is moved in when it is new.
void ObjectDirectory::note(StoredObject object) {
  const std::lock_guard lock(mutex_);
  std::string id = object.id;
  if (!objects_.try_emplace(id, std::move(object)).second) return;
  order_.push_back(std::move(id));
  if (order_.size() <= kMostRemembered) return;
  objects_.erase(order_.front());
  order_.pop_front();
}

FoundObjects ObjectDirectory::take_remembered(std::vector<std::string>& ids) const {
  FoundObjects out;
  const std::lock_guard lock(mutex_);
  std::erase_if(ids, [&](const std::string& id) {
    const auto found = objects_.find(id);
    if (found == objects_.end()) return false;
    out.insert(*found);
    return true;
  });
  return out;
}

asio::awaitable<Result<FoundObjects>> ObjectDirectory::find_all(std::vector<std::string> ids) {
  FoundObjects known = take_remembered(ids);
  if (ids.empty()) co_return known;
  Result<FoundObjects> others =
      co_await asio::co_spawn(disk_, look_up(ledger_, std::move(ids)), asio::use_awaitable);
  if (!others) co_return others.error();
  known.merge(*others);
  co_return known;
}

}  // namespace tollgate::ledger
