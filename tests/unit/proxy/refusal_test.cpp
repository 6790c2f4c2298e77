// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "refusal.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include <nlohmann/json.hpp>

#include "tollgate/operations/request_target.hpp"

namespace tollgate::proxy {
namespace {

const std::string kId = "01930000-0000-7000-8000-000000000001";
const std::string kSecret = "sk-5ecret\r\nX-Evil: 1<script>";

/// A rendered refusal, read as a client reads it.
struct Answer {
  int status = 0;
  std::string head;
  std::string body;
  nlohmann::json error;

  std::string field(std::string_view name) const { return std::string(parsed().find(name)); }
  http::ResponseHead parsed(bool to_head_request = false) const {
    http::ResponseHead out;
    EXPECT_FALSE(http::parse_response_head(head, {}, to_head_request, out)) << head;
    return out;
  }
};

Answer read(const std::string& bytes) {
  Answer out;
  const std::size_t end = bytes.find("\r\n\r\n") + 4;
  out.head = bytes.substr(0, end);
  out.body = bytes.substr(end);
  out.status = out.parsed().status;
  const auto document = nlohmann::json::parse(out.body, nullptr, false);
  if (document.is_object()) out.error = document.value("error", nlohmann::json());
  return out;
}

struct Case {
  std::string name;
  Refusal refusal;
  int status = 0;
  std::string code;
  std::string type;
  std::string field;  ///< that must be there, "name: value"
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class EveryRefusal : public testing::TestWithParam<Case> {};

TEST_P(EveryRefusal, IsAnOpenAiErrorThatEchoesNothing) {
  const std::string bytes = render(GetParam().refusal, kId, true, false);
  const Answer answer = read(bytes);
  EXPECT_EQ(answer.status, GetParam().status);
  EXPECT_FALSE(answer.parsed().reason.empty());
  EXPECT_EQ(answer.field("content-type"), "application/json");
  EXPECT_EQ(answer.field("content-length"), std::to_string(answer.body.size()));
  EXPECT_EQ(answer.field("x-request-id"), kId);
  EXPECT_TRUE(answer.parsed().keep_alive);
  ASSERT_TRUE(answer.error.is_object());
  EXPECT_EQ(answer.error.at("code"), GetParam().code);
  EXPECT_EQ(answer.error.at("type"), GetParam().type);
  EXPECT_TRUE(answer.error.at("param").is_null());
  EXPECT_EQ(answer.error.at("request_id"), kId);
  EXPECT_FALSE(answer.error.at("message").get<std::string>().empty());
  EXPECT_EQ(bytes.find("5ecret"), std::string::npos);
  EXPECT_EQ(bytes.find("Evil"), std::string::npos);
  if (!GetParam().field.empty()) {
    EXPECT_NE(answer.head.find("\r\n" + GetParam().field + "\r\n"), std::string::npos)
        << answer.head;
  }
}

Error error(Errc code) { return {code, kSecret}; }
const auto kName = [](const auto& info) { return info.param.name; };

INSTANTIATE_TEST_SUITE_P(
    HeadAndProof, EveryRefusal,
    testing::Values(Case{"head", refusal_for_head({431, "too many fields"}), 431, "BadRequest",
                         "invalid_request_error", ""},
                    Case{"two_credentials", refusal_for_authentication(error(Errc::invalid_input)),
                         400, "BadRequest", "invalid_request_error", ""},
                    Case{"no_proof", refusal_for_authentication(error(Errc::unauthenticated)), 401,
                         "401", "authentication_error", ""},
                    Case{"no_client", refusal_for_authentication(error(Errc::forbidden)), 403,
                         "PermissionDenied", "permission_error", ""},
                    Case{"no_keys", refusal_for_authentication(error(Errc::unavailable)), 503,
                         "ServiceUnavailable", "server_error", "Retry-After: 5"}),
    kName);

Refusal for_target(Errc code, const std::string& method, const std::string& path) {
  return refusal_for_target(error(code), method, path);
}

INSTANTIATE_TEST_SUITE_P(
    Target, EveryRefusal,
    testing::Values(
        Case{"malformed",
             refusal_for_target({Errc::invalid_input, "a dot segment"}, "POST", "/" + kSecret), 400,
             "BadRequest", "invalid_request_error", ""},
        Case{"unknown", for_target(Errc::not_found, "POST", "/openai/v1/" + kSecret), 404, "404",
             "invalid_request_error", ""},
        Case{"other_method",
             for_target(Errc::not_found, "PUT", "/openai/v1/chat/completions?api-key=" + kSecret),
             405, "MethodNotAllowed", "invalid_request_error", "Allow: POST"},
        Case{"part_of_a_method", for_target(Errc::not_found, "POS", "/openai/v1/chat/completions"),
             405, "MethodNotAllowed", "invalid_request_error", "Allow: POST"},
        Case{"right_method_without_version",
             for_target(Errc::not_found, "POST", "/openai/deployments/a/chat/completions"), 404,
             "404", "invalid_request_error", ""}),
    kName);

Refusal for_route(Errc code, operations::RouteBy route_by = operations::RouteBy::deployment) {
  operations::Operation operation;
  operation.route_by = route_by;
  return refusal_for_route(error(code), operation);
}

INSTANTIATE_TEST_SUITE_P(
    BodyAndRoute, EveryRefusal,
    testing::Values(Case{"body_too_large", refusal_for_body(error(Errc::too_large)), 413,
                         "RequestTooLarge", "invalid_request_error", ""},
                    Case{"body_late", refusal_for_body(error(Errc::timeout)), 408, "Timeout",
                         "invalid_request_error", ""},
                    Case{"body_malformed", refusal_for_body(error(Errc::invalid_input)), 400,
                         "BadRequest", "invalid_request_error", ""},
                    Case{"closed_operation", refusal_for_closed_operation(), 403,
                         "OperationNotEnabled", "permission_error", ""},
                    Case{"unproven_caller", refusal_for_unproven_caller(), 403, "PermissionDenied",
                         "permission_error", ""},
                    Case{"unknown_model", for_route(Errc::not_found), 404, "DeploymentNotFound",
                         "invalid_request_error", ""},
                    Case{"forbidden_model", for_route(Errc::forbidden), 403, "PermissionDenied",
                         "permission_error", ""},
                    Case{"unknown_object", for_route(Errc::not_found, operations::RouteBy::object),
                         404, "NotFound", "invalid_request_error", ""},
                    Case{"no_model", for_route(Errc::invalid_input), 400, "BadRequest",
                         "invalid_request_error", ""},
                    Case{"unusable_body", refusal_for_unusable_body(), 400, "BadRequest",
                         "invalid_request_error", ""},
                    Case{"hidden_names",
                         refusal_for_names(Error{Errc::invalid_input, "the form is malformed"}),
                         400, "BadRequest", "invalid_request_error", ""},
                    Case{"websocket", refusal_for_websocket(), 426, "UpgradeRequired",
                         "invalid_request_error", "Upgrade: HTTP/1.1"},
                    Case{"list_of_all", answer_or_refusal(error(Errc::forbidden)), 403,
                         "PermissionDenied", "permission_error", ""},
                    Case{"unknown_model_object", answer_or_refusal(error(Errc::not_found)), 404,
                         "NotFound", "invalid_request_error", ""}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Behind, EveryRefusal,
    testing::Values(Case{"backend_late", refusal_for_upstream(error(Errc::timeout)), 504,
                         "GatewayTimeout", "server_error", ""},
                    Case{"backend_gone", refusal_for_upstream(error(Errc::unavailable)), 502,
                         "BadGateway", "server_error", ""},
                    Case{"backend_untrusted", refusal_for_upstream(error(Errc::tls)), 502,
                         "BadGateway", "server_error", ""},
                    Case{"backend_full", refusal_for_upstream(error(Errc::too_large)), 503,
                         "ServiceUnavailable", "server_error", "Retry-After: 1"},
                    Case{"all_throttled", refusal_for_unserved({429, milliseconds(2500)}), 429,
                         "429", "too_many_requests", "Retry-After: 3\r\nretry-after-ms: 2500"},
                    Case{"all_failing", refusal_for_unserved({503, milliseconds(400)}), 503,
                         "ServiceUnavailable", "server_error",
                         "Retry-After: 1\r\nretry-after-ms: 400"},
                    Case{"no_ledger", refusal_without_ledger(), 503, "ServiceUnavailable",
                         "server_error", "Retry-After: 5"}),
    kName);

TEST(Refusal, MayBeTheConfigurationsAnswerInstead) {
  const std::string wire =
      render(answer_or_refusal(std::string(R"({"object":"list"})")), kId, true, false);
  EXPECT_TRUE(wire.starts_with("HTTP/1.1 200 OK\r\n")) << wire;
  EXPECT_TRUE(wire.ends_with("\r\n\r\n{\"object\":\"list\"}")) << wire;
}

TEST(Refusal, SaysTheSameWhateverProofWasMissing) {  // faults.md A15
  const auto bytes = [](const char* why) {
    return render(refusal_for_authentication({Errc::unauthenticated, why}), kId, true, false);
  };
  EXPECT_EQ(bytes("no such key"), bytes("no such caller"));
  EXPECT_EQ(bytes("no such key"), bytes("the signature does not hold"));
}

TEST(Refusal, SaysThatTheConnectionCloses) {
  const Answer answer = read(render(refusal_without_ledger(), kId, false, false));
  EXPECT_EQ(answer.field("connection"), "close");
  EXPECT_FALSE(answer.parsed().keep_alive);
  EXPECT_TRUE(answer.error.is_object());
}

TEST(Refusal, HasNoBodyForAHeadRequestButItsLength) {
  const Answer whole = read(render(refusal_without_ledger(), kId, true, false));
  const Answer head = read(render(refusal_without_ledger(), kId, true, true));
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(head.field("content-length"), std::to_string(whole.body.size()));
}

TEST(RefusalForUpstream, PassesOnTheWaitThatEarlierTargetsAskedFor) {
  const Answer gone = read(
      render(refusal_for_upstream({Errc::unavailable, {}}, milliseconds(2500)), kId, true, false));
  EXPECT_EQ(gone.status, 502);
  EXPECT_NE(gone.head.find("Retry-After: 3\r\nretry-after-ms: 2500\r\n"), std::string::npos);
  const Answer full = read(
      render(refusal_for_upstream({Errc::too_large, {}}, milliseconds(9000)), kId, true, false));
  EXPECT_NE(full.head.find("Retry-After: 9\r\n"), std::string::npos);
  EXPECT_EQ(full.head.find("Retry-After: 1\r\n"), std::string::npos);
}

// Three causes had one text, and only the log knew which it was.
TEST(RefusalForTarget, SaysWhatIsWrongWithIt) {
  const auto said = [](std::string_view target) {
    const auto refused = operations::parse_target("GET", target);
    return refused ? std::string() : refusal_for_target(refused.error(), "GET", target).message;
  };
  const std::string begin = "The request target is not acceptable: ";
  EXPECT_EQ(said("/openai/models?api-version=2024-10-21&api-version=2024-06-01"),
            begin + "api-version is given twice, with different values.");
  EXPECT_EQ(said("/openai/models?api-version=a%20b"), begin + "api-version is malformed.");
  EXPECT_EQ(said("/openai/%zz"), begin + "a percent sign without two digits.");
  EXPECT_EQ(said("/openai/../x"), begin + "a dot segment.");
}

}  // namespace
}  // namespace tollgate::proxy
