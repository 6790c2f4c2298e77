// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "content_coding.hpp"

#include <gtest/gtest.h>
#include <zstd.h>

#include <optional>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace tollgate::proxy {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kNoLimit = 1U << 30;

std::string zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

class ContentCoding : public testing::Test {
 protected:
  Result<std::string> take_off(std::string body, BodyHold& hold, std::size_t limit = kNoLimit) {
    asio::io_context context;
    std::optional<Result<std::string>> out;
    const auto keep = [&]() -> asio::awaitable<void> {
      out.emplace(co_await take_coding_off(std::move(body), "zstd", limit, hold));
    };
    asio::co_spawn(context, keep, asio::detached);
    context.run();
    return std::move(*out);
  }

  BodyMemory memory_;
};

/// Folds to a third: no bomb.
std::string text_of(std::size_t size) {
  std::string out;
  for (unsigned at = 1; out.size() < size; at = at * 1'103'515'245 + 12'345)
    out.append(std::to_string(at % 1'000'000));
  return out;
}

TEST_F(ContentCoding, BothFormsAreHeldInTheMemoryUntilTheBodyIsLetGo) {
  memory_.change_limit(kNoLimit);
  const std::string text = text_of(2'000'000);
  {
    BodyHold hold(memory_, memory_.account("a"));
    const Result<std::string> plain = take_off(zstd(text), hold);
    ASSERT_TRUE(plain);
    EXPECT_EQ(*plain, text);
    EXPECT_GE(memory_.held(), text.size());
  }
  EXPECT_EQ(memory_.held(), 0U);
}

TEST_F(ContentCoding, AFewBytesCannotFillAMemoryThatIsSmaller) {
  memory_.change_limit(2'000'000);
  BodyHold hold(memory_, memory_.account("a"));
  const Result<std::string> plain = take_off(zstd(text_of(4'000'000)), hold);
  ASSERT_FALSE(plain);
  EXPECT_TRUE(plain.error().code == Errc::throttled || plain.error().code == Errc::unavailable);
  EXPECT_LE(memory_.held(), 1'000'000U) << "half of it is what one alone may hold";
}

/// 16 MB of them kept a worker for two seconds.
TEST_F(ContentCoding, EmptyBlocksWithoutEndAreRefusedEarly) {
  memory_.change_limit(kNoLimit);
  BodyHold hold(memory_, memory_.account("a"));
  std::string body;
  while (body.size() < 200'000) body.append(zstd(""));
  const Result<std::string> plain = take_off(body, hold);
  ASSERT_FALSE(plain);
  EXPECT_EQ(plain.error().code, Errc::invalid_input);
}

TEST_F(ContentCoding, ABodyOverItsLimitIsTooLarge) {
  memory_.change_limit(kNoLimit);
  BodyHold hold(memory_, memory_.account("a"));
  const Result<std::string> plain = take_off(zstd(text_of(100'000)), hold, 50'000);
  ASSERT_FALSE(plain);
  EXPECT_EQ(plain.error().code, Errc::too_large);
}

}  // namespace
}  // namespace tollgate::proxy
