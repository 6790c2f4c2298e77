// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "openai/call.hpp"

namespace tollgate::simulator {

// Objects are kept by their path in the resource, as "/threads/thread_1/messages/msg_2": what a
// request's path names is found by that path, a collection is what lies right under it.

/// How an object looks now, from what is kept of it.
using Look =
    std::function<nlohmann::ordered_json(const std::string& path, const nlohmann::ordered_json&)>;
nlohmann::ordered_json as_kept(const std::string& path, const nlohmann::ordered_json& object);

/// Text unverified, for this and all that is not found below.
Answer no_such(std::string_view what, const std::string& id);
Answer bad_request(const std::string& message);

/// `path` without its last segment.
std::string parent_of(const std::string& path);

/// The object of the call's path, as it looks; 404 if there is none.
Answer show_object(Call& call, ResourceState& state, const Look& look = as_kept);
/// A page of the collection at `path`: limit, after and order as the query says.
Answer list_at(Call& call, ResourceState& state, const std::string& path,
               const Look& look = as_kept);
/// 404 if the path's own parent is an object that is not there.
std::optional<Answer> orphaned(const Call& call, ResourceState& state);

/// A new object under the call's path; its id is the prefix and a new number. An answer with it.
Answer keep_object(Call& call, ResourceState& state, const std::string& prefix,
                   nlohmann::ordered_json members);
/// The request's members of these names; null where it has none.
nlohmann::ordered_json members_of(const nlohmann::json& body,
                                  std::initializer_list<const char*> names);

}  // namespace tollgate::simulator
