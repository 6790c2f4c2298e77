// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/request_scan.hpp"

#include <gtest/gtest.h>
#include <malloc.h>

#include <string>
#include <vector>

namespace tollgate::usage {
namespace {

RequestScan scan(std::string_view body) {
  Result<RequestScan> scanned = scan_request(body);
  EXPECT_TRUE(scanned) << body.substr(0, 200);
  return scanned ? *scanned : RequestScan{};
}

bool refused(std::string_view body) {
  const Result<RequestScan> scanned = scan_request(body);
  return scanned.has_error() && scanned.error().code == Errc::invalid_input;
}

std::string injected(std::string_view body) { return with_include_usage(body, scan(body)); }
TEST(RequestScan, ReadsWhatTheGatewayNeeds) {
  const std::string body =
      R"({"messages":[{"role":"user","content":"hi"}],"model":"gpt-4o","stream":true,)"
      R"("stream_options":{"include_usage":true},"user":"u","background":true,"data_sources":[]})";
  const RequestScan found = scan(body);
  EXPECT_TRUE(found.stream);
  EXPECT_TRUE(found.has_stream_options);
  EXPECT_TRUE(found.include_usage);
  EXPECT_TRUE(found.has_data_sources);
  EXPECT_TRUE(found.background);
  EXPECT_EQ(found.end_user, "u");
  EXPECT_FALSE(found.duplicate_member);
}

TEST(RequestScan, TheEndUserHasTwoNames) {
  EXPECT_EQ(scan(R"({"safety_identifier":"s"})").end_user, "s");
  EXPECT_EQ(scan(R"({"safety_identifier":"s","user":"u"})").end_user, "u");
  EXPECT_EQ(scan(R"({"user":"u","safety_identifier":"s"})").end_user, "u");
  EXPECT_EQ(scan(R"({"user":null,"safety_identifier":"s"})").end_user, "s");
  EXPECT_EQ(scan(R"({"safety_identifier":"s","user":null})").end_user, "s");
  EXPECT_EQ(scan(R"({"metadata":{"safety_identifier":"s"}})").end_user, "");
}

// Every step ends where it may, and the outcome is the same.
TEST(RequestScan, CanBeDoneInSteps) {
  const std::string body =
      R"( {"mod\u0065l" : "gpt\"-4o", "x":[{"a":["]\\"]},"\\"], "stream":true,)"
      R"("stream_options":{"include_usage":false,"y":[[]]},"user":"u","n":-1.5e3} )";
  const RequestScan whole = scan(body);
  for (std::size_t bytes = 1; bytes < body.size(); ++bytes) {
    RequestScanner scanner(body);
    std::size_t steps = 1;
    while (!scanner.step(bytes)) ASSERT_LE(++steps, body.size());
    const Result<RequestScan> found = scanner.take();
    ASSERT_TRUE(found) << bytes;
    EXPECT_EQ(found->include_usage_begin, whole.include_usage_begin);
    EXPECT_TRUE(found->stream);
    EXPECT_EQ(found->end_user, "u");
  }
  for (std::size_t size = 0; size + 2 < body.size(); ++size) {
    RequestScanner scanner(std::string_view(body).substr(0, size));
    for (std::size_t steps = 0; !scanner.step(3); ++steps) ASSERT_LE(steps, body.size());
    EXPECT_FALSE(scanner.take()) << size;
  }
}

// Promise 8: neither escaped names nor nesting cost more than their bytes.
TEST(RequestScan, TakesLinearTimeAndLittleMemoryForAnyShape) {
  std::string names = "{";
  while (names.size() < 2 * 1024 * 1024) names.append(R"("\u0061":1,)");
  names.append(R"("stream":true})");
  EXPECT_TRUE(scan(names).stream);
  const std::string deep(2 * 1024 * 1024, '[');
  const std::string nested = "{\"file_ids\":" + deep + std::string(deep.size(), ']') + "}";
  const struct mallinfo2 before = ::mallinfo2();
  EXPECT_FALSE(scan(nested).object_empty);
  const struct mallinfo2 after = ::mallinfo2();
  EXPECT_LE(after.arena + after.hblkhd, before.arena + before.hblkhd + 2 * 1024 * 1024);
}

TEST(RequestScan, TakesNothingFromAnEmptyObject) {
  const RequestScan found = scan(" {} \r\n");
  EXPECT_EQ(found.end_user, "");
  EXPECT_FALSE(found.stream || found.has_stream_options || found.include_usage ||
               found.has_data_sources || found.background || found.duplicate_member);
}

TEST(RequestScan, TakesNothingNestedOrInText) {
  const RequestScan found = scan(
      R"({"messages":[{"model":"evil","stream":true}],"x":{"user":"evil","stream_options":)"
      R"({"include_usage":true}},"text":"\",\"model\":\"evil\",\"stream\":true,\"","Models":"x"})");
  EXPECT_EQ(found.end_user, "");
  EXPECT_FALSE(found.stream || found.has_stream_options || found.include_usage);
}

