// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "record_builder.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include <boost/asio/io_context.hpp>

#include "net/memory_stream.hpp"
#include "test_place.hpp"
#include "tollgate/usage/reasons.hpp"

namespace tollgate::proxy {
namespace {

using operations::Metering;
using usage::Outcome;

/// Everything an intent is made of.
class RecordBuilder : public testing::Test {
 protected:
  RecordBuilder() {
    config_.gateway.name = "gw-1";
    client_config_.name = "retail";
    client_config_.tags = {{"cost_center", "4711"}};
    caller_.client = &client_config_;
    caller_.method = auth::AuthMethod::entra;
    caller_.tenant_id = "tenant";
    caller_.app_id = "app";
    caller_.object_id = "object";
    caller_.custom_id = "custom";
    backend_.name = "east";
    backend_.region = "eastus";
    backend_.tier = "ptu";
    operation_.id = "ChatCompletions_Create";
    target_.operation = &operation_;
    target_.api_version = "2024-10-21";
    scan_.end_user = "user-1";
    scan_.stream = true;
  }

  usage::UsageRecord intent(std::vector<http::Field> fields = {},
                            std::string_view model = "gpt-4o") {
    http::RequestHead head;
    head.fields = std::move(fields);
    const ClientConnection client{
        stream_,       received_, boost::asio::ip::make_address("10.0.0.1"),
        nullptr,       proxies_,  closing_,
        cancellation_, place_};
    const routing::Candidate candidate{&backend_, 0, "gpt-4o-ptu"};
    const Wanted wanted{target_, &scan_, {}, client_config_};
    auto made = make_intent({arrival_, config_, caller_, client, head, wanted, 1234, body_});
    Destination destination;
    destination.model = model;
    note_destination(*made, destination, candidate);
    return *made;
  }

