// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "blob_storage.hpp"

#include <charconv>
#include <optional>
#include <stdexcept>

#include <boost/beast/core/string.hpp>

#include "pause.hpp"
#include "tollgate/base/uuid.hpp"

namespace tollgate::simulator {

namespace asio = boost::asio;
using nlohmann::json;

namespace {

constexpr std::size_t kLargestBlock = 100ULL * 1024 * 1024;

std::string field(const std::string& name, const std::string& value) {
  return name + ": " + value + "\r\n";
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

std::string path_of(const Request& request) {
  const std::string target(request.target());
  return target.substr(0, target.find('?'));
}

std::string operation_of(const Request& request) {
  if (request.method_string() != "PUT") return "read";
  return request.target().ends_with("?comp=appendblock") ? "append" : "create";
}

/// bytes=FROM-LAST of x-ms-range.
std::optional<std::pair<std::uint64_t, std::uint64_t>> range_of(std::string_view text) {
  constexpr std::string_view kUnit = "bytes=";
  const std::size_t hyphen = text.find('-');
  if (!text.starts_with(kUnit) || hyphen == std::string_view::npos) return std::nullopt;
  const auto from = number(text.substr(kUnit.size(), hyphen - kUnit.size()));
  const auto last = number(text.substr(hyphen + 1));
  if (!from || !last || *last < *from) return std::nullopt;
  return std::pair(*from, *last);
}

}  // namespace

BlobStorage::Answer BlobStorage::admission(const Request& request) const {
  if (request["x-ms-version"].empty() || request["x-ms-date"].empty())
    return {400, "MissingRequiredHeader", "", ""};
  const std::string authorization(request["authorization"]);
  json claims = json::object();
  if (authorization.rfind("Bearer ", 0) == 0)
    claims = entra_.verified_claims(authorization.substr(7)).value_or(json::object());
  std::string audience = claims.value("aud", "");
  if (audience.ends_with('/')) audience.pop_back();
  if (audience != setup_.storage_audience) return {401, "InvalidAuthenticationInfo", "", ""};
  if (claims.value("oid", "") != setup_.gateway.object_id)
    return {403, "AuthorizationPermissionMismatch", "", ""};
  if (path_of(request).rfind("/" + setup_.container + "/", 0) != 0)
    return {404, "ContainerNotFound", "", ""};
  return {};
}

BlobStorage::Answer BlobStorage::create(const Request& request, const std::string& name) {
  if (request["x-ms-blob-type"] != "AppendBlob" || request["content-length"] != "0")
    return {400, "InvalidHeaderValue", "", ""};
  const auto [blob, fresh] = blobs_.try_emplace(name);
  if (fresh) return {201, "", "", ""};
  if (request["if-none-match"] == "*") return {409, "BlobAlreadyExists", "", ""};
  blob->second = Blob();
  return {201, "", "", ""};
}

BlobStorage::Answer BlobStorage::append(const Request& request, const std::string& name) {
  const auto found = blobs_.find(name);
  if (found == blobs_.end()) return {404, "BlobNotFound", "", ""};
  Blob& blob = found->second;
  if (request.body().size() > kLargestBlock) return {413, "RequestBodyTooLarge", "", ""};
  if (request.body().empty()) return {400, "InvalidHeaderValue", "", ""};
  if (blob.immutable) return {409, "BlobImmutableDueToPolicy", "", ""};
  if (blob.sealed) return {409, "BlobIsSealed", "", ""};
  if (blob.blocks >= static_cast<std::uint64_t>(settings_.get().blob_blocks))
    return {409, "BlockCountExceedsLimit", "", ""};
  const std::string_view wanted = request["x-ms-blob-condition-appendpos"];
  if (!wanted.empty() && number(wanted) != blob.text.size())
    return {412, "AppendPositionConditionNotMet", "", ""};
  const std::size_t offset = blob.text.size();
  blob.text += request.body();
  ++blob.blocks;
  return {201, "",
          field("x-ms-blob-append-offset", std::to_string(offset)) +
              field("x-ms-blob-committed-block-count", std::to_string(blob.blocks)),
          ""};
}

BlobStorage::Answer BlobStorage::read(const Request& request, const std::string& name) const {
  const auto found = blobs_.find(name);
  if (found == blobs_.end()) return {404, "BlobNotFound", "", ""};
  const Blob& blob = found->second;
  const std::string fields = field("x-ms-blob-type", "AppendBlob") +
                             field("x-ms-blob-sealed", blob.sealed ? "true" : "false") +
                             field("x-ms-blob-committed-block-count", std::to_string(blob.blocks));
  if (request["x-ms-range"].empty()) return {200, "", fields, blob.text};
  const auto range = range_of(request["x-ms-range"]);
  if (!range || range->first >= blob.text.size()) return {416, "InvalidRange", "", ""};
  return {206, "", fields, blob.text.substr(range->first, range->second - range->first + 1)};
}

BlobStorage::Answer BlobStorage::answer(const Request& request, const std::string& operation) {
  if (Answer refusal = admission(request); refusal.status != 200) return refusal;
  const std::string name = path_of(request).substr(setup_.container.size() + 2);
  const std::lock_guard lock(mutex_);
  if (operation == "create") return create(request, name);
  if (operation == "append") return append(request, name);
  return read(request, name);
}

asio::awaitable<void> BlobStorage::handle(const Request& request, Wire& wire) {
  const std::string operation = operation_of(request);
  const Behaviour fault = faults_.take("blobs", "", operation).value_or(Behaviour());
  co_await pause(fault.delay_ms);
  if (fault.reset_at == BreakAt::before_head) {
    wire.reset();
    co_return;
  }
  Answer given;
  if (fault.status != 0) {
    given = {fault.status, fault.error, fields_of(fault), ""};
  } else {
    given = answer(request, operation);
  }
  co_await pause(fault.stall_ms);
  if (fault.reset_after_accept) {
    wire.reset();
    co_return;
  }
  if (!given.code.empty()) {
    given.fields += field("x-ms-error-code", given.code);
    given.body =
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>" + given.code + "</Code></Error>";
  }
  given.fields += field("x-ms-request-id", make_uuid_v4().to_string());
  std::string reply = make_response(given.status, given.status < 300 ? "OK" : "Error", given.fields,
                                    given.body, "application/octet-stream");
  // The head says how long the body would be.
  if (request.method_string() == "HEAD") reply.resize(reply.size() - given.body.size());
  co_await wire.write(reply);
}

std::string BlobStorage::blobs() const {
  json out = json::object();
  const std::lock_guard lock(mutex_);
  for (const auto& [name, blob] : blobs_)
    out[name] = {{"text", blob.text}, {"blocks", blob.blocks}};
  return out.dump();
}

void BlobStorage::change(const json& given) {
  const std::lock_guard lock(mutex_);
  const auto found = blobs_.find(given.at("name").get<std::string>());
  if (found == blobs_.end()) throw std::invalid_argument("no such blob");
  found->second.sealed = given.value("sealed", found->second.sealed);
  found->second.immutable = given.value("immutable", found->second.immutable);
}

void BlobStorage::clear() {
  const std::lock_guard lock(mutex_);
  blobs_.clear();
}

}  // namespace tollgate::simulator