TEST(RequestScan, TakesOnlyLiteralTrueForTrue) {
  for (const char* const value : {"false", "null", "1", "\"true\"", "[true]", "{\"a\":true}"}) {
    const std::string text(value);
    const RequestScan found = scan("{\"stream\":" + text + ",\"background\":" + text +
                                   ",\"stream_options\":{\"include_usage\":" + text + "}}");
    EXPECT_FALSE(found.stream || found.background || found.include_usage) << value;
  }
  EXPECT_FALSE(scan(R"({"data_sources":null})").has_data_sources);
}

TEST(RequestScan, UnescapesKeysAndValues) {
  const RequestScan found = scan(R"({"us\u0065r":"u\u002d4o \"x\"","str\u0065am":true})");
  EXPECT_EQ(found.end_user, "u-4o \"x\"");
  EXPECT_TRUE(found.stream);
}

// J6
TEST(RequestScan, BoundsAndCleansTheUser) {
  EXPECT_EQ(scan("{\"user\":\"a\\nb" + std::string(1000, 'u') + "\"}").end_user,
            "a b" + std::string(509, 'u'));
  EXPECT_EQ(scan("{\"user\":\"a\xFF\x01z\"}").end_user, "a\xEF\xBF\xBD z");
}

// J2: a backend might take the other one.
TEST(RequestScan, NoticesMembersThatStandTwice) {
  for (const char* const body :
       {R"({"model":"a","model":"b"})", R"({"model":"a","mod\u0065l":"b"})",
        R"({"stream":true,"stream":false})", R"({"stream_options":{},"stream_options":null})",
        R"({"stream_options":{"include_usage":false,"include_usage":true}})",
        R"({"stream_options":{"include_usage":false,"include\u005fusage":true}})",
        R"({"data_sources":[],"data_sources":null})", R"({"user":"a","user":"b"})",
        R"({"background":true,"background":true})"}) {
    EXPECT_TRUE(scan(body).duplicate_member) << body;
  }
  EXPECT_FALSE(
      scan(R"({"temperature":1,"temperature":2,"x":{"model":1,"model":2}})").duplicate_member)
      << "nobody here reads those";
}

// A backend that folds case would work in the background, and nobody would follow it.
TEST(RequestScan, NoticesWhatItReadsInOtherLettersCase) {
  for (const auto& [body, documented] :
       {std::pair(R"({"background":false,"Background":true})", "background"),
        std::pair(R"({"BACKGROUND":true})", "background"),
        std::pair(R"({"Str\u0065am":true})", "stream"),
        std::pair(R"({"Stream_Options":null})", "stream_options"),
        std::pair(R"({"stream_options":{"x":1,"Include_usage":true}})", "include_usage"),
        std::pair(R"({"Model":"a"})", "model"), std::pair(R"({"uSer":"a"})", "user")}) {
    EXPECT_EQ(scan(body).misspelt_member, documented) << body;
  }
  EXPECT_TRUE(scan(R"({"stream":true,"Stream":false})").duplicate_member);
  for (const char* const body :
       {R"({"model":"a","stream":true,"stream_options":{"include_usage":true},"user":"u"})",
        R"({"Temperature":1,"Streams":1,"metadata":{"Model":"x","Background":true}})",
        R"({"messages":[{"Stream":true}],"stream_options":{"x":{"Include_Usage":true}}})"}) {
    EXPECT_EQ(scan(body).misspelt_member, "") << body;
  }
}

TEST(RequestScan, NoticesAFormsFieldsInOtherLettersCase) {
  const auto misspelt = [](const std::string& field) {
    const std::string body =
        "--x\r\nContent-Disposition: form-data; name=\"" + field + "\"\r\n\r\ntrue\r\n--x--";
    FormReader reader("multipart/form-data; boundary=x", body);
    while (!reader.step()) continue;
    return std::string(scan_form(reader.take().value(), body).misspelt_member);
  };
  EXPECT_EQ(misspelt("Stream"), "stream");
  EXPECT_EQ(misspelt("MODEL"), "model");
  EXPECT_EQ(misspelt("stream"), "");
  EXPECT_EQ(misspelt("Language"), "");
}

