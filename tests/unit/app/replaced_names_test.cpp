// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "replaced_names.hpp"

#include <gtest/gtest.h>

#include "tollgate/capture/names_in_rows.hpp"

namespace tollgate::app {
namespace {

constexpr const char* kPersonal = "alice@example.org";

config::Audit with_keys(const std::vector<std::string>& keys) {
  config::Audit out;
  for (const std::string& key : keys) out.encryption_keys.emplace_back(key);
  return out;
}

// "records --caller alice@example.org" found nothing where records have [EMAIL:...].
TEST(ReplacedNames, HasAFormForEachKey) {
  const std::string one(32, 'a');
  const std::string two(32, 'b');
  const ReplacedName found = replaced_name(with_keys({one, two}), kPersonal);
  ASSERT_EQ(found.forms.size(), 2U);
  EXPECT_EQ(found.forms[0], *capture::name_in_rows(with_keys({one}), kPersonal));
  EXPECT_EQ(found.forms[1], *capture::name_in_rows(with_keys({two}), kPersonal));
  EXPECT_NE(found.forms[0], found.forms[1]);
  EXPECT_TRUE(found.forms[0].starts_with("[EMAIL:")) << found.forms[0];
  EXPECT_EQ(found.doubt, "");
  config::Audit hmac = with_keys({one, two});
  hmac.redaction.hmac = Secret(std::string(32, 'c'));
  EXPECT_EQ(replaced_name(hmac, kPersonal).forms.size(), 1U);
}

TEST(ReplacedNames, WhatIsNotPersonalStandsAsItIs) {
  const ReplacedName found = replaced_name(with_keys({std::string(32, 'a')}), "conversation-7");
  EXPECT_TRUE(found.forms.empty());
  EXPECT_EQ(found.doubt, "");
  EXPECT_EQ(replaced_name(std::string(), "conversation-7").doubt, "");
  EXPECT_EQ(replaced_name(std::string(), "").doubt, "");
}

TEST(ReplacedNames, WithoutTheConfigurationADoubtStays) {
  const ReplacedName found = replaced_name(std::string(), kPersonal);
  EXPECT_TRUE(found.forms.empty());
  EXPECT_NE(found.doubt.find("[EMAIL:...]"), std::string::npos);
  EXPECT_NE(replaced_name("/does/not/exist.yaml", kPersonal).doubt, "");
}

}  // namespace
}  // namespace tollgate::app
