// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "destination.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "path_match.hpp"
#include "place_table.hpp"

// Whoever names another client's object or a model that is not for it is refused, wherever the name
// stands.
namespace tollgate::proxy {
namespace {

using operations::Names;
using operations::Operation;
using operations::Place;
using operations::RequestName;
using operations::Where;

constexpr std::string_view kBoundary = "b0undary";

config::Config make_config() {
  config::Config config;
  for (const char* name : {"home", "other"}) {
    config::Backend backend;
    backend.name = name;
    config.backends.push_back(std::move(backend));
  }
  const auto add = [&](const char* name, std::vector<config::Target> targets) {
    config::Model model;
    model.name = name;
    model.targets = std::move(targets);
    config.models.push_back(std::move(model));
  };
  const auto target = [](const char* backend, const char* deployment) {
    config::Target out;
    out.backend = backend;
    out.deployment = deployment;
    return out;
  };
  add("gpt-4o", {target("home", "gpt-home"), target("other", "gpt-other")});
  add("embed", {target("home", "embed-home")});
  add("secret", {target("home", "secret-home"), target("other", "secret-other")});
  return config;
}

config::Client make_client() {
  config::Client client;
  client.name = "alice";
  client.models = std::vector<std::string>{"gpt-4o", "embed"};
  return client;
}

/// One request, as it is built up for one place.
struct Request {
  std::string target;
  std::vector<http::Field> fields;
  std::string body;
};

class DestinationTest : public testing::Test {
 protected:
  DestinationTest() {
    found_["mine"] = {.id = "mine", .client_name = "alice", .backend = "home"};
    found_["my_other"] = {
        .id = "my_other", .client_name = "alice", .backend = "home", .model = "gpt-4o"};
    found_["elsewhere"] = {.id = "elsewhere", .client_name = "alice", .backend = "other"};
    found_["run_by"] = {.id = "run_by",
                        .client_name = "alice",
                        .backend = "home",
                        .deployment = "gpt-home",
                        .model = "gpt-4o"};
    found_["foreign"] = {.id = "foreign", .client_name = "bob", .backend = "home"};
  }

  Result<Destination> decide(const std::string& method, const Request& request) {
    const auto target = operations::parse_target(method, request.target);
    if (!target) return target.error();
    target_ = *target;
    auto names = operations::read_names(target_, request.fields, request.body);
    if (!names) return names.error();
    names_ = std::move(*names);
    return decide_destination({target_, nullptr, names_, client_}, routes_, found_);
  }

  Result<Destination> post(const std::string& target, const std::string& body) {
    return decide("POST", {.target = target, .body = body});
  }

