// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "refusal.hpp"
#include "tollgate/http/head.hpp"
#include "tollgate/operations/request_names.hpp"
#include "tollgate/operations/request_target.hpp"
#include "tollgate/seals/exchange_ids.hpp"

namespace tollgate::proxy {

/// Other bytes for some of a text.
struct Edit {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text;
};

/// In place where none is longer than what it replaces. They do not overlap, but for ones that say
/// the same, and need no order.
void apply(std::vector<Edit> edits, std::string& text);

/// Where a request has sealed ids, the backend's own stand behind this: in its path, its query and
/// its body, at the places where answers have them sealed, and nowhere else. A seal that is damaged
/// or another client's stays as it is, an object that nobody made: refused at once in path and
/// query, and wherever the request's names are looked at. Whatever comes after sees the request as
/// one that was sent with the backend's ids.
boost::asio::awaitable<std::optional<Refusal>> open_ids(seals::ExchangeIds& ids,
                                                        operations::RequestTarget& target,
                                                        const http::RequestHead& head,
                                                        std::string& body);

/// What the client may use and has named by the backend's own ids: it is shown them so.
void leave_bare(seals::ExchangeIds& ids, std::span<const operations::RequestName> names);

}  // namespace tollgate::proxy
