// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "entry_scanner.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "record_codec.hpp"
#include "temp_directory.hpp"

namespace tollgate::ledger {
namespace {

/// A segment's first bytes, in a buffer of exactly their size: reading past them is seen.
class Image {
 public:
  explicit Image(std::string_view bytes) : bytes_(bytes.begin(), bytes.end()) {}
  std::string_view view() const { return {bytes_.data(), bytes_.size()}; }
  char& operator[](std::size_t at) { return bytes_[at]; }

 private:
  std::vector<char> bytes_;
};

/// Four entries with payloads of different lengths, and some of the zeroes behind them.
class EntryScannerTest : public testing::Test {
 protected:
  EntryScannerTest() {
    const TempDirectory directory;
    const auto segment = Segment::create(directory / "a", 7, 1, UtcTime());
    for (const std::string& payload : payloads_) {
      begins_.push_back(Segment::kSize - (*segment)->room());
      (*segment)->append(EntryType::close, payload);
    }
    end_ = Segment::kSize - (*segment)->room();
    image_ = (*segment)->bytes().substr(0, end_ + 64);
  }

  struct Read {
    std::vector<std::string> payloads;
    std::size_t damaged = 0;
  };

  static Read read(std::string_view bytes) {
    EntryScanner scanner(bytes);
    Read out;
    while (const auto entry = scanner.next_over_damage()) out.payloads.emplace_back(entry->payload);
    out.damaged = scanner.damaged();
    return out;
  }

  std::vector<std::string> all_but(std::size_t index) const {
    std::vector<std::string> out = payloads_;
    if (index < out.size()) out.erase(out.begin() + static_cast<std::ptrdiff_t>(index));
    return out;
  }

  /// Which entry's header or payload holds the byte; the number of entries when it counts for none:
  /// padding, or the two reserved bytes.
  std::size_t owner(std::size_t at) const {
    for (std::size_t i = payloads_.size(); i-- > 0;) {
      if (at < begins_[i]) continue;
      const std::size_t offset = at - begins_[i];
      const bool counts = offset < 14 || (offset >= 16 && offset < 16 + payloads_[i].size());
      return counts ? i : payloads_.size();
    }
    return payloads_.size();
  }

  const std::vector<std::string> payloads_{"one", std::string(61, '\0'), "", "four, the last"};
  std::vector<std::size_t> begins_;
  std::size_t end_ = 0;
  std::string image_;
};

TEST_F(EntryScannerTest, ReadsWhatWasAppended) {
  EntryScanner scanner(image_);
  for (std::size_t i = 0; i < payloads_.size(); ++i) {
    EXPECT_TRUE(scanner.has_mark());
    const auto entry = scanner.next();
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->payload, payloads_[i]);
    EXPECT_EQ(entry->type, EntryType::close);
    EXPECT_EQ(entry->end, scanner.position());
  }
  EXPECT_FALSE(scanner.has_mark());
  EXPECT_FALSE(scanner.next());
  EXPECT_FALSE(scanner.next_over_damage());
  EXPECT_EQ(scanner.damaged(), 0U);
  EXPECT_EQ(scanner.position(), end_);
}

TEST_F(EntryScannerTest, GoesOnFromAnOffset) {
  EntryScanner scanner(image_, begins_[3]);
  EXPECT_EQ(scanner.next()->payload, payloads_[3]);
}

// E8: a bit flipped anywhere costs the entry it belongs to, and no other.
TEST_F(EntryScannerTest, LosesOnlyTheEntryWithAFlippedBit) {
  for (std::size_t at = Segment::kHeaderSize; at < end_; ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      Image damaged(image_);
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
      const Read found = read(damaged.view());
      const std::size_t lost = owner(at);
      EXPECT_EQ(found.payloads, all_but(lost)) << "bit " << bit << " of byte " << at;
      EXPECT_EQ(found.damaged, lost < payloads_.size() ? 1U : 0U) << "byte " << at;
    }
  }
}

TEST_F(EntryScannerTest, CountsJunkBehindTheLastEntry) {
  for (std::size_t at = end_; at < image_.size(); ++at) {
    Image damaged(image_);
    damaged[at] = 1;
    EXPECT_EQ(read(damaged.view()).payloads, payloads_);
    EXPECT_EQ(read(damaged.view()).damaged, 1U);
  }
}

