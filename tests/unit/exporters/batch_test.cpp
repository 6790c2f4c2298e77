// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "batch.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tollgate::exporters {
namespace {

/// Takes rows as they are.
class Sized : public Exporter {
 public:
  BatchLimits limits() const override {
    return {.bytes = 100, .per_batch = 2, .per_row = 1, .rows = 5};
  }
  std::string encode(const Row& row) const override { return row.json; }
  bool blocks() const override { return false; }
  boost::asio::awaitable<SendResult> send(std::span<const std::string>, SendTerms) override {
    co_return Accepted{};
  }
};

std::size_t rows_of(const std::vector<std::size_t>& sizes) {
  std::vector<Row> rows;
  for (const std::size_t size : sizes) rows.emplace_back().json.assign(size, 'u');
  return make_batch(Sized(), rows).rows.size();
}

TEST(MakeBatch, FillsTheLimitToTheByte) {
  EXPECT_EQ(rows_of({48, 48}), 2U) << "2 + 49 + 49";
  EXPECT_EQ(rows_of({48, 49}), 1U);
  EXPECT_EQ(rows_of({97}), 1U);
}

TEST(MakeBatch, TakesNoMoreRowsThanAllowed) { EXPECT_EQ(rows_of({1, 1, 1, 1, 1, 1, 1}), 5U); }

TEST(MakeBatch, LeavesARecordThatIsTooLargeAlone) {
  EXPECT_EQ(rows_of({98, 1}), 0U);
  EXPECT_EQ(rows_of({1, 98, 1}), 1U);
  EXPECT_EQ(rows_of({}), 0U);
}

}  // namespace
}  // namespace tollgate::exporters