  config::Config config_ = make_config();
  config::Client client_ = make_client();
  routing::RouteTable routes_{config_};
  ledger::FoundObjects found_;
  operations::RequestTarget target_;
  std::vector<RequestName> names_;
};

std::string path_of(const Operation& operation, std::string_view object) {
  const bool v1 = !operation.v1_path.empty();
  std::string out(v1 ? operation.v1_path : operation.legacy_path);
  for (std::size_t at = out.find('{'); at != std::string::npos; at = out.find('{', at)) {
    const std::size_t end = out.find('}', at) + 1;
    const bool is_object = out.substr(at, end - at) == "{object}";
    const bool is_model = out.substr(at, end - at) == "{deployment}";
    out.replace(at, end - at, is_object ? std::string(object) : is_model ? "gpt-4o" : "nested");
  }
  return (v1 ? "/openai/v1" : "/openai") + out + (v1 ? "" : "?api-version=2025-04-01-preview");
}

/// {"a":{"b":value}} for a.b, arrays and other members strewn in.
std::string nest(std::string_view path, const std::string& value, std::mt19937& random) {
  const std::size_t dot = path.find('.');
  const std::string inner =
      dot == std::string_view::npos ? value : nest(path.substr(dot + 1), value, random);
  std::string out = "\"" + std::string(path.substr(0, dot)) + "\":";
  const unsigned arrays = random() % 3;
  out += std::string(arrays, '[') + inner + std::string(arrays, ']');
  return "{\"x\":[1,{\"y\":null}]," + out + (random() % 2 ? ",\"z\":\"\"}" : "}");
}

/// The JSON text in which `value` stands at the place.
std::string json_with(std::string_view path, const std::string& value, bool names_model,
                      std::mt19937& random) {
  const bool anywhere = path.starts_with("**.");
  if (anywhere) path.remove_prefix(3);
  std::string out = nest(path, "\"" + value + "\"", random);
  for (unsigned depth = anywhere ? random() % 5 : 0; depth > 0; --depth) {
    out = random() % 2 ? "{\"input\":" + out + "}" : "{\"content\":[" + out + "]}";
  }
  if (names_model) out = "{\"model\":\"gpt-4o\"," + out.substr(1);
  return out;
}

std::string form_part(std::string_view name, std::string_view more, std::string_view value) {
  return "--" + std::string(kBoundary) + "\r\nContent-Disposition: form-data; name=\"" +
         std::string(name) + "\"" + std::string(more) + "\r\n\r\n" + std::string(value) + "\r\n";
}

const std::string kFormType = "multipart/form-data; boundary=" + std::string(kBoundary);

/// A request that is in order but for the value at the place.
Request request_with(const Operation& operation, const Place& place, const std::string& value,
                     std::mt19937& random) {
  static std::set<std::string> kept;  // what fields refer to
  Request out;
  out.target = path_of(operation, place.where == Where::path ? value : "mine");
  const bool wants_model = operation.route_by == operations::RouteBy::deployment ||
                           operation.route_by == operations::RouteBy::model;
  const std::string end = "--" + std::string(kBoundary) + "--\r\n";
  if (wants_model) out.body = R"({"model":"gpt-4o"})";
  switch (place.where) {
    case Where::path:
      break;
    case Where::query:
      out.target += "?limit=2&" + std::string(place.name) + "=" + value;
      break;
    case Where::header:
      out.fields.push_back({place.name, *kept.insert(value).first});
      break;
    case Where::json:
      out.body = json_with(place.name, value, wants_model && place.names != Names::model, random);
      break;
    case Where::form:
      out.fields.push_back({"Content-Type", kFormType});
      out.body = form_part(place.name, "", value) + end;
      if (wants_model && place.names != Names::model)
        out.body = form_part("model", "", "gpt-4o") + out.body;
      break;
    case Where::batch_line:
      out.fields.push_back({"Content-Type", kFormType});
      out.body = form_part("file", "; filename=\"x.jsonl\"",
                           "\xEF\xBB\xBF{\"custom_id\":\"1\"}\r\n\n" +
                               json_with(place.name, value, false, random) + "\n{}") +
                 form_part("purpose", "", "batch") + end;
      break;
  }
  return out;
}

template <class Visit>
void for_every_place(Visit visit) {
  for (const Operation& operation : operations::operation_table()) {
    for (const Place& place : operation.places) {
      const std::string path =
          std::string(operation.v1_path.empty() ? operation.legacy_path : operation.v1_path);
      const bool is_hole = place.where == Where::path;
      if (is_hole && path.find(place.name) == std::string::npos) continue;
      SCOPED_TRACE(std::string(operation.id) + " at " + std::string(place.name));
      visit(operation, place);
    }
  }
}

TEST_F(DestinationTest, RefusesAForeignObjectAtEveryPlaceOfEveryOperation) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  int planted = 0;
  for_every_place([&](const Operation& operation, const Place& place) {
    const bool is_object = place.names == Names::object || place.names == Names::batch_file;
    if (!is_object && place.names != Names::part) return;
    for (int round = 0; round < 5; ++round) {
      const std::string method(operation.method);
      const Request foreign = request_with(operation, place, "foreign", random);
      const auto refused = decide(method, foreign);
      ASSERT_FALSE(refused) << foreign.target << " " << foreign.body;
      EXPECT_EQ(refused.error().code, Errc::forbidden) << foreign.body;
      const Request own = request_with(operation, place, "my_other", random);
      const auto taken = decide(method, own);
      ASSERT_TRUE(taken) << own.target << " " << own.body << " " << taken.error().message;
      if (is_object) {
        EXPECT_EQ(taken->route().candidates.size(), 1U) << "it is bound to the object's backend";
      }
      const Request unknown = request_with(operation, place, "unknown", random);
      const auto nobodys = decide(method, unknown);
      EXPECT_EQ(nobodys.has_value(), place.names == Names::part) << unknown.body;
      ++planted;
    }
  });
  EXPECT_GT(planted, 500);
}

TEST_F(DestinationTest, RefusesAModelThatIsNotForTheClientAtEveryPlaceOfEveryOperation) {
  std::mt19937 random(7);
  int planted = 0;
  for_every_place([&](const Operation& operation, const Place& place) {
    if (place.names != Names::model && place.names != Names::second_model) return;
    if (place.where == Where::path) return;
    const std::string method(operation.method);
    const Request secret = request_with(operation, place, "secret", random);
    const auto refused = decide(method, secret);
    ASSERT_FALSE(refused) << secret.body;
    EXPECT_EQ(refused.error().code, Errc::forbidden) << secret.body;
    const auto unknown = decide(method, request_with(operation, place, "no-such-model", random));
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, Errc::not_found);
    const auto allowed = decide(method, request_with(operation, place, "embed", random));
    ASSERT_TRUE(allowed) << allowed.error().message;
    ASSERT_FALSE(allowed->models.empty());
    EXPECT_EQ(allowed->route().candidates.size(), 1U) << "only one backend has it";
    ++planted;
  });
  EXPECT_GT(planted, 100);
}

