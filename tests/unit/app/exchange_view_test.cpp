// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "exchange_view.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace tollgate::app {
namespace {

using nlohmann::json;

/// The rows of one side.
std::vector<trail::StoredRow> side(const std::string& record, const char* kind,
                                   const std::string& content, std::size_t units = 32'000) {
  const audit::CutContent cut = audit::cut_content(content, units);
  std::vector<trail::StoredRow> out;
  for (const audit::ContentPart& part : cut.parts) {
    trail::StoredRow& stored = out.emplace_back();
    stored.row.record_id = record;
    stored.row.kind = kind;
    stored.row.form = "raw";
    stored.row.part = part.part;
    stored.row.parts = part.parts;
    stored.row.content = part.text;
    stored.row.content_sha256 = cut.sha256;
    stored.row.content_bytes = static_cast<std::int64_t>(cut.bytes);
  }
  return out;
}

class ExchangeLinesTest : public testing::Test {
 protected:
  std::string lines_of(const std::string& wanted,
                       std::vector<std::vector<trail::StoredRow>> sides) {
    ExchangeLines lines(wanted, [&](const std::string& record, const std::string& line) {
      told_.push_back(json::parse(line));
      EXPECT_EQ(told_.back()["RecordId"], record);
    });
    for (auto& rows : sides) {
      for (trail::StoredRow& row : rows) lines.add(std::move(row));
    }
    before_end_ = told_.size();
    lines.finish();
    std::string out;
    for (const json& line : told_) out += line["RecordId"].get<std::string>() + " ";
    return out;
  }

  std::vector<json> told_;
  std::size_t before_end_ = 0;
};

TEST_F(ExchangeLinesTest, AnExchangeIsToldWithItsAnswer) {
  EXPECT_EQ(lines_of("", {side("a", "request", "hello"), side("b", "request", "alone"),
                          side("a", "response", "you too")}),
            "a b ");
  EXPECT_EQ(before_end_, 1U) << "what has its answer waits for nothing";
  EXPECT_EQ(told_[0]["request"], "whole");
  EXPECT_EQ(told_[0]["response"], "whole");
}

TEST_F(ExchangeLinesTest, ATextIsFoundAcrossParts) {
  EXPECT_EQ(lines_of("the tower",
                     {side("a", "request", "where is The Tower", 5), side("a", "response", "there"),
                      side("b", "request", "no"), side("b", "response", "no")}),
            "a ");
}

// What was lost, or not kept, was called erased once its month was.
TEST_F(ExchangeLinesTest, WhatNeverHadContentIsNotErased) {
  auto lost = side("a", "request", "");
  lost[0].row.content_bytes.reset();
  lost[0].row.content_missing = "lost";
  lost[0].content = trail::ContentState::erased;
  auto none = lost;
  none[0].row.kind = "response";
  none[0].row.content_missing.clear();
  lines_of("", {lost, none});
  EXPECT_EQ(told_[0]["request"], "not kept: lost");
  EXPECT_EQ(told_[0]["response"], "none");
}

TEST_F(ExchangeLinesTest, WhatIsNotThereIsSaid) {
  auto cut = side("a", "request", "hello world", 5);
  cut.pop_back();
  auto erased = side("a", "response", "");
  erased[0].content = trail::ContentState::erased;
  auto none = side("b", "response", "");
  none[0].row.content_bytes.reset();
  none[0].row.content_missing = "memory";
  lines_of("", {cut, erased, none});
  EXPECT_EQ(told_[0]["request"], "in part");
  EXPECT_EQ(told_[0]["response"], "erased");
  EXPECT_EQ(told_[1]["response"], "not kept: memory");
}

}  // namespace
}  // namespace tollgate::app
