// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "usage_sums.hpp"

#include "tollgate/usage/reasons.hpp"

namespace tollgate::ledger {
namespace {

using usage::UsageBasis;
using usage::UsageRecord;

void add_record(UsageRow& row, const UsageRecord& record) {
  ++row.operations;
  row.prompt_tokens += record.tokens.prompt.value_or(0);
  row.completion_tokens += record.tokens.completion.value_or(0);
  row.total_tokens += record.tokens.total.value_or(0);
  const bool free =
      record.usage_basis == UsageBasis::none && usage::reason::is_free(record.usage_reason);
  if (!record.tokens.total) {
    ++row.without_usage;
    if (free) ++row.free;
  }
  const bool estimated =
      record.usage_basis == UsageBasis::estimated || record.usage_basis == UsageBasis::partial;
  row.cached_prompt_tokens += record.tokens.cached_prompt.value_or(0);
  if (!estimated) return;
  ++row.estimated;
  row.estimated_tokens += record.tokens.total.value_or(0);
}

}  // namespace

void add_row(UsageRow& to, const UsageRow& row) {
  to.operations += row.operations;
  to.prompt_tokens += row.prompt_tokens;
  to.completion_tokens += row.completion_tokens;
  to.total_tokens += row.total_tokens;
  to.without_usage += row.without_usage;
  to.estimated += row.estimated;
  to.free += row.free;
  to.cached_prompt_tokens += row.cached_prompt_tokens;
  to.estimated_tokens += row.estimated_tokens;
}

void UsageSums::add(const UsageRecord& record) {
  Key key{groups_.keys_of(record), {}};
  if (place_of_model_ && !record.backend_deployment.empty()) {
    Deployment deployment{record.backend, record.backend_deployment};
    if (record.model == record.backend_deployment) {
      key.second = std::move(deployment);
    } else if (!record.model.empty()) {
      Named& named = named_[std::move(deployment)];
      if (named.model.empty() || record.event_time >= named.when) {
        named = {record.event_time, record.model};
      }
    }
  }
  add_record(sums_[std::move(key)], record);
}

std::vector<UsageRow> UsageSums::rows() const {
  std::map<std::vector<std::string>, UsageRow> merged;
  for (const auto& [key, row] : sums_) {
    std::vector<std::string> keys = key.first;
    const auto named = named_.find(key.second);
    if (named != named_.end()) keys[*place_of_model_] = named->second.model;
    add_row(merged[std::move(keys)], row);
  }
  std::vector<UsageRow> out;
  for (auto& [keys, row] : merged) {
    row.keys = keys;
    const std::int64_t known = row.operations - row.without_usage;
    if (known > 0) {
      row.average_total_tokens = static_cast<double>(row.total_tokens) / static_cast<double>(known);
    }
    out.push_back(std::move(row));
  }
  return out;
}

}  // namespace tollgate::ledger
