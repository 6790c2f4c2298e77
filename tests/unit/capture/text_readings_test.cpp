// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "text_readings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "kept_text.hpp"
#include "member_readings.hpp"

namespace tollgate::capture {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Behind a cue's time.
std::string in_cue(const std::string& text) { return kept("1\n" + kTime + "\n" + text); }
std::string without(const std::string& begin, const std::string& text) {
  const std::string out = in_cue(text);
  const std::string before = "1\n" + kTime + "\n" + begin;
  return out.starts_with(before) ? out.substr(before.size()) : "otherwise: " + out;
}

TEST(TextReadings, CuesAreReadAsOne) {
  const std::string then = "\n\n2\n" + kTime + "\n";
  EXPECT_EQ(without("card ", "card 4012 8888" + then + "8888 1881 so\n"),
            "[PAYMENT_CARD_1]" + then + " so\n");
  EXPECT_EQ(without("me: ", "me: alice@exam" + then + "ple.com\n"), "[EMAIL_1]" + then + "\n");
  EXPECT_EQ(without("<i>", "<i>card 4012 8888</i>" + then + "<v Bob>8888 <b>1881</b> so\n"),
            "card [PAYMENT_CARD_1]</i>" + then + "<v Bob><b></b> so\n");
  EXPECT_EQ(kept("WEBVTT\r\r" + kTime + "\rme: alice@exam\r\r" + kTime + "\rple.com"),
            "WEBVTT\r\r" + kTime + "\rme: [EMAIL_1]\r\r" + kTime + "\r");
  const std::string named =
      kept("WEBVTT - a@b.example\r\n\r\nNOTE c@d.example\r\n\r\nfirst\r\n" + kTime +
           "\r\nalice@\r\n\r\nsecond\r\n" + kTime + "\r\nexample.com");
  EXPECT_THAT(named, Not(HasSubstr("example")));
  EXPECT_THAT(named, HasSubstr("\r\n" + kTime + "\r\n"));
}

// Which of two is a value's end cannot be told: what may be goes too.
TEST(TextReadings, AWordThatMayBelongToAValueGoesWithIt) {
  EXPECT_EQ(without("", "alice@example.com\n\n2\n" + kTime + "\nthanks all"),
            "[EMAIL_1]\n\n2\n" + kTime + "\n all");
}

TEST(TextReadings, ValuesOfAListStayApart) {
  EXPECT_EQ(without("", "a1@example.com\nb2@example.com\nc3@example.com"),
            "[EMAIL_1]\n[EMAIL_2]\n[EMAIL_3]");
}

TEST(TextReadings, ATimeEndsHeadersAndNotes) {
  EXPECT_EQ(kept("WEBVTT\n" + kTime + "\nme alice@\n\n" + kTime + "\nexample.com"),
            "WEBVTT\n" + kTime + "\nme [EMAIL_1]\n\n" + kTime + "\n");
  EXPECT_EQ(kept("NOTE x\n" + kTime + "\nme alice@\n\n" + kTime + "\nexample.com"),
            "NOTE x\n" + kTime + "\nme [EMAIL_1]\n\n" + kTime + "\n");
}

TEST(TextReadings, ATagIsNoBlank) {
  EXPECT_EQ(without("", "alice.smi<i>th@example.com</i>"), "[EMAIL_1]<i></i>");
  EXPECT_EQ(without("", "sk-abcdefghijklmnopqrst12<b>SECRETTAIL99x</b>"), "[OPENAI_KEY_1]<b></b>");
  EXPECT_EQ(without("card ", "card 4012 8888</i> <i>8888 1881."), "[PAYMENT_CARD_1]</i><i>.");
}

TEST(TextReadings, AnythingInBracketsMayBeATag) {
  for (const std::string tag :
       {"<font color=\"#ffffff\" face=\"Helvetica Neue Condensed Extra Bold\" size=\"24px\">", "<>",
        "<.a>", "<v\nBob>", "{\\i1}", "{\\an8}", "<i><b></b>", "{\\i1}<i>", "<v Bob <i>",
        "<c>{}"}) {
    EXPECT_EQ(without("me: ", "me: alice@" + tag + "example.com, so"), "[EMAIL_1]" + tag + ", so");
    EXPECT_EQ(without("card ", "card 4012 8888" + tag + "8888 1881"), "[PAYMENT_CARD_1]" + tag);
  }
  EXPECT_EQ(without("", "{\\an8}alice@exam\n\n2\n" + kTime + "\n{\\an8}ple.com"),
            "{\\an8}[EMAIL_1]\n\n2\n" + kTime + "\n{\\an8}");
}

TEST(TextReadings, WhatStandsInBracketsIsReadToo) {
  EXPECT_EQ(without("", "<alice@exam\n\n2\n" + kTime + "\nple.com>"),
            "<[EMAIL_1]\n\n2\n" + kTime + "\n>");
  EXPECT_EQ(without("", "{card 4012 <b>8888</b> 8888 1881}"), "{card [PAYMENT_CARD_1]<b></b>}");
}

TEST(TextReadings, ALineAboveATimeMayBeText) {
  EXPECT_EQ(without("", "card 4012 8888 8888\n1881\n" + kTime + "\nthat is all"),
            "card [PAYMENT_CARD_1]\n\n" + kTime + "\nthat is all");
  EXPECT_EQ(without("", "me: alice@exam\n\nple.com\n" + kTime + "\n(so)"),
            "me: [EMAIL_1]\n\n\n" + kTime + "\n(so)");
}

TEST(TextReadings, BlanksOfAnyKindStandBetweenCues) {
  for (const std::string blank : {"", " \t", "\xC2\xA0", "\xE2\x80\xA8", "\xE2\x80\xA9\xC2\xA0"}) {
    const std::string between = blank + "\n" + blank + "\n2\n" + kTime + "\n" + blank;
    const std::string out = in_cue("me: alice@exam" + between + "ple.com");
    EXPECT_THAT(out, HasSubstr("me: [EMAIL_1]"));
    EXPECT_THAT(out, Not(HasSubstr("ple"))) << out;
  }
}

TEST(TextReadings, TimesInSquareBracketsAreTimesToo) {
  EXPECT_EQ(kept("[00:00.000 --> 00:02.000]  me: alice@exam\n[00:02.000 --> 00:03.000]  ple.com"),
            "[00:00.000 --> 00:02.000]  me: [EMAIL_1]\n[00:02.000 --> 00:03.000]  ");
}

TEST(TextReadings, LinesOfSubViewerAndOfSongsAreReadAsOne) {
  EXPECT_EQ(kept("0:00:01.000,0:00:02.000\nme: alice@exam\n\n0:00:02.000,0:00:03.500\nple.com\n"),
            "0:00:01.000,0:00:02.000\nme: [EMAIL_1]\n\n0:00:02.000,0:00:03.500\n\n");
  EXPECT_EQ(kept("[ar:Bob]\r\n[00:12.00]card 4012 8888\r\n[00:15.30][01:15.30] 8888 1881\r\n"),
            "[ar:Bob]\r\n[00:12.00]card [PAYMENT_CARD_1]\r\n[00:15.30][01:15.30] \r\n");
  EXPECT_EQ(kept("[00:12.00]me: alice@<00:12.50>exam\n[00:15.300]ple.com"),
            "[00:12.00]me: [EMAIL_1]<00:12.50>\n[00:15.300]");
}

TEST(TextReadings, SpeakersDashesMayPartAValue) {
  for (const std::string dash : {"-", "- ", "\xE2\x80\x93 ", "\xE2\x80\x94", ">> "}) {
    for (const std::string& out :
         {in_cue("- alice@exam\n" + dash + "ple.com"),
          in_cue("alice@exam\n\n2\n" + kTime + "\n<i>" + dash + "ple</i>.com"),
          kept("[00:12.00]" + dash + "alice@exam\n[00:13.00]" + dash + "ple.com")}) {
      EXPECT_THAT(out, HasSubstr("[EMAIL_1]"));
      EXPECT_THAT(out, Not(HasSubstr("ple"))) << out;
      EXPECT_THAT(out, Not(HasSubstr("exam"))) << out;
    }
  }
  EXPECT_EQ(without("key ", "key sk-abcdefghijklmnopqrst12\n-SECRETTAIL99x"), "[OPENAI_KEY_1]\n");
}

// Captions have such times, and so have logs and scores.
TEST(TextReadings, LinesOfOtherTextsStayApart) {
  for (const std::string line :
       {"[12] ", "[12.30] ", "00:12.00 ", "1:0 ", "0:00:01.000,0:00:02.000 ", "- ", "ANN: "}) {
    EXPECT_EQ(kept(line + "me: alice@example.com\n" + line + "thanks"),
              line + "me: [EMAIL_1]\n" + line + "thanks");
  }
}

TEST(TextReadings, WhatHoldsNoValueStays) {
  for (const std::string& text :
       {std::string("[00:12.00]- Well, 7 or 8\n[00:13.00]- eight.\n"),
        std::string("0:00:01.000,0:00:02.000\n- Well,\n-eight.\n"),
        "1\n" + kTime + "\nIt is 5 < 6, <i>2 <3</i>, a->b\n\n2\n" + kTime + "\n7 or 8\n",
        "WEBVTT - a talk\nKind: captions\n\nNOTE by us\n\nfirst\n" + kTime +
            " align:start\n<v Bob>Hello\n\nsecond\n" + kTime + "\nthere {\\i1}you{\\i0}",
        std::string("no --> captions"), std::string("{\"delta\":\"a\"} {\"delta\":\"b\"}"),
        std::string()}) {
    EXPECT_EQ(kept(text), text);
  }
}

TEST(TextReadings, PiecesOfAStreamAreReadAsOneInAnyFrame) {
  EXPECT_EQ(kept("{\"choices\":[{\"text\":\"mail alice@exam\"}]}\n"
                 "{\"choices\":[{\"text\":\"ple.com now\"}]}\n"),
            "{\"choices\":[{\"text\":\"mail [EMAIL_1]\"}]}\n{\"choices\":[{\"text\":\" now\"}]}\n");
  EXPECT_EQ(kept("data: {\"choices\":[{\"delta\":\ndata: {\"content\":\"alice@exam\"}}]}\n\n"
                 "data: {\"choices\":[{\"delta\":\ndata: {\"content\":\"ple.com\"}}]}\n\n"),
            "data: {\"choices\":[{\"delta\":\ndata: {\"content\":\"[EMAIL_1]\"}}]}\n\n"
            "data: {\"choices\":[{\"delta\":\ndata: {\"content\":\"\"}}]}\n\n");
  EXPECT_EQ(kept(R"(Say "{"event":{"delta":"alice@exam"}}, then {"items":[{"delta":"ple.com"}]}.)"),
            R"(Say "{"event":{"delta":"[EMAIL_1]"}}, then {"items":[{"delta":""}]}.)");
}

// Between two pieces of a choice came one of another.
TEST(TextReadings, PiecesOfEachChoiceAreReadApart) {
  const auto chunk = [](const std::string& index, const std::string& text) {
    return "So {\"choices\":[{" + index + R"("delta":{"content":")" + text + "\"}}]}\n";
  };
  const std::string first = R"("index":0,)";
  const std::string second = R"("index" : 1,)";
  EXPECT_EQ(kept(chunk(first, "I am alice@exam") + chunk(second, "Call 4012 8888 ") +
                 chunk(first, "ple.com") + chunk(second, "8888 1881")),
            chunk(first, "I am [EMAIL_1]") + chunk(second, "Call [PAYMENT_CARD_1]") +
                chunk(first, "") + chunk(second, ""));
  const auto event = [](const std::string& text, int item, int part) {
    return R"({"type":"x.delta","delta":")" + text + R"(","item":{"index":)" +
           std::to_string(part) + R"(},"output_index":)" + std::to_string(item) + "}\n";
  };
  EXPECT_EQ(kept(event("alice@exam", 3, 1) + event("none at all,", 4, 1) + event("ple.com", 3, 2)),
            event("[EMAIL_1]", 3, 1) + event("none at all,", 4, 1) + event("", 3, 2));
  const auto call = [](const std::string& text, int call) {
    return R"({"choices":[{"delta":{"tool_calls":[{"function":{"arguments":")" + text +
           R"("},"index":)" + std::to_string(call) + "}]},\"index\":0}]} so\n";
  };
  EXPECT_EQ(kept(call("alice@exam", 0) + call("none at all,", 1) + call("ple.com", 0)),
            call("[EMAIL_1]", 0) + call("none at all,", 1) + call("", 0));
}

