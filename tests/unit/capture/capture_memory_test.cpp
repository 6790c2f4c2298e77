// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <new>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "base/run_coroutine.hpp"
#include "fake_recorder.hpp"
#include "memory_fault.hpp"
#include "recorder_fixture.hpp"

// Each form that ends in the operator delete below, as the address sanitizer has its own of the
// others.
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  return tollgate::capture::memory_fault.hits(bytes) ? nullptr
                                                     : std::malloc(bytes == 0 ? 1 : bytes);
}
void* operator new(std::size_t bytes) {
  void* const out = operator new(bytes, std::nothrow);
  if (out == nullptr) throw std::bad_alloc();
  return out;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace tollgate::capture {
namespace {

constexpr std::size_t kMost = 300 * 1024;
constexpr const char* kCanary = "canary.person@example.com";

/// Memory runs out while this lives.
class ShortMemory {
 public:
  explicit ShortMemory(const MemoryFault& fault) { memory_fault = fault; }
  ~ShortMemory() { memory_fault = {}; }
  ShortMemory(const ShortMemory&) = delete;
  ShortMemory& operator=(const ShortMemory&) = delete;
  static bool was_met() { return memory_fault.failed > 0; }
};

/// Every allocation that a body's text takes.
constexpr MemoryFault kNoLargePiece{.at_least = 16 * 1024, .once = false};

std::string long_body() {
  return std::string(R"({"messages":[{"role":"user","content":")") + kCanary + " " +
         std::string(2 * kMost, 'x') + R"("}]})";
}

class CaptureMemoryTest : public testing::Test {
 protected:
  CaptureMemoryTest() {
    recorder_.memory().change_limit(8 * 1024 * 1024);
    closed_.on_failure = config::OnFailure::fail_closed;
  }

  FakeRecorder recorder_;
  const Terms open_{.level = config::AuditLevel::redacted};
  Terms closed_ = open_;
  boost::asio::io_context worker_;
};

// Whichever allocation fails: nothing is thrown, and what is not there says so.
TEST_F(CaptureMemoryTest, UnderFailOpenTheExchangeGoesOnWithoutContent) {
  const std::string body = long_body();
  int met = 0;
  int lost = 0;
  for (bool goes_on = true; goes_on; ++met) {
    Capture capture(recorder_, open_, kMost, "retail");
    std::optional<Exchange> out;
    {
      const ShortMemory memory({.at_least = 1, .after = met});
      capture.take_request("application/json", body);
      capture.begin_shortening(worker_.get_executor());
      worker_.restart();
      worker_.poll();
      capture.begin_answer("text/event-stream", "gzip");
      capture.begin_answer("application/json", "");
      capture.feed(R"({"choices":[{"index":0,"message":{"content":"an answer"}}]})");
      capture.answer_is_whole();
      out.emplace(capture.finish(usage::UsageRecord()));
      goes_on = ShortMemory::was_met();
    }
    EXPECT_TRUE(out->no_room || (out->request && out->request->shortened)) << met;
    EXPECT_TRUE(out->no_room || out->answer) << met;
    EXPECT_TRUE(!out->request || out->request->shortened) << met << ": of the long one no other";
    EXPECT_TRUE(goes_on || !out->no_room) << "memory is there again";
    lost += out->no_room ? 1 : 0;
  }
  EXPECT_GT(met, 10) << "so many allocations could fail";
  EXPECT_GT(lost, 3);
}

TEST_F(CaptureMemoryTest, AShortRequestThatCannotBeCopiedTakesNoExchangeWithIt) {
  Capture capture(recorder_, open_, kMost, "retail");
  const std::string body(kMost / 2, 'x');
  {
    const ShortMemory memory(kNoLargePiece);
    capture.take_request("text/plain", body);
  }
  const Exchange out = capture.finish(usage::UsageRecord());
  EXPECT_FALSE(out.request);
  EXPECT_TRUE(out.no_room);
}

TEST_F(CaptureMemoryTest, UnderFailClosedNothingLeaves) {
  const std::string body = long_body();
  Capture capture(recorder_, closed_, kMost, "retail");
  bool is_kept = true;
  {
    const ShortMemory memory(kNoLargePiece);
    capture.take_request("application/json", body);
    recorder_.shorten_request_of(capture);
    is_kept = recorder_.keeps_request_of(capture);
    ASSERT_TRUE(ShortMemory::was_met());
  }
  EXPECT_FALSE(is_kept) << "it is refused";
  EXPECT_TRUE(recorder_.kept.empty());
  EXPECT_TRUE(capture.finish(usage::UsageRecord()).no_room);
}

/// The same with a trail behind it.
class StoredMemoryTest : public RecorderFixture {};

TEST_F(StoredMemoryTest, RowsSayThatThereWasNoMemoryAndNoFileHasThePrompt) {
  recorder_->memory().change_limit(8 * 1024 * 1024);
  const std::string body = long_body();
  Capture capture(*recorder_, {.level = config::AuditLevel::redacted}, kMost, "retail");
  {
    const ShortMemory memory(kNoLargePiece);
    capture.take_request("application/json", body);
    recorder_->keep(capture.finish(record_));
    ASSERT_TRUE(ShortMemory::was_met());
  }
  const std::vector<trail::StoredRow> rows = stored();
  ASSERT_FALSE(rows.empty());
  EXPECT_EQ(rows[0].row.kind, "request");
  EXPECT_EQ(rows[0].row.content_missing, trail::missing::kMemory);
  EXPECT_EQ(recorder_->status().lost, 1U);
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    EXPECT_THAT(bytes, testing::Not(testing::HasSubstr("canary"))) << entry.path();
  }
}

}  // namespace
}  // namespace tollgate::capture