TEST_F(DestinationTest, RefusesAModelThatIsNotForTheClientInAUrl) {
  const auto create = [this](const std::string& model) {
    return post("/openai/v1/batches",
                R"({"endpoint":"/openai/deployments/)" + model + R"(/chat/completions"})");
  };
  EXPECT_EQ(create("secret").error().code, Errc::forbidden);
  EXPECT_EQ(create("no-such-model").error().code, Errc::not_found);
  const auto allowed = create("embed");
  ASSERT_TRUE(allowed) << allowed.error().message;
  EXPECT_EQ(allowed->models.size(), 1U);
  EXPECT_EQ(allowed->route().candidates.size(), 1U) << "only one backend has it";
  std::mt19937 random(7);
  int planted = 0;
  for_every_place([&](const Operation& operation, const Place& place) {
    if (place.names != Names::work_url) return;
    const auto refused =
        decide("POST", request_with(operation, place, "/deployments/secret/embeddings", random));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::forbidden);
    ++planted;
  });
  EXPECT_GE(planted, 2);
}

TEST_F(DestinationTest, LeavesTheClientsOwnDataAlone) {
  for (const char* body :
       {R"({"model":"gpt-4o","metadata":{"file_id":"foreign"}})",
        R"({"model":"gpt-4o","functions":[{"parameters":{"examples":[{"file_id":"abc"}]}}]})",
        R"({"model":"gpt-4o","input":[{"tools":[{"input_schema":{"thread_id":"T1"}}]}]})",
        R"({"model":"gpt-4o","tools":[{"tools":[{"parameters":{"file_id":"abc"}}]}]})",
        R"({"model":"gpt-4o","tools":[{"type":"mcp","headers":{"thread_id":"T"}}]})",
        R"({"model":"gpt-4o","input":[{"action":{"env":{"file_id":"abc"}}}]})",
        R"({"model":"gpt-4o","tools":[{"type":"function","parameters":{"file_id":"foreign"}}]})",
        R"({"model":"gpt-4o","input":[{"content":[{"annotations":[{"file_id":"foreign"}]}]}]})",
        R"({"model":"gpt-4o","input":"file_id foreign","x":{"id":"foreign"}})"}) {
    EXPECT_TRUE(post("/openai/v1/responses", body)) << body;
  }
}

TEST_F(DestinationTest, RefusesABodyInWhichNamesCouldBeHidden) {
  for (const char* body :
       {"not json", "\xEF\xBB\xBF{\"model\":\"gpt-4o\"}", R"({"model":"gpt-4o",})",
        R"({"model":"gpt-4o"}{"file_id":"foreign"})", R"({"model":"gpt-4o","x":NaN})",
        R"({"model":"gpt-4o","Model":"secret"})", R"({"model":"gpt-4o","mod\u0065l":"embed"})"}) {
    const auto refused = post("/openai/v1/responses", body);
    ASSERT_FALSE(refused) << body;
    EXPECT_EQ(refused.error().code, Errc::invalid_input) << body;
  }
  const Request form{.target = "/openai/v1/threads",
                     .fields = {{"content-type", "multipart/form-data; boundary=x"}},
                     .body = "--x\r\n\r\n"};
  EXPECT_FALSE(decide("POST", form));
}

TEST_F(DestinationTest, GoesWhereAllObjectsLive) {
  const auto own = post("/openai/v1/responses", R"({"model":"gpt-4o","file_id":"elsewhere"})");
  ASSERT_TRUE(own);
  ASSERT_EQ(own->route().candidates.size(), 1U);
  EXPECT_EQ(own->route().candidates.front().deployment, "gpt-other");
  const auto torn =
      post("/openai/v1/responses", R"({"model":"gpt-4o","file_ids":["elsewhere","mine"]})");
  ASSERT_FALSE(torn);
  EXPECT_EQ(torn.error().code, Errc::not_found);
  EXPECT_FALSE(post("/openai/v1/responses", R"({"model":"embed","file_id":"elsewhere"})"));
}

TEST_F(DestinationTest, TakesEveryTargetWhereNothingBinds) {
  const auto free = post("/openai/v1/responses", R"({"model":"gpt-4o","input":"hi"})");
  ASSERT_TRUE(free);
  EXPECT_EQ(free->route().candidates.size(), 2U);
  EXPECT_EQ(free->model, "gpt-4o");
  EXPECT_FALSE(free->own_route) << "nothing was copied";
}

