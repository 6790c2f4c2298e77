// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tollgate/operations/request_target.hpp"
#include "tollgate/usage/usage_outcome.hpp"

namespace tollgate::followup {

/// Whether an id that a backend gave is one that may stand in a path.
bool is_object_id(std::string_view id);

/// Where the backend will tell what the operation took in the end: path and query of the response,
/// run or batch that the answer named. Empty: it is finished, or nothing can be asked.
/// `background`: the request's own word; other responses end with their answer (azure-protocol.md
/// 1.7).
std::string follow_path(const operations::RequestTarget& target, const usage::UsageOutcome& outcome,
                        bool background);

/// The part of a path that Follower::ask_before() wants to know before the operation is sent;
/// empty: it ends nothing that work goes on for.
std::string asked_first(const operations::RequestTarget& target);

/// Which work an answer with this outcome shows that has ended, with all that it used: the part of
/// its path that work_path() has. Empty: it shows none, or not the end.
std::string shown_work(const operations::RequestTarget& target, const usage::UsageOutcome& outcome);

/// A path of follow_path() without the family's root and the query: /responses/resp_1.
std::string_view work_path(std::string_view follow_path);

/// Ids of the objects that a successful operation left or showed: what only its client may use from
/// now on.
std::vector<std::string> stored_objects(const operations::RequestTarget& target,
                                        const usage::UsageOutcome& outcome);

}  // namespace tollgate::followup
