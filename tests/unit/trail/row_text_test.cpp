// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "row_text.hpp"

#include <gtest/gtest.h>

#include <string>

#include <nlohmann/json.hpp>

#include "row_json.hpp"
#include "sample_row.hpp"

namespace tollgate::trail {
namespace {

TEST(RowText, SaysWhatTheColumnsHoldWhateverHasToBeEscaped) {
  std::string every;
  for (char c = 0; c < 0x7F; ++c) every.push_back(c);
  for (const std::string& content :
       {std::string(), every, std::string(511, 'a') + "\"" + std::string(511, 'b') + "\\\n",
        std::string(2000, '"'), std::string(3000, '\x01'), std::string(1024, 'c'),
        std::string(510, 'd') + "\xE2\x82\xAC\"" + std::string(600, 'e')}) {
    AuditRow row = sample_row(1);
    row.content = content;
    for (const Cover cover : {Cover::open, Cover::sealed}) {
      EXPECT_EQ(nlohmann::json::parse(columns_text(row, cover), nullptr, false),
                columns_of(row, cover))
          << content;
    }
  }
}

}  // namespace
}  // namespace tollgate::trail
