// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/quotas/limit.hpp"

// Policies of others, made into limits of ours. Nothing is guessed: what has no counterpart here is
// listed with its line and the reason.
namespace tollgate::quotas {

/// What a policy says that is not in the limits, or that clients will see otherwise.
struct NotMapped {
  int line = 0;
  std::string what;  ///< "llm-token-limit counter-key"
  std::string why;   ///< the end of a sentence
};

struct ImportedLimits {
  std::vector<Limit> of_all;          ///< of all clients together: quotas.limits
  std::vector<Limit> of_each;         ///< of each client: quotas.default_limits
  bool exhausted_is_403 = false;      ///< as the policy answers an exhausted quota
  std::vector<NotMapped> not_mapped;  ///< by line
};

/// A policy of Azure API Management, or a fragment of one, as XML or as its editor has it, where
/// expressions stand unescaped: llm-token-limit, azure-openai-token-limit, rate-limit, quota and
/// their by-key forms. Limits stand under the line that they come from (Limit::line). Error
/// invalid_input: it is no XML, declares a document type, or is larger or deeper than a policy can
/// be.
Result<ImportedLimits> import_apim_policy(std::string_view xml);

/// The section `quotas` of a configuration that says just this; empty: there are no limits.
std::string to_yaml(const ImportedLimits& limits);

}  // namespace tollgate::quotas
