// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace tollgate::simulator {

/// What a deployment's model can be asked for.
enum class Serves { text, embeddings, images, transcription, speech };

struct Deployment {
  std::string name;
  std::string model;  ///< the snapshot that is served
  Serves serves = Serves::text;
  bool counts_tokens =
      true;  ///< false for DALL-E, Whisper and the older speech: no usage of tokens
  bool refuses_stream_options = false;  ///< whatever the api-version
  bool provisioned = false;             ///< PTU: no x-ratelimit- fields
};

struct Resource {
  std::string name;
  std::string region;         ///< as configured
  std::string region_header;  ///< x-ms-region: a display name with blanks
  std::string key1;
  std::string key2;
  std::vector<Deployment> deployments;

  const Deployment* find(const std::string& deployment) const;
};

struct Application {
  std::string name;
  std::string app_id;
  std::string object_id;
  std::string client_secret;
};

/// The simulated world: names are fixed, secrets are made at start.
struct Setup {
  std::string tenant = "bbbbbbbb-0000-4000-8000-000000000002";
  std::string rule_id = "dcr-00000000000000000000000000000000";
  std::string stream = "Custom-TollgateUsage_CL";
  std::string cognitive_audience = "https://cognitiveservices.azure.com";
  std::string monitor_audience = "https://monitor.azure.com";
  std::string storage_audience = "https://storage.azure.com";
  std::string container = "trail";  ///< of Blob Storage
  Application gateway;
  std::vector<Application> callers;
  std::vector<Resource> resources;
};

Setup make_setup();

}  // namespace tollgate::simulator
