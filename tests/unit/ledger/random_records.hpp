// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <random>
#include <string>

#include "sample_record.hpp"

namespace tollgate::ledger {

/// Of any of few clients, models and prices, within three days.
class RandomRecords {
 public:
  static constexpr UtcTime kBegin{std::chrono::seconds(1'790'035'200)};  // 2026-09-22, midnight

  usage::UsageRecord next() {
    usage::UsageRecord out = sample_close(++number_);
    out.event_time = kBegin + std::chrono::milliseconds(below(3 * 86'400'000));
    out.client_name = word("team-", 3);
    if (below(2) == 0) out.tags["cost_center"] = word("", 3);
    out.model = word("gpt-", 3);
    out.backend = word("backend-", 2);
    out.backend_deployment = "dep";
    out.outcome = static_cast<usage::Outcome>(below(6));
    out.usage_basis = static_cast<usage::UsageBasis>(below(4));
    out.tokens.total.reset();
    if (below(5) != 0) out.tokens.total = below(100'000);
    if (below(5) != 0) out.tokens.prompt = below(100'000);
    out.duration_ms = below(90'000);
    price(out);
    return out;
  }

 private:
  std::int64_t below(std::int64_t limit) {
    return std::uniform_int_distribution<std::int64_t>(0, limit - 1)(random_);
  }
  std::string word(const std::string& front, std::int64_t of) {
    return front + std::to_string(below(of));
  }
  void price(usage::UsageRecord& out) {
    out.cost_basis = static_cast<usage::CostBasis>(below(4));
    if (out.cost_basis != usage::CostBasis::priced && out.cost_basis != usage::CostBasis::partial)
      return;
    out.cost_currency = "EUR";
    out.price_id = word("price", 2);
    out.cost_components = {{"input", below(9'000), "4." + word("", 2), 1'000'000, "", below(99)},
                           {"output", below(9'000), "20", 1'000'000, "-12", below(1L << 60)}};
    out.cost_nano = out.cost_components[0].cost_nano + out.cost_components[1].cost_nano;
  }

  std::mt19937_64 random_{20261129};
  std::uint64_t number_ = 0;
};

}  // namespace tollgate::ledger
