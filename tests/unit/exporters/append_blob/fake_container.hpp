// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <charconv>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tollgate/http/transport.hpp"

namespace tollgate::exporters::append_blob {

/// A container in memory that keeps Blob Storage's rules, with what tests want to go wrong.
class FakeContainer {
 public:
  struct Blob {
    std::string text;
    std::uint64_t blocks = 0;
    std::string type = "AppendBlob";
    bool sealed = false;
    bool immutable = false;
  };

  /// The blobs by their URLs.
  std::map<std::string, Blob> blobs;
  std::uint64_t most_blocks = 50'000;
  int status = 0;           ///< unless 0: the answer to everything, and nothing is done
  bool of_appends = false;  ///< ... to appends alone
  std::string code;         ///< its x-ms-error-code
  int lose_answers = 0;     ///< so many appends are done and not answered
  int hold_back = 0;        ///< so many appends are neither done nor answered; done by release()
  bool new_ones_immutable = false;

  Result<http::ClientResponse> answer(const http::ClientRequest& request) {
    const bool is_append = request.url.ends_with("?comp=appendblock");
    if (status != 0 && (is_append || !of_appends)) return failure(status, code);
    const std::string url = request.url.substr(0, request.url.find('?'));
    if (is_append) return append(url, request);
    if (request.method == "PUT") return create(url);
    const auto found = blobs.find(url);
    if (found == blobs.end()) return failure(404, "BlobNotFound");
    if (request.method == "HEAD") return properties(found->second);
    return bytes(found->second, request);
  }

  /// What was held back arrives, under its own condition.
  void release() {
    for (const http::ClientRequest& request : std::exchange(held_, {}))
      static_cast<void>(answer(request));
  }

 private:
  static http::ClientResponse failure(int status, const std::string& code) {
    return {status, {{"x-ms-error-code", code}}, "<?xml version=\"1.0\"?><Error/>"};
  }

  Result<http::ClientResponse> create(const std::string& url) {
    const auto [blob, fresh] = blobs.emplace(url, Blob());
    if (!fresh) return failure(409, "BlobAlreadyExists");
    blob->second.immutable = new_ones_immutable;
    return http::ClientResponse{201, {}, {}};
  }

  Result<http::ClientResponse> append(const std::string& url, const http::ClientRequest& request) {
    if (hold_back > 0) {
      --hold_back;
      held_.push_back(request);
      return Error{Errc::timeout, "held back"};
    }
    const auto found = blobs.find(url);
    if (found == blobs.end()) return failure(404, "BlobNotFound");
    Blob& blob = found->second;
    if (blob.immutable) return failure(409, "BlobImmutableDueToPolicy");
    if (blob.sealed) return failure(409, "BlobIsSealed");
    if (blob.blocks >= most_blocks) return failure(409, "BlockCountExceedsLimit");
    const std::string position(http::find_field(request.fields, "x-ms-blob-condition-appendpos"));
    if (position != std::to_string(blob.text.size()))
      return failure(412, "AppendPositionConditionNotMet");
    blob.text += request.body;
    ++blob.blocks;
    if (lose_answers > 0) {
      --lose_answers;
      return Error{Errc::closed, "the answer is lost"};
    }
    return http::ClientResponse{201, {{"x-ms-blob-append-offset", position}}, {}};
  }

  static http::ClientResponse properties(const Blob& blob) {
    return {200,
            {{"Content-Length", std::to_string(blob.text.size())},
             {"x-ms-blob-type", blob.type},
             {"x-ms-blob-sealed", blob.sealed ? "true" : "false"},
             {"x-ms-blob-committed-block-count", std::to_string(blob.blocks)}},
            {}};
  }

  static http::ClientResponse bytes(const Blob& blob, const http::ClientRequest& request) {
    const std::string_view range = http::find_field(request.fields, "x-ms-range");
    std::uint64_t from = 0;
    std::uint64_t last = 0;
    const std::size_t hyphen = range.find('-');
    std::from_chars(range.data() + 6, range.data() + hyphen, from);  // bytes=
    std::from_chars(range.data() + hyphen + 1, range.data() + range.size(), last);
    if (from >= blob.text.size()) return failure(416, "InvalidRange");
    return {206, {}, blob.text.substr(from, last - from + 1)};
  }

  std::vector<http::ClientRequest> held_;
};

}  // namespace tollgate::exporters::append_blob