// Objects that nobody closes, or far too many.
TEST(TextReadings, PiecesBehindBracesThatStayOpenAreReadApartToo) {
  const auto chunk = [](int index, const std::string& text) {
    return R"({"choices":[{"delta":{"content":")" + text + R"("},"index":)" +
           std::to_string(index) + "}]}\n";
  };
  EXPECT_EQ(kept(std::string(40, '{') + chunk(0, "alice@exam") + chunk(1, "none at all,") +
                 chunk(0, "ple.com") + std::string(50, '}')),
            std::string(40, '{') + chunk(0, "[EMAIL_1]") + chunk(1, "none at all,") + chunk(0, "") +
                std::string(50, '}'));
}

TEST(TextReadings, PiecesInAnAnswerThatIsJsonAreReadAsOneToo) {
  static const redaction::Rules rules = redaction::Rules::compile({}).value();
  const std::string text = R"([{"event":{"delta":"a@b.example alice@exam"}},)"
                           R"({"event":{"delta":"ple.com"}}])";
  redaction::Replacer replacer;
  auto redaction = redaction::ReadingsRedaction::of_parted(
      rules, replacer, text, held_readings(member_readings_of_json(text)));
  while (!redaction.step(100)) {
  }
  EXPECT_EQ(redaction.take(),
            R"([{"event":{"delta":"a@b.example [EMAIL_1]"}},{"event":{"delta":""}}])");
  EXPECT_TRUE(member_readings_of_json(R"({"choices":[{"text":"a"},{"text":"b"}]})").empty());
}

