// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/meter_name.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "import/meter_models.hpp"
#include "import/meter_words.hpp"

namespace tollgate::pricing {
namespace {

/// "MODEL SCOPE TIER CLASS", and what is said of long prompts; or the fault.
std::string meter(std::string_view name) {
  const Result<Meter> read = read_meter_name(name);
  if (!read) return read.error().message;
  std::string out(read->model);
  out.append(" ").append(to_string(read->scope)).append(" ").append(to_string(read->tier));
  out.append(" ").append(to_string(read->price_class));
  if (read->short_prompts_only) out.append(" short");
  if (read->above_prompt_tokens > 0)
    out.append(" above ").append(std::to_string(read->above_prompt_tokens));
  return out;
}

TEST(MeterName, ReadsEverySpelling) {
  EXPECT_EQ(meter("gpt-4o-mini-0718-Inp-glbl"), "gpt-4o-mini-2024-07-18 global default input");
  EXPECT_EQ(meter("gpt 4o 1120 cached Inp regnl Tokens"),
            "gpt-4o-2024-11-20 regional default cached_input");
  EXPECT_EQ(meter("gpt 4o mini0718 BatchOutp DataZone Tokens"),
            "gpt-4o-mini-2024-07-18 data_zone batch output");
  EXPECT_EQ(meter("o1 1217 Inp Data Zone Tokens"), "o1-2024-12-17 data_zone default input");
  EXPECT_EQ(meter("GPT 5 Mini outpt Glbl 1M Tokens"), "gpt-5-mini global default output");
  EXPECT_EQ(meter("5.4 pp cd inp Gl 1M Tokens"), "gpt-5.4 global priority cached_input");
  EXPECT_EQ(meter("54 mini Inp Flex Gl"), "gpt-5.4-mini global flex input");
  EXPECT_EQ(meter("text-embedding-3-large-glbl Tokens"),
            "text-embedding-3-large global default input");
  EXPECT_EQ(meter("gpt-realtime-2.1 Audio cd inp Gl 1M Tokens"),
            "gpt-realtime-2.1 global default cached_audio_input");
  EXPECT_EQ(meter("gpt rt 1.5 txt opt Gl"), "gpt-realtime-1.5 global default output");
}

TEST(MeterName, KnowsBands) {
  EXPECT_EQ(meter("5.6 sol ShortCo Cd Wr Std Gl 1M Tokens"),
            "gpt-5.6-sol global default cache_write short");
  EXPECT_EQ(meter("56sol ShCo Cd Wr Fl Gl 1M Tokens"), "gpt-5.6-sol global flex cache_write short");
  EXPECT_EQ(meter("5.6 luna LongCo Opt PP DZ"),
            "gpt-5.6-luna data_zone priority output above 272000");
  EXPECT_EQ(meter("gpt 4.1 LongCo Inp glbl"),
            "is for long prompts, and it is not known how long they are");
}

TEST(MeterName, TakesNoModelForALongerOne) {
  EXPECT_EQ(meter("gpt 4.1 micro Inp glbl"), "has the word \"micro\", which is not known");
  EXPECT_EQ(meter("gpt 4.11 Inp glbl"), "is of no model that is known");
  EXPECT_EQ(meter("my gpt 4.1 Inp glbl"), "is of no model that is known");
}

TEST(MeterName, RefusesWhatSaysTooLittleOrTwoThings) {
  EXPECT_EQ(meter(""), "is of no model that is known");
  EXPECT_EQ(meter("gpt 4.1 glbl"), "names no class that is known");
  EXPECT_EQ(meter("gpt 4.1 Inp"), "does not say whether it is global, data zone or regional");
  EXPECT_EQ(meter("gpt 4.1 Inp glbl DZ"), "says two things at once: \"dz\"");
  EXPECT_EQ(meter("gpt 4.1 Inp input glbl"), "says two things at once: \"input\"");
  EXPECT_EQ(meter("gpt 4.1 Inp Outp glbl"), "names no class that is known");
  EXPECT_EQ(meter("gpt-realtime-2.1 Audio Text inp Gl"), "names no class that is known");
}

TEST(MeterTables, HaveEachKeyOnce) {
  std::set<std::string_view> models;
  for (const MeterModel& row : kMeterModels)
    EXPECT_TRUE(models.insert(row.words).second) << row.words;
  std::set<std::string_view> words;
  for (const MeterWord& row : kMeterWords) EXPECT_TRUE(words.insert(row.word).second) << row.word;
  std::set<int> classes;
  for (const MeterClass& row : kMeterClasses) EXPECT_TRUE(classes.insert(row.parts).second);
}

}  // namespace
}  // namespace tollgate::pricing
