// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/operations/request_names.hpp"

#include <gtest/gtest.h>
#include <malloc.h>

#include <span>
#include <string>
#include <vector>

namespace tollgate::operations {
namespace {

/// "place=value" of each name found; what is wrong if the request is refused.
std::vector<std::string> names_in(const std::string& target, const std::string& body,
                                  const std::vector<http::Field>& fields = {}) {
  const RequestTarget parsed = parse_target("POST", target).value();
  const auto names = read_names(parsed, fields, body);
  if (!names) return {"refused: " + names.error().message};
  std::vector<std::string> out;
  for (const RequestName& name : *names) {
    out.push_back(std::string(name.place->name) + "=" + name.value);
    if (name.end != 0) {
      EXPECT_NE(body.substr(name.begin, name.end - name.begin).find(name.value), std::string::npos);
    }
  }
  return out;
}

using Found = std::vector<std::string>;

/// Of a batch file with these lines.
Found names_in_batch(const std::string& lines, const std::string& purpose = "batch") {
  const std::string body =
      "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n" + lines +
      "\r\n--x\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\n" + purpose +
      "\r\n--x--\r\n";
  return names_in("/openai/v1/files", body, {{"content-type", "multipart/form-data; boundary=x"}});
}

TEST(ReadNames, LooksIntoHeadPathAndBody) {
  EXPECT_EQ(
      names_in("/openai/v1/responses", R"({"model":"m","conversation":{"id":"c"},"user":"u"})",
               {{"X-MS-OAI-Image-Generation-Deployment", "i"}, {"X-Other", "o"}}),
      (Found{"x-ms-oai-image-generation-deployment=i", "model=m", "conversation=c"}));
  EXPECT_EQ(names_in("/openai/v1/threads/t1/runs", R"({"assistant_id":"a"})"),
            (Found{"{object}=t1", "**.assistant_id=a"}));
}

TEST(ReadNames, TakesTheDeploymentOfALegacyPathForTheModel) {
  EXPECT_EQ(names_in("/openai/deployments/d/chat/completions?api-version=2024-10-21",
                     R"({"model":"ignored","messages":[]})"),
            (Found{"{deployment}=d"}));
  EXPECT_EQ(names_in("/models/chat/completions?api-version=2024-05-01-preview",
                     R"({"model":"m","messages":[]})"),
            (Found{"model=m"}));
}

TEST(ReadNames, ReadsTheFieldsOfAForm) {
  const std::string body =
      "--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n"
      "--x\r\nContent-Disposition: form-data; name=\"file\"; "
      "filename=\"a\"\r\n\r\n{\"file_id\":1\r\n"
      "--x\r\nContent-Disposition: form-data; name=\"image[0][file_id]\"\r\n\r\nf\r\n--x--\r\n";
  EXPECT_EQ(names_in("/openai/v1/images/edits", body,
                     {{"content-type", "multipart/form-data; boundary=x"}}),
            (Found{"model=m", "file_id=f"}));
}

TEST(NamesReader, FindsTheSameInStepsOfAnySize) {
  const std::string lines =
      "\xEF\xBB\xBF{\"body\":{\"model\":\"m\"}}\r\n\n  {\"file_id\":\"f\\u0031\"}  ";
  const std::string form =
      "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n" + lines +
      "\r\n--x\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--x--\r\n";
  const std::vector<http::Field> fields{{"content-type", "multipart/form-data; boundary=x"}};
  const RequestTarget files = parse_target("POST", "/openai/v1/files").value();
  const RequestTarget responses = parse_target("POST", "/openai/v1/responses").value();
  const std::string json = R"( {"model":"m","input":[{"file_id":"f1"},{"x":["y"]}]} )";
  const auto in_steps = [](const RequestTarget& target, std::span<const http::Field> head,
                           std::string_view body, std::size_t bytes) {
    NamesReader reader(target, head, body);
    std::size_t steps = 1;
    while (!reader.step(bytes) && steps <= 2 * body.size()) ++steps;
    EXPECT_LE(steps, 2 * body.size() / bytes + 3) << "a form is read, then its lines";
    Found out;
    for (const RequestName& name : reader.take().value()) out.push_back(name.value);
    return out;
  };
  for (std::size_t bytes = 1; bytes < form.size(); ++bytes) {
    ASSERT_EQ(in_steps(files, fields, form, bytes), (Found{"m", "f1"})) << bytes;
    ASSERT_EQ(in_steps(responses, {}, json, bytes), (Found{"m", "f1"})) << bytes;
  }
}

// A line of blanks was trimmed in one go: 60 MB held up the worker's other connections.
TEST(NamesReader, StepsThroughBlanksAsThroughAllElse) {
  const std::string blanks(100'000, ' ');
  for (const std::string& lines : {blanks + "{\"file_id\":\"f\"}", "{\"file_id\":\"f\"}" + blanks,
                                   "{\"file_id\":\"f\"}\n" + blanks + "\n" + blanks}) {
    const std::string form =
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n" + lines +
        "\r\n--x\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--x--\r\n";
    const std::vector<http::Field> fields{{"content-type", "multipart/form-data; boundary=x"}};
    const RequestTarget files = parse_target("POST", "/openai/v1/files").value();
    NamesReader reader(files, fields, form);
    std::size_t steps = 1;
    while (!reader.step(1000)) ++steps;
    EXPECT_GE(steps, 2 * lines.size() / 1000) << "its form is read, then its lines";
    const auto names = reader.take();
    ASSERT_TRUE(names) << names.error().message;
    ASSERT_EQ(names->size(), 1U);
    EXPECT_EQ(form.substr(names->front().begin, 3), "\"f\"");
  }
}

TEST(ReadNames, FindsAFieldUnderEveryNameThatAFormCanGiveIt) {
  const auto form = [](const std::string& disposition) {
    return names_in("/openai/v1/images/edits",
                    "--x\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\nf\r\n--x--",
                    {{"content-type", "multipart/form-data; boundary=x"}});
  };
  for (const char* disposition :
       {"name=file_ids", "name=\"file_ids[]\"", "name=\"FILE_IDS[0]\"", "name=\"a.file_ids\"",
        "filename=\"a; name=b\"; name=\"file_ids\"", "x=\"\\\"; name=b\"; NAME = \"file_ids\""}) {
    EXPECT_EQ(form(disposition), Found{"file_ids=f"}) << disposition;
  }
  const Found malformed{"refused: the form is malformed"};
  EXPECT_EQ(form("name=\"a\"; name=\"file_ids\""), malformed);
  EXPECT_EQ(form("name=\"a\"\r\nContent-Disposition: form-data; name=\"file_ids\""), malformed);
  EXPECT_EQ(form("name=\"my_file_ids\"; x=\"name=file_ids\""), Found{});
  for (const char* const hidden :
       {"x=y;\r\n name=\"file_ids\"", "name*=UTF-8''file_ids", "name*0=file; name*1=_ids",
        "name=\"fi\\le_ids\"", "x=y\nContent-Disposition: form-data; name=\"file_ids\"",
        "name=\"a\"\r\nContent-Transfer-Encoding: base64"}) {
    EXPECT_EQ(form(hidden), malformed) << hidden;
  }
  EXPECT_EQ(form("name=\"a\"; filename*=UTF-8''b\r\nContent-Transfer-Encoding: binary"), Found{});
}

// Also where the path names the model: what a lenient backend might read, nobody has checked.
TEST(ReadNames, RefusesWhatTwoReadersReadDifferently) {
  const auto legacy = [](std::string_view body) {
    return names_in("/openai/deployments/d/chat/completions?api-version=2024-10-21",
                    std::string(body));
  };
  const Found coded{"refused: JSON must come in UTF-8, without a byte order mark"};
  EXPECT_EQ(legacy("\xEF\xBB\xBF{}"), coded);
  EXPECT_EQ(legacy(std::string_view("{\0}\0", 4)), coded);
  EXPECT_EQ(legacy(std::string_view("\xFF\xFE{\0}\0", 6)), coded);
  const Found malformed{"refused: the body is no well-formed JSON object, or nested too deeply"};
  for (const char* body : {R"({"stream":true,})", R"({"stream":true/**/})", R"({"seed":NaN})",
                           R"({'stream':true})", R"({"stream":true)", R"({"stream":true}x)"}) {
    EXPECT_EQ(legacy(body), malformed) << body;
  }
  EXPECT_EQ(names_in("/openai/v1/responses", R"({"model":"a","Model":"b"})"),
            Found{"refused: the model is named twice"});
}

TEST(ReadNames, TakesNoBodyWhereNoneIsRead) {
  const auto names = [](const std::string& method, const std::string& body,
                        const std::vector<http::Field>& fields = {}) {
    const RequestTarget target = parse_target(method, "/openai/v1/files/f1").value();
    return read_names(target, fields, body).has_value();
  };
  for (const char* method : {"GET", "DELETE"}) {
    for (const char* body : {"", "{}", " {}\r\n", "null", "{ }", "{\n}", " \n", "\tnull "})
      EXPECT_TRUE(names(method, body)) << body;
    for (const char* body : {R"({"file_id":"f2"})", "[]", "{ }x", "a=b", "{", "}", "{}}"}) {
      EXPECT_FALSE(names(method, body)) << body;
    }
    EXPECT_FALSE(names(method, "--x--", {{"content-type", "multipart/form-data; boundary=x"}}));
  }
}

TEST(ReadNames, TakesABodyThatSaysNothingWhereNoneIsNeeded) {
  for (const char* target : {"/openai/v1/threads", "/openai/v1/responses/r/cancel"}) {
    for (const char* body : {"", "{}", "{ }", "null", " "}) {
      const Found found = names_in(target, body);
      EXPECT_TRUE(found.empty() || found == Found{"{object}=r"}) << target << body;
    }
    EXPECT_TRUE(names_in(target, "[]").front().starts_with("refused")) << target;
  }
}

TEST(ReadNames, LeavesVariablesAndSearchResultsAlone) {
  EXPECT_EQ(
      names_in("/openai/v1/responses",
               R"({"model":"m","prompt":{"id":"p","variables":{"file_id":"text","doc":)"
               R"({"type":"input_file","file_id":"f1"},"file_ids":{"file_id":"f2"}}},"input":[)"
               R"({"type":"file_search_call","results":[{"file_id":"seen"}]},{"file_id":"f3"}]})"),
      (Found{"model=m", "**.file_id=f1", "**.file_id=f2", "**.file_id=f3"}));
  EXPECT_EQ(names_in("/openai/v1/conversations",
                     R"({"items":[{"results":[{"file_id":"seen"}]},{"file_id":"f"}]})"),
            Found{"**.file_id=f"});
}

// What is left alone is so only in the shape that is documented: another one some reader may take.
TEST(ReadNames, LeavesNothingAloneInAnotherShape) {
  const auto found = [](const std::string& body) { return names_in("/openai/v1/responses", body); };
  for (const char* body :
       {R"({"input":{"results":[{"file_id":"f"}]}})", R"({"input":[{"results":{"file_id":"f"}}]})",
        R"({"input":[[{"results":[{"file_id":"f"}]}]]})",
        R"({"prompt":{"variables":[{"file_id":"f"}]}})",
        R"({"prompt":[{"variables":{"file_id":"f"}}]})", R"({"metadata":[{"file_id":"f"}]})",
        R"({"tools":{"parameters":{"file_id":"f"}}})",
        R"({"input":[{"tools":[{"parameters":[{"file_id":"f"}]}]}]})"}) {
    EXPECT_EQ(found(body), Found{"**.file_id=f"}) << body;
  }
  for (const char* body :
       {R"({"metadata":{"file_id":"f"}})",
        R"({"input":[{"content":[{"annotations":[{"file_id":"f"}]}]}]})",
        R"({"input":[{"tools":[{"annotations":{"file_id":"f"},"input_schema":{"file_id":"f"}}]}]})",
        R"({"tools":[{"parameters":{"properties":{"file_id":"f"}}}]})"}) {
    EXPECT_EQ(found(body), Found{}) << body;
  }
}

// A client calls variables and graders as it likes: none hides behind a name of its own data.
TEST(ReadNames, AreFoundBelowWhatAClientCallsMetadata) {
  for (const std::string name :
       {"metadata", "attributes", "annotations", "schema", "input_schema", "x"}) {
    const std::string variable =
        R"({"variables":{")" + name + R"(":{"type":"input_file","file_id":"f"}}})";
    EXPECT_EQ(names_in("/openai/v1/responses", R"({"prompt":)" + variable + "}"),
              Found{"**.file_id=f"})
        << name;
    EXPECT_EQ(names_in_batch(R"({"body":{"prompt":)" + variable + "}}"), Found{"**.file_id=f"})
        << name;
    EXPECT_EQ(names_in("/openai/v1/fine_tuning/jobs",
                       R"({"method":{"reinforcement":{"grader":{"graders":{")" + name +
                           R"(":{"model":"m"}}}}}})"),
              Found{"**.graders.*.model=m"})
        << name;
  }
  EXPECT_EQ(names_in("/openai/v1/responses",
                     R"({"prompt":{"variables":{"x":{"metadata":{"file_id":"f"}}}}})"),
            Found{});
}

