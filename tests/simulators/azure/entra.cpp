// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "entra.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>

#include <chrono>

#include "tollgate/base/base64.hpp"
#include "tollgate/base/uuid.hpp"

namespace tollgate::simulator {

namespace asio = boost::asio;
using nlohmann::json;

namespace {

std::int64_t entra_now() { return to_unix_micros(std::chrono::system_clock::now()) / 1'000'000; }

std::string number_member(EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key, name, &number);
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
  BN_free(number);
  return to_base64url(bytes);
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return (c | 32) - 'a' + 10;
}

Form parse_form(const std::string& form) {
  Form out;
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

/// What a fault may name as its resource.
std::string part_of(const std::string& path) {
  if (path.find("/oauth2/") != std::string::npos) return "token";
  return path.find("/discovery/") == std::string::npos ? "metadata" : "keys";
}

}  // namespace

Entra::Entra(const Setup& setup, Faults& faults) : setup_(setup), faults_(faults), clients_(setup) {
  keys_.push_back(make_signing_key());
}

void Entra::rotate(bool keep_old) {
  SigningKey fresh = make_signing_key();
  const std::lock_guard lock(mutex_);
  if (!keep_old) keys_.clear();
  keys_.insert(keys_.begin(), std::move(fresh));
}

void Entra::register_proofs(const std::string& directory) {
  clients_.register_proofs(directory, entra_now());
}

json Entra::metadata(const std::string& tenant, bool v2) const {
  const std::string root = base_ + "/" + tenant;
  return {{"issuer", v2 ? root + "/v2.0" : "https://sts.windows.net/" + tenant + "/"},
          {"authorization_endpoint", root + (v2 ? "/oauth2/v2.0/authorize" : "/oauth2/authorize")},
          {"jwks_uri", root + (v2 ? "/discovery/v2.0/keys" : "/discovery/keys")},
          {"token_endpoint", root + (v2 ? "/oauth2/v2.0/token" : "/oauth2/token")},
          {"id_token_signing_alg_values_supported", {"RS256"}}};
}

json Entra::key_document() const {
  const std::lock_guard lock(mutex_);
  json keys = json::array();
  for (const SigningKey& key : keys_) {
    keys.push_back({{"kty", "RSA"},
                    {"use", "sig"},
                    {"kid", key.id},
                    {"x5t", key.id},
                    {"n", number_member(key.pair.get(), OSSL_PKEY_PARAM_RSA_N)},
                    {"e", number_member(key.pair.get(), OSSL_PKEY_PARAM_RSA_E)}});
  }
  return {{"keys", keys}};
}

std::string Entra::sign(const json& claims, bool bad_signature) const {
  SigningKey key;
  {
    const std::lock_guard lock(mutex_);
    key = keys_.front();
  }
  std::string token = sign_jwt(key, claims);
  if (bad_signature) {
    char& inside = token[token.rfind('.') + 10];
    inside = inside == 'A' ? 'B' : 'A';
  }
  return token;
}

std::string Entra::mint(const json& wish) const {
  if (wish.contains("federated")) return clients_.mint_federated(wish["federated"], entra_now());
  const Application& caller = setup_.callers.front();
  const std::string tenant = wish.value("tenant", setup_.tenant);
  const int version = wish.value("version", 2);
  const std::int64_t now = entra_now();
  json claims{{"aud", wish.value("audience", "api://tollgate")},
              {"iss", metadata(tenant, version == 2)["issuer"]},
              {"iat", now},
              {"nbf", now},
              {"exp", now + wish.value("lifetime_s", 3600)},
              {"oid", wish.value("object_id", caller.object_id)},
              {"sub", wish.value("object_id", caller.object_id)},
              {"tid", tenant},
              {"uti", make_uuid_v4().to_string()},
              {"ver", version == 2 ? "2.0" : "1.0"}};
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

std::string Entra::mint_for_gateway(const std::string& audience, int lifetime_s,
                                    const std::string& proof) const {
  return mint({{"audience", audience},
               {"app_id", setup_.gateway.app_id},
               {"object_id", setup_.gateway.object_id},
               {"version", 1},
               {"lifetime_s", lifetime_s},
               {"claims", {{"appidacr", "2"}, {"sim_proof", proof}}}});
}

std::optional<std::string> Entra::verified_audience(const std::string& token) const {
  const auto claims = verified_claims(token);
  if (!claims) return std::nullopt;
  return claims->value("aud", "");
}

std::optional<json> Entra::verified_claims(const std::string& token) const {
  const auto jws = split_jwt(token);
  if (!jws) return std::nullopt;
  bool holds = false;
  {
    const std::lock_guard lock(mutex_);
    for (const SigningKey& key : keys_) holds = holds || signature_holds(*jws, key.pair.get());
  }
  if (!holds || jws->claims.value("exp", std::int64_t{0}) <= entra_now()) return std::nullopt;
  return jws->claims;
}

Entra::Answer Entra::token_answer(const std::string& tenant, const std::string& form_text,
                                  const Behaviour& behaviour) {
  const Form form = parse_form(form_text);
  const auto field = [&](const char* name) {
    const auto found = form.find(name);
    return found == form.end() ? std::string() : found->second;
  };
  if (tenant != setup_.tenant) {
    return {400, oauth_error("invalid_request", 90002, "Tenant '" + tenant + "' not found.")};
  }
  if (field("grant_type") != "client_credentials") {
    return {400, oauth_error("unsupported_grant_type", 70003, "The grant type is not supported.")};
  }
  const ClientVerdict verdict =
      clients_.check(form, base_ + "/" + tenant + "/oauth2/v2.0/token", entra_now());
  if (verdict.application == nullptr) {
    return {verdict.status, oauth_error(verdict.error, verdict.code, verdict.text)};
  }
  const std::string scope = field("scope");
  constexpr std::string_view kDefault = "/.default";
  if (scope.size() <= kDefault.size() || !scope.ends_with(kDefault)) {
    return {400, oauth_error("invalid_scope", 70011, "The provided value for scope is not valid.")};
  }
  const int life = behaviour.expires_in > 0 ? behaviour.expires_in : 3599;
  const json claims{{"appidacr", verdict.proof == "secret" ? "1" : "2"},
                    {"sim_proof", verdict.proof}};
  const std::string token = mint({{"audience", scope.substr(0, scope.size() - kDefault.size())},
                                  {"app_id", verdict.application->app_id},
                                  {"object_id", verdict.application->object_id},
                                  {"version", 1},
                                  {"lifetime_s", life},
                                  {"claims", claims}});
  json body{{"token_type", "Bearer"},
            {"expires_in", life},
            {"ext_expires_in", life},
            {"access_token", token}};
  if (behaviour.refresh_in > 0) body["refresh_in"] = behaviour.refresh_in;
  return {200, body.dump()};
}

Entra::Answer Entra::answer(const std::string& tenant, const std::string& path,
                            const Request& request, const Behaviour& behaviour) {
  if (path == "/.well-known/openid-configuration") return {200, metadata(tenant, false).dump()};
  if (path == "/v2.0/.well-known/openid-configuration") return {200, metadata(tenant, true).dump()};
  if (path == "/discovery/keys" || path == "/discovery/v2.0/keys")
    return {200, key_document().dump()};
  if (path == "/oauth2/v2.0/token") return token_answer(tenant, request.body(), behaviour);
  return {404, "{}"};
}

asio::awaitable<void> Entra::handle(const Request& request, Wire& wire) {
  const std::string target(request.target());
  const std::string path = target.substr(0, target.find('?'));
  const std::size_t end = path.find('/', 1);
  const std::string tenant = path.substr(1, end == std::string::npos ? end : end - 1);
  const std::string rest = end == std::string::npos ? "" : path.substr(end);
  const Behaviour fault = faults_.take("entra", part_of(rest)).value_or(Behaviour());
  if (fault.reset_at != BreakAt::nowhere) {
    wire.reset();
    co_return;
  }
  Answer given;
  std::string fields = "cache-control: max-age=86400, private\r\n";
  if (fault.status != 0) {
    const std::string usual =
        oauth_error("temporarily_unavailable", 90033, "A transient error has occurred.");
    given = {fault.status, fault.body.value_or(usual)};
    fields = fields_of(fault);
  } else {
    given = answer(tenant, rest, request, fault);
  }
  const char* const reason = given.status == 200 ? "OK" : "Error";
  const std::string reply = make_response(given.status, reason, fields, given.body);
  co_await wire.write(reply);
}

}  // namespace tollgate::simulator