// A file cut anywhere, as a file system may leave it.
TEST_F(EntryScannerTest, KeepsWhatStandsBeforeACut) {
  for (std::size_t size = Segment::kHeaderSize; size < end_; size += 8) {
    const Image cut(std::string_view(image_).substr(0, size));
    std::vector<std::string> expected;
    for (std::size_t i = 0; i < payloads_.size(); ++i) {
      if (begins_[i] + Segment::entry_size(payloads_[i].size()) <= size)
        expected.push_back(payloads_[i]);
    }
    EXPECT_EQ(read(cut.view()).payloads, expected) << size;
    EXPECT_LE(read(cut.view()).damaged, 1U);
  }
}

// A page that a power loss kept from the disk reads as zeroes.
TEST_F(EntryScannerTest, StepsOverZeroes) {
  for (std::size_t i = 0; i < payloads_.size(); ++i) {
    Image damaged(image_);
    const std::size_t size = Segment::entry_size(payloads_[i].size());
    std::memset(&damaged[begins_[i]], 0, size);
    EXPECT_EQ(read(damaged.view()).payloads, all_but(i));
    EXPECT_EQ(read(damaged.view()).damaged, i + 1 == payloads_.size() ? 0U : 1U);
  }
}

TEST_F(EntryScannerTest, CountsAStretchOfDamageOnce) {
  Image damaged(image_);
  damaged[begins_[1] + 20] ^= 1;
  damaged[begins_[2]] ^= 1;
  EXPECT_EQ(read(damaged.view()).payloads, (std::vector<std::string>{payloads_[0], payloads_[3]}));
  EXPECT_EQ(read(damaged.view()).damaged, 1U);
}

// kill -9 within an append: everything is there but the mark, which is written last.
TEST_F(EntryScannerTest, DoesNotTakeAnEntryWithoutItsMark) {
  Image torn(image_);
  std::memset(&torn[begins_[3]], 0, 4);
  EntryScanner live(torn.view(), begins_[3]);
  EXPECT_FALSE(live.has_mark());
  EXPECT_FALSE(live.next());
  EXPECT_EQ(read(torn.view()).payloads, all_but(3));
}

TEST_F(EntryScannerTest, ReadsNoEntryOfAnotherVersionOrKind) {
  const auto with = [&](std::size_t offset, char value) {
    Image changed(image_);
    changed[begins_[1] + offset] = value;
    EntryHeader header;
    std::memcpy(&header, &changed[begins_[1]], sizeof(header));
    header.crc = entry_crc(header, payloads_[1]);
    std::memcpy(&changed[begins_[1]], &header, sizeof(header));
    return read(changed.view()).payloads;
  };
  EXPECT_EQ(with(12, 1), payloads_) << "an intent";
  EXPECT_EQ(with(12, 0), all_but(1));
  EXPECT_EQ(with(12, 4), all_but(1));
  EXPECT_EQ(with(13, 2), all_but(1));
}

TEST_F(EntryScannerTest, TakesNoLengthThatLeadsOutside) {
  for (const std::uint32_t length :
       {0xFFFFFFFFU, 0x7FFFFFFFU, 0x80000000U, static_cast<std::uint32_t>(kLargestPayload) + 1}) {
    Image changed(image_);
    std::memcpy(&changed[begins_[0] + 4], &length, 4);
    EXPECT_EQ(read(changed.view()).payloads, all_but(0)) << length;
  }
}

TEST(EntryScannerAnyBytes, FindsNothingInNoise) {
  std::mt19937 random(5);
  for (int round = 0; round < 200; ++round) {
    std::string noise(random() % 512, '\0');
    for (char& c : noise) c = static_cast<char>(random());
    // Marks everywhere, so that the rest of a header is judged as well.
    for (std::size_t at = 0; at + 4 <= noise.size(); at += 16) std::memcpy(&noise[at], "ETGJ", 4);
    const Image image(noise);
    EntryScanner scanner(image.view(), 0);
    EXPECT_FALSE(scanner.next_over_damage());
    EXPECT_EQ(scanner.damaged(), noise.empty() ? 0U : 1U);
  }
}

TEST(SegmentHeader, IsKnownByItsMagicAndVersion) {
  std::string header(Segment::kHeaderSize, '\0');
  write_segment_header(header.data(), 3, 0x0102030405060708);
  EXPECT_TRUE(is_segment(header));
  EXPECT_FALSE(is_segment(std::string_view(header).substr(0, Segment::kHeaderSize - 1)));
  for (std::size_t at = 0; at < 12; ++at) {
    std::string other = header;
    other[at] ^= 1;
    EXPECT_FALSE(is_segment(other)) << at;
  }
}

}  // namespace
}  // namespace tollgate::ledger