TEST(ReadNames, RefusesANameThatIsNoString) {
  const auto refused = [](const char* member) {
    return Found{"refused: " + std::string(member) + " must be a string"};
  };
  for (const char* value : {R"({"u":"x"})", "7", R"(["/v1/responses"])", "[]", "true", "null"}) {
    const std::string text(value);
    EXPECT_EQ(names_in("/openai/v1/batches", "{\"endpoint\":" + text + "}"), refused("endpoint"));
    EXPECT_EQ(names_in("/openai/v1/batches", "{\"input_file_id\":" + text + "}"),
              refused("input_file_id"));
    EXPECT_EQ(names_in_batch("{\"body\":{\"model\":\"m\"},\"Url\":" + text + "}"), refused("url"));
  }
  for (const char* value : {R"({"name":"x"})", "7", R"(["m"])", "false"}) {
    const std::string text(value);
    EXPECT_EQ(names_in("/openai/v1/responses", "{\"model\":" + text + "}"), refused("model"));
    EXPECT_EQ(names_in_batch("{\"body\":{\"model\":" + text + "}}"), refused("body.model"));
    EXPECT_EQ(names_in("/openai/v1/batches", "{\"input_blob\":" + text + "}"),
              refused("input_blob"));
    EXPECT_EQ(names_in("/openai/v1/responses", "{\"x\":{\"grader\":{\"model\":" + text + "}}}"),
              refused("grader.model"));
  }
  EXPECT_EQ(names_in("/openai/v1/threads/t/runs", R"({"model":null,"assistant_id":"a"})"),
            (Found{"{object}=t", "**.assistant_id=a"}));
  EXPECT_EQ(
      names_in("/openai/deployments/d/chat/completions?api-version=2024-10-21", R"({"model":7})"),
      Found{"{deployment}=d"})
      << "the body's is not looked at";
}

