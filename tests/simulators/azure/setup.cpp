// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "setup.hpp"

#include "tollgate/base/hex.hpp"
#include "tollgate/base/uuid.hpp"

namespace tollgate::simulator {
namespace {

std::string secret(const std::string& prefix) {
  const Uuid a = make_uuid_v4();
  const Uuid b = make_uuid_v4();
  std::string bytes(a.bytes.begin(), a.bytes.end());
  bytes.append(b.bytes.begin(), b.bytes.end());
  return prefix + to_hex(bytes);
}

std::vector<Deployment> deployments() {
  return {
      {"gpt-4o", "gpt-4o-2024-11-20"},
      {.name = "gpt-4o-ptu", .model = "gpt-4o-2024-11-20", .provisioned = true},
      {"gpt-4.1-mini", "gpt-4.1-mini-2025-04-14"},
      {"gpt-35-turbo-instruct", "gpt-35-turbo-instruct"},
      {"text-embedding-3-small", "text-embedding-3-small", Serves::embeddings},
      {"team-gpt51", "gpt-5.1-2025-11-13"},
      {.name = "no-stream-options", .model = "mistral-large-2411", .refuses_stream_options = true},
      {"gpt-image-1", "gpt-image-1-2025-04-15", Serves::images},
      {"dall-e-3", "dall-e-3", Serves::images, false},
      {"gpt-4o-transcribe", "gpt-4o-transcribe-2025-03-20", Serves::transcription},
      {"whisper", "whisper-001", Serves::transcription, false},
      {"gpt-4o-mini-tts", "gpt-4o-mini-tts-2025-03-20", Serves::speech},
      {"tts-hd", "tts-hd-001", Serves::speech, false}};
}

}  // namespace

const Deployment* Resource::find(const std::string& deployment) const {
  for (const Deployment& candidate : deployments) {
    if (candidate.name == deployment) return &candidate;
  }
  return nullptr;
}

Setup make_setup() {
  Setup out;
  out.gateway = {"tollgate", "eeeeeeee-0000-4000-8000-000000000001",
                 "eeeeeeee-0000-4000-8000-000000000002", secret("gw~")};
  out.callers = {{"data-science", "cccccccc-0000-4000-8000-000000000003",
                  "dddddddd-0000-4000-8000-000000000004", secret("ds~")},
                 {"stranger", "cccccccc-0000-4000-8000-0000000000ff",
                  "dddddddd-0000-4000-8000-0000000000ff", secret("st~")}};
  out.resources = {
      {"contoso-sweden", "swedencentral", "Sweden Central", secret(""), secret(""), deployments()},
      {"contoso-eastus", "eastus", "East US", secret(""), secret(""), deployments()},
      {"contoso-france", "francecentral", "France Central", secret(""), secret(""), deployments()}};
  return out;
}

}  // namespace tollgate::simulator
