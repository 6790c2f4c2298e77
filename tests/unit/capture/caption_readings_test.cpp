// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "caption_readings.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <string>
#include <vector>

#include "kept_text.hpp"

namespace tollgate::capture {
namespace {

/// A value on two lines, what stands between them, and what follows.
struct Parted {
  std::string begin;
  std::string end;
  std::string kind;
};

const std::vector<Parted>& parted_values() {
  static const std::vector<Parted> all{
      {"4012 8888", "8888 1881", "[PAYMENT_CARD_1]"},
      {"4012", "8888 8888 1881", "[PAYMENT_CARD_1]"},
      {"alice@exam", "ple.com", "[EMAIL_1]"},
      {"alice@", "example.com", "[EMAIL_1]"},
      {"+49 30 901820", "4455", "[PHONE_1]"},
      {"sk-abcdefghijklmnopqrst12", "SECRETTAIL99x", "[OPENAI_KEY_1]"}};
  return all;
}

std::string letters_of(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) out.push_back(c);
  }
  return out;
}

bool is_left_of(const std::string& all, const std::string& left) {
  std::size_t at = 0;
  for (const char c : all) at += at < left.size() && left[at] == c ? 1U : 0U;
  return at == left.size();
}

/// All of a value goes. Behind its begin nothing is left but what stood between its pieces; of that
/// a mark that a value may have in it may go with it, and so may a word that may be its end.
void expect_whole(const std::string& before, const std::string& between) {
  for (const auto& [begin, end, kind] : parted_values()) {
    const std::string text = before + begin + between + end + "\n";
    const std::string out = kept(text);
    const bool says_phone = between.find("phone") != between.npos;  // what stands near it is one
    ASSERT_TRUE(out.starts_with(before + kind) ||
                (says_phone && out.starts_with(before + "[PHONE_1]")))
        << text << "=== becomes\n"
        << out;
    EXPECT_TRUE(
        is_left_of(letters_of(between), letters_of(out.substr(before.size() + kind.size()))))
        << text << "=== becomes\n"
        << out;
  }
}

TEST(CaptionReadings, TimesOfAnyNumberOfDigitsPartNoValue) {
  expect_whole("00:00:01.50,00:00:02.90\n", "\n\n00:00:02.90,00:00:03.10\n");
  expect_whole("00:00:01,00:00:02\n", "\n\n00:00:02,00:00:03\n");
  expect_whole("0:01.5,0:02.9\n", "\n0:02.9,0:03.1\n");
  expect_whole("0:01 --> 0:02\n", "\n\n0:02 --> 0:03\n");
  for (const std::string stamp : {"[00:12]", "[0:12] ", "[00:12.5]", "[00:12:50]", "[1:00:12] ",
                                  "[00:12][01:12]", "{10}{50}", "[10][50]"})
    expect_whole(stamp, "\n" + stamp);
  expect_whole("0:12\n", "\n0:15\n");
}

TEST(CaptionReadings, MarksInFrontOfALinePartNoValue) {
  const std::string cue = "1\n" + kTime + "\n";
  for (const std::string mark : {">> ",
                                 ">>> ",
                                 ">>",
                                 "&gt;&gt; ",
                                 "-- ",
                                 "\xE2\x80\x95 ",
                                 "ANN: ",
                                 "Ann:",
                                 "DR. O'HARA: ",
                                 "Speaker 12: ",
                                 "SPEAKER_00: ",
                                 "\xE5\xBC\xA0\xEF\xBC\x9A",
                                 "NEWS: ANN: ",
                                 "[laughs] ",
                                 "[Ann] ",
                                 "[Speaker 1]: ",
                                 "(on the phone) ",
                                 "(\xE7\xAC\x91)",
                                 "\xE3\x80\x90"
                                 "A\xE3\x80\x91",
                                 "\xE2\x99\xAA ",
                                 "\xF0\x9F\x8E\xB5 ",
                                 "# ",
                                 "* ",
                                 "\"",
                                 "\xE2\x80\x9C",
                                 "...",
                                 "\xE2\x80\xA6",
                                 "(",
                                 "[",
                                 "<v Ann>ANN: ",
                                 "{\\an8}- ",
                                 "- <i>\xE2\x99\xAA ",
                                 "[00:12] ",
                                 ">> DR. O'HARA (on the phone): [laughs] "}) {
    SCOPED_TRACE(mark);
    const std::string then = "\n\n2\n" + kTime + "\n" + mark;
    expect_whole(cue, "\n" + mark);
    expect_whole(cue + mark, then);
    expect_whole("[00:12]" + mark, "\n[00:13]" + mark);
  }
}

TEST(CaptionReadings, MarksAtALinesEndOrWithinItPartNoValue) {
  const std::string cue = "1\n" + kTime + "\n";
  for (const std::string mark :
       {" \xE2\x99\xAA", ",", "...", "\xE2\x80\xA6", " -", "--", " [laughs]", " (sighs) ", "\"",
        ")", " <i>\xE2\x99\xAA</i>", "!"}) {
    SCOPED_TRACE(mark);
    expect_whole(cue, mark + "\n");
    expect_whole(cue, mark + "\n\n2\n" + kTime + "\nANN: ");
  }
  for (const std::string mark : {" [laughs] ", "[br]", "|", " \xE2\x99\xAA ", " (um) ", " >> ",
                                 " [00:12] ", " [laughs] (um) "}) {
    SCOPED_TRACE(mark);
    expect_whole(cue, mark);
  }
}

TEST(CaptionReadings, AWordThatSaysWhatAValueIsIsNoSpeaker) {
  const std::string cue = "1\n" + kTime + "\n";
  const std::string then = "\n\n2\n" + kTime + "\n";
  EXPECT_EQ(kept(cue + "card: 4111 1111\n1111 1111\n"), cue + "card: [PAYMENT_CARD_1]\n");
  EXPECT_EQ(kept(cue + "phone: +44 20\nANN: 7946 0958\n"), cue + "phone: [PHONE_1]\nANN: \n");
  EXPECT_EQ(kept(cue + "phone: 030 9018" + then + "ANN: 204455\n"),
            cue + "phone: [PHONE_1]" + then + "ANN: \n");
  EXPECT_EQ(kept(cue + "password: hunter" + then + "ANN: 2abc99\n"),
            cue + "password: [ASSIGNED_SECRET_1]" + then + "ANN: \n");
  EXPECT_EQ(kept(cue + "BOB: so\n\npassword: hunt\nANN: er2\nANN: abc99\n"),
            cue + "BOB: so\n\npassword: [ASSIGNED_SECRET_1]\nANN: \nANN: \n");
  EXPECT_EQ(kept(cue + "+1\nANN: (555) 123-4567\n"), cue + "[PHONE_1]\nANN: \n");
  EXPECT_EQ(kept(cue + "+44 (0)\n>> 20 7946 0958\n"), cue + "[PHONE_1]\n>> \n");
}

TEST(CaptionReadings, MarksOfNoValueStay) {
  const std::string marks = ">> DR. O'HARA (on the phone): [laughs] ";
  const std::string text = "1\n" + kTime + "\n" + marks + "I have 2 or 3.\n\n2\n" + kTime + "\n" +
                           marks + "(So) \"do\" we: 7, 8\n\n3\n" + kTime +
                           "\n\xE2\x99\xAA la la \xE2\x99\xAA\nANN: Room 1203 at 12:30...\n";
  EXPECT_EQ(kept(text), text);
}

}  // namespace
}  // namespace tollgate::capture
