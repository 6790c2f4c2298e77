// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "imds.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>

#include <boost/beast/core/string.hpp>

#include "query.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/base/uuid.hpp"

namespace tollgate::simulator {

using nlohmann::json;

namespace {

constexpr int kLife = 86'399;
constexpr const char* kResourceId =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/"
    "tollgate";

std::int64_t imds_now() { return to_unix_micros(std::chrono::system_clock::now()) / 1'000'000; }

json imds_error(const char* error, const char* text) {
  return {{"error", error}, {"error_description", text}};
}

json app_service_error(int status, const char* text) {
  return {{"statusCode", status}, {"message", text}, {"correlationId", make_uuid_v4().to_string()}};
}

/// The answer of IMDS and of Arc: numbers come as strings.
json host_token(const std::string& token, const std::string& resource) {
  const std::int64_t now = imds_now();
  return {{"access_token", token},
          {"refresh_token", ""},
          {"expires_in", std::to_string(kLife)},
          {"expires_on", std::to_string(now + kLife)},
          {"not_before", std::to_string(now - 1)},
          {"resource", resource},
          {"token_type", "Bearer"}};
}

/// As App Service's 2017 interface writes it.
std::string us_date(std::int64_t unix_time) {
  const std::string iso = to_rfc3339(from_unix_micros(unix_time * 1'000'000));
  return iso.substr(5, 2) + "/" + iso.substr(8, 2) + "/" + iso.substr(0, 4) + " " +
         iso.substr(11, 8) + " +00:00";
}

}  // namespace

Imds::Imds(const Setup& setup, const Entra& entra, Faults& faults)
    : setup_(setup),
      entra_(entra),
      faults_(faults),
      identity_header_(make_uuid_v4().to_string()),
      msi_secret_(make_uuid_v4().to_string()) {}

bool Imds::is_own_identity(const std::string& target) const {
  for (const auto& [name, own] :
       {std::pair<const char*, std::string>{"client_id", setup_.gateway.app_id},
        {"clientid", setup_.gateway.app_id},
        {"object_id", setup_.gateway.object_id},
        {"principal_id", setup_.gateway.object_id},
        {"msi_res_id", kResourceId},
        {"mi_res_id", kResourceId}}) {
    const std::string wanted = query_value(target, name);
    if (!wanted.empty() && wanted != own) return false;
  }
  return true;
}

Imds::Answer Imds::from_imds(const Request& request, const std::string& target) const {
  if (!boost::beast::iequals(request["Metadata"], "true")) {
    return {400, imds_error("bad_request_102", "Required metadata header not specified"), ""};
  }
  const std::string resource = query_value(target, "resource");
  if (query_value(target, "api-version") != "2018-02-01" || resource.empty()) {
    return {400, imds_error("invalid_request", "api-version or resource is missing"), ""};
  }
  if (!is_own_identity(target))
    return {400, imds_error("invalid_request", "Identity not found"), ""};
  return {200, host_token(entra_.mint_for_gateway(resource, kLife, "imds"), resource), ""};
}

std::string Imds::challenge() {
  const std::string key = make_uuid_v4().to_string();
  const std::string path = key_directory_ + "/" + make_uuid_v4().to_string() + ".key";
  std::filesystem::create_directories(key_directory_);
  std::ofstream(path, std::ios::binary) << key;
  const std::lock_guard lock(mutex_);
  keys_.insert(key);
  return "WWW-Authenticate: Basic realm=" + path + "\r\n";
}

Imds::Answer Imds::from_arc(const Request& request, const std::string& target) {
  if (!boost::beast::iequals(request["Metadata"], "true")) {
    return {400, imds_error("bad_request_102", "Required metadata header not specified"), ""};
  }
  const std::string shown(request["Authorization"]);
  if (shown.empty()) return {401, imds_error("unauthorized", "show the key"), challenge()};
  {
    const std::lock_guard lock(mutex_);
    if (shown.rfind("Basic ", 0) != 0 || keys_.erase(shown.substr(6)) == 0) {
      return {401, imds_error("unauthorized", "not the key"), ""};
    }
  }
  const std::string resource = query_value(target, "resource");
  return {200, host_token(entra_.mint_for_gateway(resource, kLife, "arc"), resource), ""};
}

Imds::Answer Imds::from_app_service(const Request& request, const std::string& target) const {
  const std::string version = query_value(target, "api-version");
  const bool old = version == "2017-09-01";
  if (!old && version != "2019-08-01")
    return {400, app_service_error(400, "unknown api-version"), ""};
  const bool proven =
      old ? request["secret"] == msi_secret_ : request["X-IDENTITY-HEADER"] == identity_header_;
  if (!proven) return {401, app_service_error(401, "the header's value is wrong"), ""};
  if (!is_own_identity(target)) {
    return {400, app_service_error(400, "No User Assigned or Delegated Managed Identity found"),
            ""};
  }
  const std::string resource = query_value(target, "resource");
  const std::int64_t ends = imds_now() + kLife;
  return {200,
          {{"access_token",
            entra_.mint_for_gateway(resource, kLife, old ? "app_service_2017" : "app_service")},
           {"expires_on", old ? us_date(ends) : std::to_string(ends)},
           {"resource", resource},
           {"token_type", "Bearer"},
           {"client_id", setup_.gateway.app_id}},
          ""};
}

Imds::Answer Imds::answer(const Request& request) {
  const std::string target(request.target());
  const std::string path = target.substr(0, target.find('?'));
  if (path == "/msi/token") return from_app_service(request, target);
  if (path != "/metadata/identity/oauth2/token")
    return {404, imds_error("not_found", "no such path"), ""};
  if (query_value(target, "api-version") == "2019-11-01") return from_arc(request, target);
  return from_imds(request, target);
}

boost::asio::awaitable<void> Imds::handle(const Request& request, Wire& wire) {
  const auto fault = faults_.take("imds", "");
  if (fault && fault->reset_at != BreakAt::nowhere) {
    wire.reset();
    co_return;
  }
  Answer given;
  if (fault && fault->status != 0) {
    const bool throttled = fault->status == 429;
    given = {fault->status,
             throttled ? imds_error("too_many_requests", "Temporarily throttled, too many requests")
                       : imds_error("service_unavailable", "The identity service is being updated"),
             fields_of(*fault)};
  } else {
    given = answer(request);
  }
  const char* const reason = given.status == 200 ? "OK" : "Error";
  const std::string reply = make_response(given.status, reason, given.fields, given.body.dump());
  co_await wire.write(reply);
}

json Imds::describe(const std::string& base) const {
  return {
      {"app_service",
       {{"endpoint", base + "/msi/token"}, {"header", identity_header_}, {"secret", msi_secret_}}},
      {"arc",
       {{"endpoint", base + "/metadata/identity/oauth2/token"}, {"key_directory", key_directory_}}},
      {"resource_id", kResourceId}};
}

}  // namespace tollgate::simulator