TEST(ReadNames, ReferToSoManyObjectsAtMost) {
  const auto upload = [](std::size_t count) {
    std::string lines;
    for (std::size_t i = 0; i < 2 * count; ++i) {
      lines += "{\"body\":{\"input\":[{\"file_id\":\"f" + std::to_string(i / 2) + "\"}]}}\n";
    }
    const std::string body =
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n" + lines +
        "\r\n--x\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--x--";
    return names_in("/openai/v1/files", body,
                    {{"content-type", "multipart/form-data; boundary=x"}});
  };
  EXPECT_EQ(upload(kMostIds).size(), 2 * kMostIds);
  EXPECT_EQ(upload(kMostIds + 1), Found{"refused: the body refers to more than 10000 objects"});
}

// Outside of limits.memory: docs/security.md says how much.
TEST(ReadNames, AsManyNamesAsThereMayBeTakeLittleMemory) {
  for (const std::size_t letters : {15, 60}) {
    std::string lines;
    for (std::size_t i = 0; i < kMostNames; ++i)
      lines += R"({"body":{"model":")" + std::string(letters, 'm') + "\"}}\n";
    const std::string body =
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n" + lines +
        "\r\n--x\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--x--";
    const std::vector<http::Field> fields{{"content-type", "multipart/form-data; boundary=x"}};
    const RequestTarget files = parse_target("POST", "/openai/v1/files").value();
    const auto taken = [] {
      const struct mallinfo2 now = ::mallinfo2();
      return now.uordblks + now.hblkhd;
    };
    const std::size_t before = taken();
    const auto names = read_names(files, fields, body);
    const std::size_t held = taken() - before;
    ASSERT_TRUE(names) << names.error().message;
    EXPECT_EQ(names->size(), kMostNames);
    EXPECT_LE(held, (letters == 15 ? 15U : 36U) << 20) << "of a body of " << body.size();
    RecordProperty("names_of_" + std::to_string(letters), std::to_string(held));
  }
}

