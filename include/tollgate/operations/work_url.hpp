// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace tollgate::operations {

/// Whether all readers find the same deployment in the url, or none: what it asks is an operation
/// that answers lines of a batch, as /v1/NAME, /NAME or /openai/deployments/D/NAME, with or without
/// a host and an api-version, and has no mark that some drop or read otherwise.
bool is_plain_url(std::string_view url);

/// The segment behind `deployments`, in any case of its letters, of a plain url: what
/// /openai/deployments/NAME/chat/completions is asked of. Empty: there is none. A view into `url`.
std::string_view deployment_in(std::string_view url);

/// The url with another deployment in that place; as it is where it names none.
std::string with_deployment(std::string_view url, std::string_view deployment);

}  // namespace tollgate::operations
