// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <string>
#include <string_view>

#include "settings.hpp"
#include "tollgate/config/values.hpp"

namespace tollgate::config {
namespace {

constexpr std::string_view kPlain = "redis://";
constexpr std::string_view kSecure = "rediss://";

/// Without a port: the one that servers listen on unless told otherwise.
void declare_endpoint(MappingReader& redis, RedisStore& out) {
  std::string endpoint;
  redis.text("endpoint", endpoint,
             "The server, or any of a cluster's, as rediss://HOST:PORT (TLS) or redis://HOST:PORT "
             "(in clear, the password as well: for loopback and networks that nobody else is in). "
             "Without a port 6379; that of Azure Managed Redis is 10000.",
             true);
  if (redis.documenting() || endpoint.empty()) return;
  const std::string_view text = endpoint;
  out.tls = text.starts_with(kSecure);
  if (!out.tls && !text.starts_with(kPlain))
    return redis.error_at("endpoint", "must begin with rediss:// or redis://");
  const std::string rest(text.substr(out.tls ? kSecure.size() : kPlain.size()));
  if (rest.find_first_of("/?#@") != std::string::npos)
    return redis.error_at("endpoint", "must be a host with an optional port and nothing behind it");
  const bool has_port = rest.rfind(':') != std::string::npos && rest.back() != ']';
  const auto parsed = parse_address(has_port ? rest : rest + ":6379");
  if (!parsed || parsed->port == 0)
    return redis.error_at("endpoint", "has a malformed host or port");
  out.host = parsed->host;
  out.port = parsed->port;
}

void declare_proof(MappingReader& redis, RedisStore& out) {
  redis.text("user", out.user,
             "Whose the password is. Default: the user `default`. With `credential` the object id "
             "of the identity; default: the one that its token names.");
  redis.secret("password", out.password, "The user's password, or an access key of Azure.", false);
  Credential credential;
  declare_credential(redis, "credential", credential,
                     "Instead: an identity of Entra ID, whose tokens are renewed on the open "
                     "connections before they end. TLS is needed.",
                     false, false);
  if (redis.has("credential")) out.credential = credential;
  redis.text("scope", out.scope, "What the identity's tokens are for.");
  if (!out.credential) return;
  if (redis.has("password"))
    redis.error_at("password", "cannot stand beside credential: one of them proves the gateway");
  if (!out.tls && !out.host.empty() && !is_loopback(out.host))
    redis.error_at("credential", "needs rediss://: its tokens must not be sent in clear");
}

void declare_tls(MappingReader& redis, RedisStore& out) {
  redis.mapping("tls", "With rediss:// alone.", false, [&](MappingReader& tls) {
    tls.text("ca_certificates", out.ca_certificates,
             "PEM file trusted for the store besides the system's certificates and "
             "gateway.ca_certificates.");
    tls.text("server_name", out.server_name,
             "The name that certificates must be for, those of a cluster's nodes as well. Default: "
             "the endpoint's host.");
    if (!tls.documenting() && !out.tls && !out.host.empty())
      tls.error("is of no use with redis://");
  });
}

/// What stands in front of keys, and must not be taken for a hash tag.
bool is_prefix(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  return text.size() <= kLongest && std::ranges::all_of(text, [](char c) {
           return c > ' ' && c < '\x7f' && c != '{' && c != '}';
         });
}

void declare_redis(MappingReader& redis, RedisStore& out) {
  declare_endpoint(redis, out);
  declare_proof(redis, out);
  declare_tls(redis, out);
  redis.text("prefix", out.prefix,
             "What the names of all keys begin with, followed by a colon: gateways that share "
             "limits have the same, others another.");
  if (!redis.documenting() && !is_prefix(out.prefix))
    redis.error_at("prefix", "must be at most 64 printable ASCII characters without { and }");
  std::size_t cluster = out.cluster ? 0 : 1;
  redis.choice("cluster", {"auto", "never"}, cluster,
               "Whether the server is asked if it is one of a cluster. `never`: it may name nodes "
               "that cannot be reached from here.");
  out.cluster = cluster == 0;
  redis.boolean(
      "allow_eviction", out.allow_eviction,
      "Whether its maxmemory-policy may be another than noeviction: it then throws away "
      "what is counted when its memory is used up. Without, the log and /readyz complain.");
  redis.duration("timeout", out.timeout,
                 "How long a request waits for the store at most, connecting included. While the "
                 "store does not answer, none waits.");
  redis.duration("connect_timeout", out.connect_timeout,
                 "How long an attempt to connect may take. No request waits for it.");
}

}  // namespace

void declare_store(MappingReader& quotas, std::optional<RedisStore>& out) {
  quotas.at_restart({"store"});
  if (quotas.documenting() || !quotas.has_mapping("store")) {
    std::size_t local = 0;
    quotas.choice("store", {"local"}, local,
                  "Where what is used of limits is counted. `local`: in each process, for itself.");
    if (!quotas.documenting()) return;
  }
  quotas.mapping("store", "Instead: where all replicas count together.", false,
                 [&](MappingReader& store) {
                   store.mapping("redis", "Redis, Valkey, Redis Cluster or Azure Managed Redis.",
                                 true, [&](MappingReader& redis) {
                                   RedisStore given;
                                   declare_redis(redis, given);
                                   out = std::move(given);
                                 });
                 });
}

}  // namespace tollgate::config