/// Puts structure at up to three places into a value that stands in captions.
class Cutter {
 public:
  std::string cut(std::string value, std::size_t cuts) {
    std::vector<std::size_t> places;
    while (places.size() < cuts) places.push_back(below(value.size() - 1) + 1);
    std::sort(places.rbegin(), places.rend());
    // From the last on: numbers count down.
    number_ = 2 + static_cast<int>(cuts);
    for (const std::size_t place : places) value.insert(place, structure());
    return value;
  }

 private:
  std::size_t below(std::size_t count) { return random_() % count; }

  std::string structure() {
    const std::string number = std::to_string(--number_);
    const std::vector<std::string> all{
        "\n\n" + number + "\n" + kTime + "\n",
        "\r\n\r\n" + number + "\r\n" + kTime + "\r\n",
        "\n\n7531\n" + kTime + "\n",
        "\n" + kTime + "\n",
        "\n\n" + kTime + " align:start position:0%\n",
        "\n\xC2\xA0\n" + number + "\n" + kTime + "\n",
        "\n \xE2\x80\xA8\n" + kTime + "\n\xC2\xA0",
        "\n\nNOTE by\nus\n\n" + kTime + "\n",
        "\n\nNOTE\n" + kTime + "\n",
        "\n\nthird\n" + kTime + "\n- ",
        "\n",
        "\n- ",
        "\n\n0:00:01.000,0:00:02.000\n",
        "\n[00:12.00]",
        "\n[00:12.00][01:12.00]\xE2\x80\x93",
        "\n[00:12]",
        "\n00:00:01.50,00:00:02.90\n>>> ANN: ",
        "\n\n" + number + "\n" + kTime + "\n>> DR. O'HARA (on the phone): [laughs] ",
        " [laughs]\n\n" + kTime + "\n\xE2\x99\xAA ",
        "...\n...",
        "<i>",
        "</v>",
        "<>",
        "<.a>",
        "<v\nBob>",
        "<00:00:01.000><c>",
        "<font color=\"#ffffff\" face=\"" + std::string(80, 'x') + "\">",
        "{\\i1}",
        "{\\an8}<b>",
        "</i>\n<i>",
        "</i>\n\n" + number + "\n" + kTime + "\n{\\an8}<i>",
    };
    return all[below(all.size())];
  }

