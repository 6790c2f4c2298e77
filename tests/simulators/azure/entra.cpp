// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "entra.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include <chrono>
#include <map>

#include "tollgate/base/digest.hpp"
#include "tollgate/base/uuid.hpp"

namespace tollgate::simulator {

namespace asio = boost::asio;
using nlohmann::json;

namespace {

std::int64_t unix_now() {
  return to_unix_micros(std::chrono::system_clock::now()) / 1'000'000;
}

std::string number_member(EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key, name, &number);
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
  BN_free(number);
  return to_base64url(bytes);
}

std::string rs256(EVP_PKEY* key, const std::string& text) {
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key)), '\0');
  std::size_t size = signature.size();
  EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key);
  EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                 reinterpret_cast<const unsigned char*>(text.data()), text.size());
  signature.resize(size);
  return signature;
}

bool rs256_holds(EVP_PKEY* key, const std::string& text, const std::string& signature) {
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key);
  return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char*>(text.data()),
                          text.size()) == 1;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return (c | 32) - 'a' + 10;
}

std::map<std::string, std::string> parse_form(const std::string& form) {
  std::map<std::string, std::string> out;
  std::string name;
  std::string text;
  for (std::size_t i = 0; i <= form.size(); ++i) {
    if (i == form.size() || form[i] == '&') {
      out[name] = text;
      name.clear();
      text.clear();
    } else if (form[i] == '=' && name.empty()) {
      name.swap(text);
    } else if (form[i] == '%' && i + 2 < form.size()) {
      text.push_back(static_cast<char>(hex_value(form[i + 1]) * 16 + hex_value(form[i + 2])));
      i += 2;
    } else {
      text.push_back(form[i] == '+' ? ' ' : form[i]);
    }
  }
  return out;
}

/// The error form of azure-protocol.md 5.1.
std::string oauth_error(const std::string& error, int code, const std::string& text) {
  return json{{"error", error},
              {"error_description", "AADSTS" + std::to_string(code) + ": " + text},
              {"error_codes", {code}},
              {"timestamp", to_rfc3339(std::chrono::system_clock::now())},
              {"trace_id", make_uuid_v4().to_string()},
              {"correlation_id", make_uuid_v4().to_string()}}
      .dump();
}

}  // namespace

Entra::Entra(const Setup& setup, Faults& faults) : setup_(setup), faults_(faults) {
  keys_.push_back(make_key());
}

Entra::Key Entra::make_key() {
  Key key;
  key.pair = {EVP_RSA_gen(2048), EVP_PKEY_free};
  key.id = to_base64url(make_uuid_v4().to_string().substr(0, 20));
  return key;
}

void Entra::rotate(bool keep_old) {
  Key fresh = make_key();
  const std::lock_guard lock(mutex_);
  if (!keep_old) keys_.clear();
  keys_.insert(keys_.begin(), std::move(fresh));
}

json Entra::metadata(const std::string& tenant, bool v2) const {
  const std::string root = base_ + "/" + tenant;
  return {{"issuer", v2 ? root + "/v2.0" : "https://sts.windows.net/" + tenant + "/"},
          {"jwks_uri", root + (v2 ? "/discovery/v2.0/keys" : "/discovery/keys")},
          {"token_endpoint", root + (v2 ? "/oauth2/v2.0/token" : "/oauth2/token")},
          {"id_token_signing_alg_values_supported", {"RS256"}}};
}

json Entra::key_document() const {
  const std::lock_guard lock(mutex_);
  json keys = json::array();
  for (const Key& key : keys_) {
    keys.push_back({{"kty", "RSA"}, {"use", "sig"}, {"kid", key.id}, {"x5t", key.id},
                    {"n", number_member(key.pair.get(), OSSL_PKEY_PARAM_RSA_N)},
                    {"e", number_member(key.pair.get(), OSSL_PKEY_PARAM_RSA_E)}});
  }
  return {{"keys", keys}};
}

std::string Entra::sign(const json& claims, bool bad_signature) const {
  Key key;
  {
    const std::lock_guard lock(mutex_);
    key = keys_.front();
  }
  const json header{{"typ", "JWT"}, {"alg", "RS256"}, {"kid", key.id}};
  const std::string text = to_base64url(header.dump()) + "." + to_base64url(claims.dump());
  std::string signature = rs256(key.pair.get(), text);
  if (bad_signature) signature[10] = static_cast<char>(signature[10] ^ 1);
  return text + "." + to_base64url(signature);
}