TEST(RequestScan, TellsWhatAFormAsksItsAnswerToBe) {
  const auto form_of = [](const std::vector<std::string>& fields) {
    std::string body;
    for (const std::string& field : fields)
      body += "--x\r\nContent-Disposition: form-data; name=" + field + "\r\n";
    body += "--x--\r\n";
    FormReader reader("multipart/form-data; boundary=x", body);
    while (!reader.step()) continue;
    return scan_form(reader.take().value(), body).answer_form;
  };
  const auto asked = [](const std::string& word) { return "\"response_format\"\r\n\r\n" + word; };
  for (const char* const word : {"json", "verbose_json", "diarized_json"})
    EXPECT_EQ(form_of({asked(word)}), AnswerForm::json) << word;
  for (const char* const word : {"text", "srt", "vtt"})
    EXPECT_EQ(form_of({asked(word)}), AnswerForm::text) << word;
  for (const std::string& word : {std::string("Text"), std::string(), std::string(300, 't')})
    EXPECT_EQ(form_of({asked(word)}), AnswerForm::unknown) << word;
  EXPECT_EQ(form_of({"\"model\"\r\n\r\nw"}), AnswerForm::json) << "it is the default";
  EXPECT_EQ(form_of({asked("text"), asked("srt")}), AnswerForm::text);
  EXPECT_EQ(form_of({asked("text"), asked("json")}), AnswerForm::unknown);
  EXPECT_EQ(form_of({asked("json"), asked("text"), asked("text")}), AnswerForm::unknown);
  EXPECT_EQ(form_of({"\"Response_Format\"\r\n\r\ntext"}), AnswerForm::unknown);
  EXPECT_EQ(form_of({"\"response_format\"; filename=\"a\"\r\n\r\ntext"}), AnswerForm::unknown);
  EXPECT_EQ(scan(R"({"response_format":"text"})").answer_form, AnswerForm::unknown);
}

TEST(RequestScan, RefusesWhatIsNotOneObject) {
  for (const char* const body :
       {"", " ", "null", "[]", "[{}]", "\"{}\"", "{}{}", "{} x", "{\"a\":1,}", "{\"a\":1]",
        "{\"a\" 1}", "{\"a\":[}", "\xEF\xBB\xBF{}", "model=gpt-4o", "--boundary\r\n"}) {
    EXPECT_TRUE(refused(body)) << body;
  }
  const std::string whole =
      R"({"model":"g\"4","x":[{"y":"\\"}],"stream_options":{"include_usage":true},"stream":true})";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    // A copy of its own size: reading past the end of what came is seen.
    const std::vector<char> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_TRUE(refused({cut.data(), cut.size()})) << size;
  }
}

