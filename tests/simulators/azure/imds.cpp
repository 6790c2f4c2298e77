// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "imds.hpp"

#include <chrono>

#include <boost/beast/core/string.hpp>

#include "query.hpp"
#include "tollgate/base/time.hpp"

namespace tollgate::simulator {

using nlohmann::json;

boost::asio::awaitable<void> Imds::handle(const Request& request, Wire& wire) {
  const std::string target(request.target());
  const auto fault = faults_.take("imds", "");
  const auto refuse = [](int status, const char* error, const char* text) {
    return make_response(status, "Error", "", json{{"error", error}, {"error_description", text}}.dump());
  };
  if (fault && fault->status != 0) {
    co_await wire.write(refuse(fault->status, "fault", "switched on"));
    co_return;
  }
  if (!boost::beast::iequals(request["Metadata"], "true")) {
    co_await wire.write(refuse(400, "bad_request_102", "Required metadata header not specified"));
    co_return;
  }
  const std::string resource = query_value(target, "resource");
  const bool path_fits = target.rfind("/metadata/identity/oauth2/token?", 0) == 0;
  if (!path_fits || query_value(target, "api-version") != "2018-02-01" || resource.empty()) {
    co_await wire.write(refuse(400, "invalid_request", "api-version or resource is missing"));
    co_return;
  }
  constexpr int kLife = 86'399;
  const std::int64_t now = to_unix_micros(std::chrono::system_clock::now()) / 1'000'000;
  const json body{{"access_token", entra_.mint_for_gateway(resource, kLife)},
                  {"refresh_token", ""},
                  {"expires_in", std::to_string(kLife)},
                  {"expires_on", std::to_string(now + kLife)},
                  {"not_before", std::to_string(now - 1)},
                  {"resource", resource},
                  {"token_type", "Bearer"}};
  co_await wire.write(make_response(200, "OK", "", body.dump()));
}

}  // namespace tollgate::simulator