  const UtcTime at_ = UtcTime(seconds(1'800'000'000));
  const Uuid id_ = make_uuid_v7(at_);
  const Arrival arrival_{.accepted_at = at_, .id = id_};
  config::Config config_;
  config::Client client_config_;
  auth::Caller caller_;
  config::Backend backend_;
  operations::Operation operation_;
  operations::RequestTarget target_;
  usage::RequestScan scan_;
  std::string body_;
  boost::asio::io_context context_;
  net::MemoryStream stream_{context_.get_executor(), std::make_shared<net::MemoryLine>()};
  std::string received_;
  ProxyTrust proxies_{{*Network::parse("10.0.0.0/8")}};
  bool closing_ = false;
  TestPlace place_;
  Cancellation cancellation_;
};

TEST_F(RecordBuilder, AnIntentSaysWhoAskedForWhat) {
  const usage::UsageRecord record = intent({{"x-forwarded-for", "203.0.113.7"}});
  EXPECT_EQ(record.record_id, id_);
  EXPECT_EQ(record.event_time, at_);
  EXPECT_EQ(record.gateway, "gw-1");
  EXPECT_EQ(record.client_name, "retail");
  EXPECT_EQ(record.tags.at("cost_center"), "4711");
  EXPECT_EQ(record.auth_method, "entra");
  EXPECT_EQ(record.caller_proof, "verified");
  EXPECT_EQ(record.caller_tenant_id, "tenant");
  EXPECT_EQ(record.caller_app_id, "app");
  EXPECT_EQ(record.caller_object_id, "object");
  EXPECT_EQ(record.caller_custom_id, "custom");
  EXPECT_EQ(record.caller_ip_address, "203.0.113.7");
  EXPECT_EQ(record.end_user, "user-1");
  EXPECT_TRUE(record.stream);
  EXPECT_EQ(record.operation_id, "ChatCompletions_Create");
  EXPECT_EQ(record.api_version, "2024-10-21");
  EXPECT_EQ(record.requested_model, "gpt-4o");
  EXPECT_EQ(record.request_bytes, 1234);
}

TEST_F(RecordBuilder, AnIntentIsWhatAnInterruptedOperationLeaves) {
  const usage::UsageRecord record = intent();
  EXPECT_EQ(record.outcome, Outcome::interrupted);
  EXPECT_EQ(record.usage_basis, usage::UsageBasis::none);
  EXPECT_EQ(record.tokens, usage::TokenCounts());
  EXPECT_EQ(record.status_code, 0);
  EXPECT_EQ(record.backend, "east");
  EXPECT_EQ(record.backend_deployment, "gpt-4o-ptu");
  EXPECT_EQ(record.backend_region, "eastus");
  EXPECT_EQ(record.backend_tier, "ptu");
  EXPECT_EQ(record.model, "gpt-4o-ptu");
}

TEST_F(RecordBuilder, WhatAClientSentIsCutAndSanitised) {
  const std::string longest(64 * 1024, 'x');
  const std::string odd = "a\nb\x1b[0m\xFF" + longest;
  const usage::UsageRecord record =
      intent({{"X-Conversation-Id", odd}, {"x-request-id", odd}}, odd);
  const std::string expected = "a b [0m\xEF\xBF\xBD" + std::string(246, 'x');
  EXPECT_EQ(record.conversation_id, expected.substr(0, 239) + "~247ae36da9e66132");
  EXPECT_EQ(record.correlation_id, expected);
  EXPECT_EQ(record.requested_model, expected);
}

TEST_F(RecordBuilder, TheClientsOwnIdCorrelates) {
  const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const http::Field traceparent{"traceparent", trace};
  EXPECT_EQ(intent({traceparent}).correlation_id, "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(intent({{"traceparent", "00-0af7"}}).correlation_id, "");
  EXPECT_EQ(intent({traceparent, traceparent}).correlation_id, "") << "it goes no further either";
  EXPECT_EQ(intent({traceparent, {"X-Request-Id", "r"}}).correlation_id, "r");
  EXPECT_EQ(intent({{"x-request-id", "r"}, {"x-correlation-id", "c"}}).correlation_id, "c");
  EXPECT_EQ(intent({{"x-correlation-id", "c"}, {"x-ms-client-request-id", "m"}}).correlation_id,
            "m");
  EXPECT_EQ(intent({{"x-correlation-id", ""}, {"x-request-id", "r"}}).correlation_id, "r");
}

// A client's key as its request's id, whole or among other words, was kept in the record.
TEST_F(RecordBuilder, AKeyIsInNoTextThatAClientSends) {
  const std::string key = "abcdefgh/ijklmnop+qrstuv0123==";
  client_config_.api_keys = {{"primary", sha256(key)}};
  config_.clients = {client_config_};
  config_.authentication.end_user_headers = {"x-user"};
  const std::string among = "id=" + key + ";x";
  scan_.end_user.clear();
  caller_.custom_id = "Bearer " + key;
  const auto record =
      intent({{"x-request-id", among}, {"x-conversation-id", key}, {"x-user", among}});
  EXPECT_EQ(record.correlation_id, "(a credential)");
  EXPECT_EQ(record.conversation_id, "(a credential)");
  EXPECT_EQ(record.end_user, "(a credential)");
  EXPECT_EQ(record.caller_custom_id, "(a credential)");
}

// Half of it stayed at the end of what was kept.
TEST_F(RecordBuilder, AKeyIsLookedForBeforeItsTextIsCut) {
  const std::string key = "abcdefgh/ijklmnop+qrstuv0123==";
  client_config_.api_keys = {{"primary", sha256(key)}};
  config_.clients = {client_config_};
  const std::string before = std::string(236, 'x') + ";";
  caller_.custom_id = before + key;
  scan_.end_user = before + key;
  const usage::UsageRecord record = intent({{"x-request-id", before + key}});
  EXPECT_EQ(record.correlation_id, "(a credential)");
  EXPECT_EQ(record.end_user, "(a credential)");
  EXPECT_EQ(record.caller_custom_id, "(a credential)");
}

TEST_F(RecordBuilder, TheHeaderNamesTheConversationBeforeTheBody) {
  scan_.conversation_id = "conv_body";
  EXPECT_EQ(intent().conversation_id, "conv_body");
  EXPECT_EQ(intent({{"x-conversation-id", "conv_header"}}).conversation_id, "conv_header");
  const std::string same(600, 'c');  // conversations that begin alike stay two
  const auto named = [&](std::string id) { return intent({{"x-conversation-id", id}}); };
  EXPECT_NE(named(same + "1").conversation_id, named(same + "2").conversation_id);
}

TEST_F(RecordBuilder, TheAnswerSaysWhoAnswered) {
  usage::UsageRecord record = intent();
  config::Backend other;
  other.name = "sweden";
  other.region = "swedencentral";
  upstream::Answer answer;
  answer.candidate = {&other, 1, "gpt-4o-b"};
  answer.head.fields = {{"APIM-Request-Id", "apim\n1"}};
  note_answer(record, answer);
  EXPECT_EQ(record.backend, "sweden");
  EXPECT_EQ(record.backend_deployment, "gpt-4o-b");
  EXPECT_EQ(record.backend_region, "swedencentral");
  EXPECT_EQ(record.backend_tier, "");
  EXPECT_EQ(record.backend_request_id, "apim 1");
}

TEST_F(RecordBuilder, AnAssertedCallerIsAcceptedByAnAnswerAlone) {
  caller_.proof = auth::CallerProof::asserted;
  EXPECT_EQ(intent().caller_proof, "asserted");
  for (const auto& [status, proof] : {std::pair(200, "backend_accepted"),
                                      {201, "backend_accepted"},
                                      {302, "asserted"},
                                      {400, "asserted"},
                                      {404, "asserted"},
                                      {429, "asserted"},
                                      {401, "asserted"},
                                      {403, "asserted"},
                                      {500, "asserted"},
                                      {503, "asserted"}}) {
    usage::UsageRecord record = intent();
    note_proof(record, status);
    EXPECT_EQ(record.caller_proof, proof) << status;
  }
  caller_.proof = auth::CallerProof::verified;
  usage::UsageRecord record = intent();
  note_proof(record, 401);
  EXPECT_EQ(record.caller_proof, "verified");
}

usage::UsageOutcome reported() {
  usage::UsageOutcome out;
  out.tokens.prompt = 10;
  out.tokens.total = 15;
  out.basis = usage::UsageBasis::reported;
  out.model = "gpt-4o-2024-11-20";
  out.finish_reason = "stop";
  out.response_id = "chatcmpl-1";
  return out;
}

TEST_F(RecordBuilder, WhatImagesAreBilledByIsKnownFromTheRequest) {
  static constexpr operations::Api kImages{.counted_by = operations::CountedBy::images};
  operation_.api = &kImages;
  scan_.image_size = "1024x1024";
  scan_.image_quality = "hd";
  body_ = R"({"input":"abc"})";
  usage::UsageRecord record = intent();
  EXPECT_EQ(record.image_size, "1024x1024");
  EXPECT_EQ(record.image_quality, "hd");
  EXPECT_EQ(record.characters, std::nullopt);
  usage::UsageOutcome outcome;
  outcome.images = 2;
  outcome.image_quality = "low";
  note_usage(record, outcome, 200, "", Metering::answer);
  EXPECT_EQ(record.images, 2);
  EXPECT_EQ(record.image_size, "1024x1024") << "the answer says none";
  EXPECT_EQ(record.image_quality, "low") << "what was made, not what was asked for";
}

TEST_F(RecordBuilder, SpeechIsCountedByTheCharactersOfItsText) {
  static constexpr operations::Api kSpeech{.counted_by = operations::CountedBy::characters};
  operation_.api = &kSpeech;
  body_ = R"({"input":"abc"})";
  scan_ = usage::scan_request(body_).value();
  usage::UsageOutcome sound;
  sound.reason = usage::reason::kOpaqueBody;
  usage::UsageRecord record = intent();
  EXPECT_EQ(record.characters, 3);
  note_usage(record, sound, 200, "", Metering::answer);
  EXPECT_EQ(record.usage_reason, "counted_by_character");
  sound.reason = usage::reason::kAnswerCutOff;
  note_usage(record, sound, 200, "", Metering::answer);
  EXPECT_EQ(record.usage_reason, "answer_cut_off");
  record.characters.reset();
  sound.reason = usage::reason::kOpaqueBody;
  note_usage(record, sound, 200, "", Metering::answer);
  EXPECT_EQ(record.usage_reason, "opaque_body");
}

TEST_F(RecordBuilder, UsageIsTakenOver) {
  usage::UsageRecord record = intent();
  note_usage(record, reported(), 200, "", Metering::answer);
  EXPECT_EQ(record.tokens, reported().tokens);
  EXPECT_EQ(record.usage_basis, usage::UsageBasis::reported);
  EXPECT_EQ(record.usage_reason, "");
  EXPECT_EQ(record.finish_reason, "stop");
}

TEST_F(RecordBuilder, TheServedModelIsTheBestKnown) {
  usage::UsageRecord record = intent();
  note_usage(record, reported(), 200, "served\n1", Metering::answer);
  EXPECT_EQ(record.model, "served 1");
  note_usage(record, reported(), 200, "", Metering::answer);
  EXPECT_EQ(record.model, "gpt-4o-2024-11-20");
  note_usage(record, usage::UsageOutcome(), 200, "", Metering::answer);
  EXPECT_EQ(record.model, "gpt-4o-ptu");
}

TEST_F(RecordBuilder, TokensCountWithTheOperationThatMadeThem) {
  for (const auto& [metering, reason] :
       {std::pair(Metering::elsewhere, usage::reason::kCountedAtCreation),
        std::pair(Metering::none, usage::reason::kOperationWithoutTokens)}) {
    usage::UsageRecord record = intent();
    note_usage(record, reported(), 200, "", metering);
    EXPECT_EQ(record.tokens, usage::TokenCounts());
    EXPECT_EQ(record.usage_basis, usage::UsageBasis::none);
    EXPECT_EQ(record.usage_reason, reason);
  }
}

std::string reason_of(int status, std::string_view reason, Metering metering = Metering::answer) {
  usage::UsageRecord record;
  usage::UsageOutcome outcome;
  outcome.reason = reason;
  note_usage(record, outcome, status, "", metering);
  EXPECT_EQ(record.usage_basis, usage::UsageBasis::none);
  return record.usage_reason;
}

TEST_F(RecordBuilder, AnErrorIsOneByItsStatusWhateverItsBodyIs) {
  namespace reason = usage::reason;
  for (const int status : {300, 304, 307, 400, 401, 403, 404, 408, 429, 500, 502, 503, 504}) {
    for (const std::string_view unread :
         {reason::kOpaqueBody, reason::kEmptyAnswer, reason::kNotJson, reason::kNoUsageInAnswer,
          reason::kStreamWithoutUsage, reason::kErrorAnswer}) {
      EXPECT_EQ(reason_of(status, unread), "error_answer") << status << unread;
      EXPECT_EQ(reason_of(status, unread, Metering::follow), "error_answer");
      EXPECT_EQ(reason_of(status, unread, Metering::elsewhere), "error_answer");
      EXPECT_EQ(reason_of(status, unread, Metering::none), "error_answer");
    }
  }
  EXPECT_EQ(reason_of(502, reason::kAnswerCutOff), "error_answer");
  EXPECT_EQ(reason_of(503, reason::kEncodedAnswer), "error_answer");
  for (const int status : {200, 201, 204}) {
    EXPECT_EQ(reason_of(status, reason::kOpaqueBody), "opaque_body");
    EXPECT_EQ(reason_of(status, reason::kEmptyAnswer), "empty_answer");
    EXPECT_EQ(reason_of(status, reason::kEmptyAnswer, Metering::none), "operation_without_tokens");
  }
}

// What the content filter refuses is charged, and only the body says that it was the filter.
TEST_F(RecordBuilder, AnErrorThatMayBeChargedStaysUnknown) {
  namespace reason = usage::reason;
  for (const std::string_view unread : {reason::kAnswerCutOff, reason::kEncodedAnswer}) {
    EXPECT_EQ(reason_of(400, unread), unread);
  }
  for (const std::string_view says_usage :
       {reason::kUsageMalformed, reason::kUsageTooLarge, reason::kBilledByDuration}) {
    EXPECT_EQ(reason_of(500, says_usage), says_usage);
  }
  usage::UsageRecord record = intent();
  note_usage(record, reported(), 500, "", Metering::answer);
  EXPECT_EQ(record.usage_basis, usage::UsageBasis::reported);
  EXPECT_EQ(record.usage_reason, "");
}

struct End {
  std::string name;
  RelayEnd end = RelayEnd::complete;
  bool client_gone = false;
  int status = 200;
  bool in_stream_error = false;
  Outcome outcome = Outcome::completed;
};

void PrintTo(const End& end, std::ostream* out) { *out << end.name; }

class EveryEnd : public testing::TestWithParam<End> {};

TEST_P(EveryEnd, HasItsOutcome) {
  const End& end = GetParam();
  EXPECT_EQ(outcome_of(end.end, end.client_gone, end.status, end.in_stream_error), end.outcome);
}

INSTANTIATE_TEST_SUITE_P(
    Outcomes, EveryEnd,
    testing::Values(
        End{"complete"}, End{"created", RelayEnd::complete, false, 201},
        End{"refused", RelayEnd::complete, false, 429, false, Outcome::refused},
        End{"first_refusal", RelayEnd::complete, false, 400, false, Outcome::refused},
        End{"last_refusal", RelayEnd::complete, false, 499, false, Outcome::refused},
        End{"backend_error", RelayEnd::complete, false, 500, false, Outcome::backend_error},
        End{"in_stream_error", RelayEnd::complete, false, 200, true, Outcome::backend_error},
        End{"broken", RelayEnd::upstream_broken, false, 200, false, Outcome::backend_error},
        End{"stalled", RelayEnd::upstream_timeout, false, 200, false, Outcome::timeout},
        End{"stopped", RelayEnd::cancelled, false, 200, false, Outcome::interrupted},
        End{"client_gone_but_drained", RelayEnd::complete, true, 200, false,
            Outcome::client_aborted},
        End{"client_gone", RelayEnd::cancelled, true, 200, false, Outcome::client_aborted}),
    [](const auto& info) { return info.param.name; });

TEST(OutcomeOf, AFailureToReachABackend) {
  EXPECT_EQ(outcome_of(Error{Errc::timeout, ""}), Outcome::timeout);
  EXPECT_EQ(outcome_of(Error{Errc::cancelled, ""}), Outcome::interrupted);
  EXPECT_EQ(outcome_of(Error{Errc::unavailable, ""}), Outcome::backend_error);
  EXPECT_EQ(outcome_of(Error{Errc::tls, ""}), Outcome::backend_error);
}

TEST(ReasonWithoutAnswer, TellsWhatMayHaveBeenBilledFromWhatWasRefusedOrNeverSent) {
  const usage::Attempt unsent{.error = "unavailable"};
  const usage::Attempt refused{.status = 503, .sent = true};
  const usage::Attempt silent{.error = "timeout", .sent = true};
  EXPECT_EQ(reason_without_answer({}), "not_sent");
  EXPECT_EQ(reason_without_answer({unsent, unsent}), "not_sent");
  EXPECT_EQ(reason_without_answer({refused, unsent}), "error_answer");
  EXPECT_EQ(reason_without_answer({silent, refused, unsent}), "no_answer");
}

}  // namespace
}  // namespace tollgate::proxy