TEST_F(DestinationTest, ARunGoesByItsModelElseByItsAssistant) {
  const auto by_assistant = post("/openai/v1/threads/runs", R"({"assistant_id":"run_by"})");
  ASSERT_TRUE(by_assistant);
  EXPECT_EQ(by_assistant->model, "gpt-4o");
  EXPECT_EQ(by_assistant->route().candidates.front().deployment, "gpt-home");
  const auto by_model =
      post("/openai/v1/threads/mine/runs", R"({"assistant_id":"run_by","model":"embed"})");
  ASSERT_TRUE(by_model);
  EXPECT_EQ(by_model->route().candidates.front().deployment, "embed-home");
  EXPECT_EQ(by_model->model, "embed");
}

TEST_F(DestinationTest, NeedsAModelWhereOneAnswers) {
  for (const char* body : {"", "{}", R"({"prompt":{"id":"pmpt_1"}})"}) {
    const auto refused = post("/openai/v1/responses", body);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::invalid_input);
  }
}

TEST_F(DestinationTest, RefusesBatchesThatItCannotLookInto) {
  const auto blob = post("/openai/v1/batches", R"({"input_blob":"https://x/y.jsonl"})");
  ASSERT_FALSE(blob);
  EXPECT_EQ(blob.error().code, Errc::forbidden);
  const auto parts = post("/openai/v1/uploads", R"({"purpose":"batch","filename":"x"})");
  ASSERT_FALSE(parts);
  EXPECT_EQ(parts.error().code, Errc::forbidden);
  EXPECT_TRUE(post("/openai/v1/uploads", R"({"purpose":"assistants","filename":"x"})"));
}

// Whatever its purpose was, and whether or not the backend looks at that.
TEST_F(DestinationTest, ABatchNeedsAFileWhoseLinesWereRead) {
  const auto unread = post("/openai/v1/batches", R"({"input_file_id":"mine"})");
  ASSERT_FALSE(unread);
  EXPECT_EQ(unread.error().code, Errc::forbidden);
  const auto read = post("/openai/v1/batches", R"({"input_file_id":"my_other"})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->model, "gpt-4o");
  for (const auto& [purpose, model] :
       {std::pair("batch", "embed"), std::pair("assistants", ""), std::pair("new-purpose", "")}) {
    Request upload{.target = "/openai/v1/files", .fields = {{"content-type", kFormType}}};
    upload.body = form_part("purpose", "", purpose) +
                  form_part("file", "; filename=\"x\"", R"({"body":{"model":"embed"}})") + "--" +
                  std::string(kBoundary) + "--";
    const auto taken = decide("POST", upload);
    ASSERT_TRUE(taken) << taken.error().message;
    EXPECT_EQ(taken->model, model) << "what is noted with the file";
  }
}

TEST_F(DestinationTest, AJobStartsFromAModelThatTheClientMayUse) {
  const auto job = [&](const std::string& model) {
    return post("/openai/v1/fine_tuning/jobs",
                R"({"training_file":"mine","model":")" + model + R"("})");
  };
  const auto allowed = job("gpt-4o");
  ASSERT_TRUE(allowed) << allowed.error().message;
  EXPECT_TRUE(allowed->models.empty()) << "a base model is not replaced by a deployment";
  for (const char* model : {"secret", "gpt-4o-2024-08-06"}) {
    const auto refused = job(model);
    ASSERT_FALSE(refused) << model;
    EXPECT_EQ(refused.error().code, Errc::forbidden) << model;
  }
  client_.models.reset();
  EXPECT_TRUE(job("secret"));
  EXPECT_TRUE(job("gpt-4o-2024-08-06"));
}

TEST_F(DestinationTest, NamesEveryLineOfABatchFile) {
  std::string lines;
  for (int i = 0; i < 20'000; ++i)
    lines += R"({"body":{"model":"embed"}})"
             "\n";
  Request upload{.target = "/openai/v1/files", .fields = {{"content-type", kFormType}}};
  upload.body = form_part("purpose", "", "batch") + form_part("file", "; filename=\"x\"", lines) +
                "--" + std::string(kBoundary) + "--";
  const auto taken = decide("POST", upload);
  ASSERT_TRUE(taken) << taken.error().message;
  EXPECT_EQ(taken->models.size(), 20'000U);
  // A few at once: all in one go held up the worker's other connections.
  const Wanted wanted{target_, nullptr, names_, client_};
  DestinationReader reader(wanted, routes_, found_);
  IdsToFind ids(names_);
  std::size_t steps = 1;
  while (!reader.step(100)) ++steps;
  while (!ids.step(100)) ++steps;
  EXPECT_GE(steps, 3 * names_.size() / 100) << "for rights, for models, for ids";
  EXPECT_EQ(reader.take()->models.size(), 20'000U);
}

}  // namespace
}  // namespace tollgate::proxy