TEST(ReadNames, SaysWhatIsWrongWithABatchFile) {
  const auto upload = [](const std::string& purpose, const std::string& lines) {
    return names_in_batch(lines, purpose);
  };
  EXPECT_EQ(upload("batch", "{\"body\":{\"model\":\"m\"}}\r\n{\"body\":{\"model\":\"n\"}}"),
            (Found{"body.model=m", "body.model=n"}));
  EXPECT_EQ(upload("Batch ", "no json"),
            Found{"refused: the body is no well-formed JSON object, or nested too deeply"});
  EXPECT_EQ(upload("assistants", "no json"), Found{});
  EXPECT_EQ(upload("batch", R"({"url":"/openai/deployments/d/chat/completions","body":{}})"),
            Found{"url=/openai/deployments/d/chat/completions"});
  EXPECT_EQ(upload("batch", R"({"url":"/v1/responses","body":{"model":"m","prompt":{"variables":)"
                            R"({"file_id":"x"}},"input":[{"results":[{"file_id":"y"}]}]}})"),
            Found{"body.model=m"});
  const Found contradiction{"refused: a url and the model beside it name different deployments"};
  for (const char* line :
       {R"({"url":"/openai/deployments/d/chat/completions","body":{"model":"m"}})",
        R"({"body":{"model":"m"},"Url":"/openai/deployments/d/chat/completions"})",
        R"({"url":"/deployments/d/embeddings","URL":"/deployments/e/embeddings"})"}) {
    EXPECT_EQ(upload("batch", line), contradiction) << line;
  }
  EXPECT_EQ(upload("batch", R"({"url":"/openai/%64eployments/d/chat/completions"})"),
            Found{"refused: a url can be read in two ways"});
}

}  // namespace
}  // namespace tollgate::operations