std::string Entra::mint(const json& wish) const {
  const Application& caller = setup_.callers.front();
  const std::string tenant = wish.value("tenant", setup_.tenant);
  const int version = wish.value("version", 2);
  const std::int64_t now = unix_now();
  json claims{{"aud", wish.value("audience", "api://tollgate")},
              {"iss", metadata(tenant, version == 2)["issuer"]},
              {"iat", now}, {"nbf", now}, {"exp", now + wish.value("lifetime_s", 3600)},
              {"oid", wish.value("object_id", caller.object_id)},
              {"sub", wish.value("object_id", caller.object_id)},
              {"tid", tenant}, {"uti", "sim"}, {"ver", version == 2 ? "2.0" : "1.0"}};
  claims[version == 2 ? "azp" : "appid"] = wish.value("app_id", caller.app_id);
  claims[version == 2 ? "azpacr" : "appidacr"] = "1";
  const json overrides = wish.value("claims", json::object());
  for (const auto& [name, value] : overrides.items()) {
    if (value.is_null()) {
      claims.erase(name);
    } else {
      claims[name] = value;
    }
  }
  return sign(claims, wish.value("bad_signature", false));
}

std::string Entra::mint_for_gateway(const std::string& audience, int lifetime_s) const {
  return mint({{"audience", audience}, {"app_id", setup_.gateway.app_id},
               {"object_id", setup_.gateway.object_id}, {"version", 1}, {"lifetime_s", lifetime_s}});
}

std::optional<std::string> Entra::verified_audience(const std::string& token) const {
  const std::size_t last = token.rfind('.');
  const std::size_t first = token.find('.');
  if (first == std::string::npos || last == first) return std::nullopt;
  const std::string text = token.substr(0, last);
  const auto signature = from_base64url(std::string_view(token).substr(last + 1));
  const auto payload = from_base64url(std::string_view(token).substr(first + 1, last - first - 1));
  if (!signature || !payload) return std::nullopt;
  bool holds = false;
  {
    const std::lock_guard lock(mutex_);
    for (const Key& key : keys_) holds = holds || rs256_holds(key.pair.get(), text, *signature);
  }
  const json claims = json::parse(*payload, nullptr, false);
  if (!holds || !claims.is_object() || claims.value("exp", std::int64_t{0}) <= unix_now()) {
    return std::nullopt;
  }
  return claims.value("aud", "");
}

std::string Entra::token_answer(const std::string& tenant, const std::string& form_text,
                                int& status) const {
  const auto form = parse_form(form_text);
  const auto field = [&](const char* name) {
    const auto found = form.find(name);
    return found == form.end() ? std::string() : found->second;
  };
  status = 400;
  if (tenant != setup_.tenant) {
    return oauth_error("invalid_request", 90002, "Tenant '" + tenant + "' not found.");
  }
  if (field("grant_type") != "client_credentials") {
    return oauth_error("unsupported_grant_type", 70003, "The grant type is not supported.");
  }
  const Application* application = nullptr;
  if (field("client_id") == setup_.gateway.app_id) application = &setup_.gateway;
  for (const Application& caller : setup_.callers) {
    if (field("client_id") == caller.app_id) application = &caller;
  }
  status = 401;
  if (application == nullptr || field("client_secret") != application->client_secret) {
    return oauth_error("invalid_client", 7000215, "Invalid client secret provided.");
  }
  const std::string scope = field("scope");
  constexpr std::string_view kDefault = "/.default";
  status = 400;
  if (scope.size() <= kDefault.size() || !scope.ends_with(kDefault)) {
    return oauth_error("invalid_scope", 70011, "The provided value for scope is not valid.");
  }
  status = 200;
  const std::string audience = scope.substr(0, scope.size() - kDefault.size());
  const std::string token = mint({{"audience", audience}, {"app_id", application->app_id},
                                  {"object_id", application->object_id}, {"version", 1}});
  return json{{"token_type", "Bearer"}, {"expires_in", 3599}, {"ext_expires_in", 3599},
              {"access_token", token}}
      .dump();
}

asio::awaitable<void> Entra::handle(const Request& request, Wire& wire) {
  if (const auto fault = faults_.take("entra", "")) {
    if (fault->status != 0) {
      const std::string text = fault->body.value_or("{}");
      const std::string reply = make_response(fault->status, "Fault", "", text);
      co_await wire.write(reply);
      co_return;
    }
    if (fault->reset_at != BreakAt::nowhere) {
      wire.reset();
      co_return;
    }
  }
  const std::string target(request.target());
  const std::string path = target.substr(0, target.find('?'));
  const std::size_t end = path.find('/', 1);
  const std::string tenant = path.substr(1, end == std::string::npos ? end : end - 1);
  const std::string rest = end == std::string::npos ? "" : path.substr(end);
  int status = 200;
  std::string body;
  if (rest == "/.well-known/openid-configuration") {
    body = metadata(tenant, false).dump();
  } else if (rest == "/v2.0/.well-known/openid-configuration") {
    body = metadata(tenant, true).dump();
  } else if (rest == "/discovery/keys" || rest == "/discovery/v2.0/keys") {
    body = key_document().dump();
  } else if (rest == "/oauth2/v2.0/token") {
    body = token_answer(tenant, request.body(), status);
  } else {
    status = 404;
    body = "{}";
  }
  const char* const reason = status == 200 ? "OK" : "Error";
  const std::string reply =
      make_response(status, reason, "cache-control: max-age=86400, private\r\n", body);
  co_await wire.write(reply);
}

}  // namespace tollgate::simulator
