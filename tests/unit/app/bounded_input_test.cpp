// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "bounded_input.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <string>

namespace tollgate::app {
namespace {

Result<std::string> read(const std::string& text, std::size_t most) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::tmpfile(), std::fclose);
  std::fwrite(text.data(), 1, text.size(), file.get());
  std::rewind(file.get());
  return bounded_input(file.get(), most);
}

TEST(BoundedInput, HasAllOrSaysThatThereIsMore) {
  for (const std::size_t size : {0U, 1U, 65'535U, 65'536U, 65'537U, 200'000U}) {
    const std::string text(size, 'x');
    EXPECT_EQ(read(text, size).value(), text);
    EXPECT_EQ(read(text, 1'000'000).value(), text);
    const auto more = read(text + "y", size);
    ASSERT_FALSE(more);
    EXPECT_EQ(more.error().code, Errc::too_large);
    EXPECT_EQ(more.error().message, "standard input has more than " + std::to_string(size) +
                                        " bytes: nothing of it is written");
  }
}

TEST(BoundedInput, WhatCannotBeReadIsNoText) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> folder(std::fopen("/", "r"), std::fclose);
  ASSERT_TRUE(folder);
  EXPECT_EQ(bounded_input(folder.get(), 10).error().message,
            "standard input could not be read to its end");
}

}  // namespace
}  // namespace tollgate::app