  std::mt19937 random_{20261130};
  int number_ = 2;
};

bool is_of_a_value(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

/// The first four letters and digits of a value that stand one behind another in the text.
std::string left_of(const std::string& value, const std::string& text) {
  for (std::size_t at = 0; at + 4 <= value.size(); ++at) {
    const std::string four = value.substr(at, 4);
    if (std::all_of(four.begin(), four.end(), is_of_a_value) && text.find(four) != text.npos)
      return four;
  }
  return "";
}

TEST(TextReadings, NothingIsLeftOfAValueWhateverCutsIt) {
  Cutter cutter;
  for (int round = 0; round < 60; ++round) {
    for (const std::string value : {"alice.smith@mail.example.com", "4012 8888 8888 1881",
                                    "4012888888881881", "sk-abcdefghijklmnopqrst12SECRETTAIL99x",
                                    "DE89 3704 0044 0532 0130 00", "+49 30 901820 4455"}) {
      const std::string text = "1\n00:00:00,500 --> 00:00:01,000\nIt is " +
                               cutter.cut(value, static_cast<std::size_t>(1 + round % 3)) +
                               ", so.\n\n";
      const std::string out = kept(text);
      ASSERT_EQ(left_of(value, out), "") << text << "\n=== becomes\n" << out;
      ASSERT_THAT(out, HasSubstr("\nIt is [")) << out;
    }
  }
}

}  // namespace
}  // namespace tollgate::capture