// J1
TEST(RequestScan, CountsDepthInsteadOfStackingIt) {
  const std::string arrays = std::string(100'000, '[') + std::string(100'000, ']');
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects.append("{\"model\":");
  objects.append("1").append(100'000, '}');
  EXPECT_EQ(scan("{\"a\":" + arrays + ",\"b\":" + objects + ",\"user\":\"m\"}").end_user, "m");
  EXPECT_TRUE(refused("{\"a\":" + arrays.substr(1) + "}"));
  EXPECT_TRUE(refused(objects.substr(0, objects.size() - 1)));
  EXPECT_TRUE(refused(std::string(100'000, '{')));
}

// J9
TEST(WithIncludeUsage, MergesWithTheClientsOptions) {
  EXPECT_EQ(injected(R"({"stream":true})"),
            R"({"stream_options":{"include_usage":true},"stream":true})");
  EXPECT_EQ(injected("{}"), R"({"stream_options":{"include_usage":true}})");
  EXPECT_EQ(injected(R"({"stream_options" : null ,"stream":true})"),
            R"({"stream_options" : {"include_usage":true} ,"stream":true})");
  EXPECT_EQ(injected(R"({"stream_options":{ },"stream":true})"),
            R"({"stream_options":{"include_usage":true },"stream":true})");
  EXPECT_EQ(
      injected(R"({"stream_options":{"include_obfuscation":false},"stream":true})"),
      R"({"stream_options":{"include_usage":true,"include_obfuscation":false},"stream":true})");
  EXPECT_EQ(injected(R"({"stream_options":{"a":1, "include_usage" : false },"stream":true})"),
            R"({"stream_options":{"a":1, "include_usage" : true },"stream":true})");
  EXPECT_EQ(injected(R"({"stream_options":{"include\u005fusage":null},"stream":true})"),
            R"({"stream_options":{"include\u005fusage":true},"stream":true})");
}

TEST(WithIncludeUsage, IsUnderstoodWhenScannedAgain) {
  for (const char* const body :
       {R"({"stream":true,"model":"a"})",
        R"({"stream_options":{"x":[{}]},"stream":true,"model":"a"})",
        R"({"stream_options":{"include_usage":false},"model":"a","stream":true})"}) {
    const std::string once = injected(body);
    const RequestScan again = scan(once);
    EXPECT_TRUE(again.include_usage && again.stream) << once;
    EXPECT_FALSE(again.duplicate_member) << once;
  }
}

TEST(RequestScan, KnowsWhatImagesAreAskedFor) {
  const auto asked = [](std::string_view body) {
    const RequestScan out = scan(body);
    return out.image_size + " " + out.image_quality;
  };
  EXPECT_EQ(asked(R"({"size":"1024x1792","quality":"hd","n":2})"), "1024x1792 hd");
  EXPECT_EQ(asked(R"({"size":"auto","quality":"auto"})"), "auto auto");
  EXPECT_EQ(asked(R"({"size":"john@example.com","quality":"my secret"})"), " ")
      << "a client's own words get into no record";
  for (const char* const other : {"1024", "x", "1024x", "x1024", "1x2x3", "123456x1", "1024X1024"})
    EXPECT_EQ(asked(std::string(R"({"size":")") + other + "\"}"), " ") << other;
  EXPECT_EQ(asked(R"({"size":"1x1","size":"2x2"})"), " ") << "which one nobody can tell";
  EXPECT_EQ(asked(R"({"x":{"size":"1x1"},"Size":"1x1","size":5})"), " ");
}

TEST(RequestScan, CountsTheCodePointsOfTheInput) {
  const auto characters = [](const std::string& body) {
    return input_characters(body, scan(body));
  };
  EXPECT_EQ(characters(R"({"model":"tts","input":"Hello"})"), 5);
  EXPECT_EQ(characters(R"({"input":""})"), 0);
  EXPECT_EQ(characters("{\"input\":\"Gr\u00fc\u00dfe \U0001F600\"}"), 7);
  EXPECT_EQ(characters(R"({"input":"a\n\"\\\/b"})"), 6);
  EXPECT_EQ(characters(R"({"input":"\u00fc\uD83D\uDE00\u4f60"})"), 3);
  EXPECT_EQ(characters(R"({"input":["a"]})"), std::nullopt);
  EXPECT_EQ(characters(R"({"input":"a","input":"b"})"), std::nullopt);
  EXPECT_EQ(characters(R"({"x":{"input":"a"}})"), std::nullopt);
  EXPECT_EQ(characters("{\"input\":\"" + std::string(kLargestInput, 'a') + "\"}"), std::nullopt);
}

bool may_inject(std::string_view body, std::string_view version = "2024-10-21") {
  return may_inject_include_usage(scan(body), version);
}

// azure-protocol.md 2.2
TEST(MayInjectIncludeUsage, OnlyWhereAzureTakesIt) {
  EXPECT_TRUE(may_inject(R"({"stream":true})"));
  EXPECT_TRUE(may_inject(R"({"stream":true,"stream_options":{"include_usage":false}})"));
  EXPECT_TRUE(may_inject(R"({"stream":true,"stream_options":null,"data_sources":null})"));
  for (const char* const body :
       {R"({"stream":false})", "{}", R"({"stream":true,"stream_options":{"include_usage":true}})",
        R"({"stream":true,"data_sources":[{}]})", R"({"stream":true,"stream_options":[]})",
        R"({"stream":true,"stream_options":"x"})", R"({"stream":true,"stream":true})"}) {
    EXPECT_FALSE(may_inject(body)) << body;
  }
}

TEST(MayInjectIncludeUsage, DependsOnTheVersion) {
  for (const char* const version :
       {"", "v1", "preview", "latest", "2024-09-01-preview", "2024-10-21", "2025-04-01-preview"}) {
    EXPECT_TRUE(may_inject(R"({"stream":true})", version)) << version;
  }
  for (const char* const version : {"2024-08-01-preview", "2024-06-01", "2023-05-15", "2024-10",
                                    "2024-10-21x", "2024/10/21", "9", "v2", "zzzz-zz-zz"}) {
    EXPECT_FALSE(may_inject(R"({"stream":true})", version)) << version;
  }
}

}  // namespace
}  // namespace tollgate::usage
