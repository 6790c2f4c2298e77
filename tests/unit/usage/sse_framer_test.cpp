// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/sse_framer.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include "every_way.hpp"

namespace tollgate::usage {
namespace {

/// The data of each event in angle brackets; what the stream left unended in round ones.
std::string events(std::string_view stream) {
  return read_every_way(stream, [](const Pieces& pieces) {
    SseFramer framer;
    std::string out;
    std::string data;
    std::string taken;
    for (std::string_view piece : pieces) {
      for (;;) {
        const SseFramer::Token token = framer.next(piece);
        if (token.kind == SseFramer::Kind::need_more) break;
        EXPECT_FALSE(token.raw.empty());
        EXPECT_EQ(token.raw.data(), piece.data());
        piece.remove_prefix(token.raw.size());
        data.append(token.data);
        const bool ended =
            token.kind == SseFramer::Kind::event || token.kind == SseFramer::Kind::end;
        if (ended && !data.empty()) out.append("<").append(data).append(">");
        if (ended) data.clear();
      }
      EXPECT_TRUE(piece.empty());
    }
    return data.empty() ? out : out.append("(").append(data).append(")");
  });
}

TEST(SseFramer, EndsLinesWithLfCrOrBoth) {
  for (const std::string end : {"\n", "\r", "\r\n"}) {
    const std::string stream =
        "event: x" + end + "data: 1" + end + end + "data: 2" + end + end + end + "data: 3" + end;
    EXPECT_EQ(events(stream), "<1><2>(3)") << testing::PrintToString(end);
  }
  EXPECT_EQ(events("data:1\r\n\ndata:2\r\rdata:3\n\r\ndata:4\r\n\r\ndata:5\n\r"),
            "<1><2><3><4><5>");
}

TEST(SseFramer, TakesOneBlankOffAValue) {
  EXPECT_EQ(events("data:1\n\ndata: 2\n\ndata:  3\n\ndata:\t4\n\n"), "<1><2>< 3><\t4>");
}

TEST(SseFramer, JoinsDataLines) {
  EXPECT_EQ(events("data: 1\ndata: 2\nid: x\ndata:3\n\n"), "<1\n2\n3>");
  EXPECT_EQ(events("data: 1\ndata\ndata\n\n"), "<1\n\n>");
  EXPECT_EQ(events("data\ndata: 1\n\n"), "<\n1>");
  EXPECT_EQ(events("data\n\ndata:\n\n"), "");
}

TEST(SseFramer, KnowsNoOtherNameForData) {
  EXPECT_EQ(events(" data: 1\n\ndat: 2\n\ndatas: 3\n\nData: 4\n\n:data: 5\n\ndata : 6\n\n"), "");
  EXPECT_EQ(events("\tdata: 1\n\nda\n\ndatadata: 3\n\ndata: 4\n\n"), "<4>");
}

TEST(SseFramer, SkipsOneByteOrderMarkAtTheBeginning) {
  const auto with = [](std::string stream) {  // ^ stands for the mark
    for (std::size_t at = 0; (at = stream.find('^')) != stream.npos;) {
      stream.replace(at, 1, "\xEF\xBB\xBF");
    }
    return stream;
  };
  EXPECT_EQ(events(with("^data: 1\n\n^data: 2\n\ndata: 3\n\n")), "<1><3>");
  EXPECT_EQ(events(with("^^data: 1\n\ndata: 2\n\n")), "<2>");
  EXPECT_EQ(events(with("\n^data: 1\n\n")), "");
  EXPECT_EQ(events("\xEF\xBB"
                   "data: 1\n\ndata: 2\n\n"),
            "<2>");
  EXPECT_EQ(events("\xEF\n"
                   "data: 1\n\n"),
            "<1>")
      << "the mark that broke off had a line";
}

TEST(SseFramer, GivesAnEventThatIsAllThereInOnePiece) {
  const std::string stream = "event: x\ndata: 1\nid: 7\r\n\r\nrest";
  SseFramer framer;
  const SseFramer::Token token = framer.next(stream);
  EXPECT_EQ(token.kind, SseFramer::Kind::event);
  EXPECT_EQ(token.raw, stream.substr(0, stream.size() - 4));
  EXPECT_EQ(token.data, "1");
  EXPECT_FALSE(SseFramer::whole_event("data: 1\n"));
  EXPECT_FALSE(SseFramer::whole_event("data: 1\n\r")) << "its line feed may follow";
  EXPECT_TRUE(SseFramer::whole_event("data: 1\n\r", true));
  EXPECT_FALSE(SseFramer::whole_event("data: 1\ndata: 2\n\n"));
  EXPECT_FALSE(SseFramer::whole_event(": nothing\n\n"));
}

TEST(SseFramer, TellsWhatBelongsToNoEvent) {
  SseFramer framer;
  EXPECT_EQ(framer
                .next("\xEF\xBB\xBF"
                      "data: 1\r\n\r")
                .raw,
            "\xEF\xBB\xBF");
  for (std::string_view rest = "data: 1\r\n\r"; !rest.empty();) {
    const SseFramer::Token token = framer.next(rest);
    rest.remove_prefix(token.raw.size());
    EXPECT_EQ(token.kind == SseFramer::Kind::end, rest.empty());
  }
  EXPECT_EQ(framer.next("\ndata: 2").kind, SseFramer::Kind::outside);
}

// Whatever the bytes are, every way of cutting them gives the same events.
TEST(SseFramer, ReadsAnyBytesAlikeHoweverTheyAreCut) {
  constexpr std::string_view kAlphabet = "data: \n\r\n\r:x\xEF\xBB\xBF";
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::string stream;
    for (int i = 0; i < 40; ++i) {
      if (random() % 4 == 0) {
        stream.append("data:");
      } else {
        stream.push_back(kAlphabet[random() % kAlphabet.size()]);
      }
    }
    events(stream);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace tollgate::usage
