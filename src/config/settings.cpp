// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "settings.hpp"

#include <unistd.h>

#include <array>
#include <charconv>

#include "tollgate/base/hashed_key.hpp"
#include "tollgate/config/values.hpp"

namespace tollgate::config {
namespace {

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 && name[0] != '\0' ? name.data()
                                                                             : "tollgate";
}

void declare_gateway(MappingReader& gateway, Gateway& out) {
  gateway.at_restart({"workers"});
  gateway.name("name", out.name, "Written into every record. Default: the host name.", false);
  std::string workers = "auto";
  gateway.text("workers", workers, "Threads that serve requests; `auto` is one per core.");
  if (workers != "auto") {
    unsigned count = 0;
    const auto [end, error] =
        std::from_chars(workers.data(), workers.data() + workers.size(), count);
    if (error != std::errc() || end != workers.data() + workers.size() || count < 1 ||
        count > 256) {
      gateway.error_at("workers", "must be auto or a number from 1 to 256");
    }
    out.workers = count;
  }
  gateway.text(
      "ca_certificates", out.ca_certificates,
      "PEM file of certificates trusted for every outbound connection beside the system's.");
  gateway.boolean("watch_files", out.watch_files,
                  "Reload when this file, or a secret or certificate file that it names, changes. "
                  "SIGHUP reloads in any case.");
  gateway.duration("stop_grace", out.stop_grace,
                   "How long exchanges in progress may go on after SIGTERM; whoever sends SIGKILL "
                   "should wait 15 s longer.");
  declare_egress_proxy(
      gateway, out.egress_proxy,
      "The proxy for whatever the gateway connects to, where nothing else is said. "
      "Default: none; HTTPS_PROXY and NO_PROXY are not read.");
}

void declare_address(MappingReader& reader, std::string& host, std::uint16_t& port, const char* doc,
                     bool required) {
  std::string address = required ? "" : host + ":" + std::to_string(port);
  reader.at_restart({"address"});
  reader.text("address", address, doc, required);
  if (address.empty()) return;
  const auto parsed = parse_address(address);
  if (!parsed)
    return reader.error_at("address",
                           "must be host:port, with brackets for IPv6 and a port from 0 to 65535");
  host = parsed->host;
  port = parsed->port;
}

bool is_probe_path(const std::string& path) {
  const bool plain = path.find_first_not_of(
                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                         "0123456789-_/") == std::string::npos;
  return plain && path.size() > 1 && path.front() == '/' && path.substr(0, 7) != "/openai";
}

void declare_listener(MappingReader& listener, Config& config) {
  Listener out;
  out.line = listener.line();
  declare_address(listener, out.host, out.port, "Where to listen, host:port.", true);
  listener.mapping(
      "tls", "Serve TLS 1.2 and 1.3 here; without it, plain HTTP.", false, [&](MappingReader& tls) {
        out.tls.emplace();
        tls.text("certificate", out.tls->certificate, "PEM file with the chain.", true);
        tls.text("private_key", out.tls->private_key, "PEM file with the key.", true);
        tls.text(
            "client_certificates", out.tls->client_certificates,
            "PEM file of the authorities whose client certificates are believed. Clients are then "
            "asked for one and may leave it out; one of another authority fails its handshake.");
      });
  listener.at_restart({"share_port"});
  listener.boolean("share_port", out.share_port,
                   "Start although another process listens there; connections are then spread over "
                   "both. Without it that is an error.");
  listener.networks("trusted_proxies", out.trusted_proxies,
                    "Peers whose X-Forwarded-For or Forwarded is believed for records, right to "
                    "left. Default: nobody.");
  listener.text(
      "health_path", out.health_path,
      "GET and HEAD on this path are answered here without proof: 200, or 503 once the "
      "gateway drains. For load balancers that probe the port they send to. Default: none.");
  if (!out.health_path.empty() && !is_probe_path(out.health_path)) {
    listener.error_at("health_path",
                      "must be a path of letters, digits, dashes and slashes, and "
                      "not below /openai");
  }
  listener.texts(
      "cors_origins", out.cors_origins,
      "Origins (https://app.example) whose pages may call from a browser: their preflight "
      "is answered before proof, and answers allow them; `*` is every origin. Default: "
      "none, and browsers refuse.");
  std::size_t forwarded = 0;
  listener.choice("forwarded_header", {"either", "x-forwarded-for", "forwarded"}, forwarded,
                  "Which of the two the proxies write. `either` reads X-Forwarded-For, and "
                  "Forwarded only without "
                  "one; name the one, or a client's own of the other kind may be believed.");
  out.forwarded_header = static_cast<ForwardedHeader>(forwarded);
  config.listeners.push_back(std::move(out));
}

void declare_limits(MappingReader& limits, Limits& out) {
  limits.size("request_head", out.request_head, "Largest request head; a larger one is a 431.",
              4096);
  limits.number("request_head_fields", out.request_head_fields,
                "Most header fields in a request; more are a 431.", 16, 1000);
  limits.size("request_body", out.request_body, "Largest request body; a larger one is a 413.",
              1024);
  limits.duration("head_timeout", out.head_timeout,
                  "From a head's first byte (or the connection's start) to its last, and for the "
                  "TLS handshake.");
  limits.duration("body_idle_timeout", out.body_idle_timeout,
                  "Longest pause between two pieces of a request body.");
  limits.duration("client_write_timeout", out.client_write_timeout,
                  "Longest wait for a client that does not read its answer.");
  limits.number("connections", out.connections,
                "Most client connections at a time. One client may hold seven times as many as "
                "clients leave free.",
                1, 1'000'000);
  limits.size(
      "memory", out.memory,
      "Most memory that request bodies hold, over all workers; at least twice request_body. A "
      "client may hold as much of it as it leaves free; what is over is a 429.",
      2048);
  if (out.memory / 2 < out.request_body) {
    limits.error_at("memory", "must be at least twice request_body");
  }
  limits.number("drains", out.drains,
                "Answers of one client that a worker reads on at a time after it has left; what is "
                "over is cut off.",
                0, 100'000);
}

void declare_reports(MappingReader& reports, Reports& out) {
  std::string zone = out.time_zone.name();
  reports.text("time_zone", zone,
               "Whose days, weeks and months `tollgate usage` and its like are of: a name of the "
               "IANA database, such as Europe/Berlin.");
  Result<TimeZone> found = TimeZone::load(zone);
  if (!found) {
    reports.error_at("time_zone", "cannot be used: " + found.error().message);
    return;
  }
  out.time_zone = std::move(*found);
}

}  // namespace

void declare_settings(MappingReader& root, Config& config) {
  config.gateway.name = host_name();
  root.mapping("gateway", "The gateway itself.", false,
               [&](MappingReader& reader) { declare_gateway(reader, config.gateway); });
  root.list("listeners", "Where clients connect.", true,
            [&](MappingReader& reader) { declare_listener(reader, config); });
  root.mapping("admin", "Health, readiness and metrics: /healthz, /readyz, /metrics.", false,
               [&](MappingReader& reader) {
                 declare_address(reader, config.admin.host, config.admin.port,
                                 "Where to listen; never a listener's port.", false);
                 reader.secret("key", config.admin.key,
                               "What must be shown to change something there: `tollgate quota "
                               "top-up` and `reset` take it from this file. At least 16 bytes. "
                               "Default: nothing may be changed there.",
                               false);
                 const std::size_t length = config.admin.key.reveal().size();
                 if (!reader.documenting() && length > 0 && length < kShortestKey)
                   reader.error_at("key", "must have at least 16 bytes");
               });
  root.mapping("limits", "What one client may take.", false,
               [&](MappingReader& reader) { declare_limits(reader, config.limits); });
  declare_callers(root, config);
  declare_backends(root, config);
  declare_identity(root, config);
  declare_records(root, config);
  declare_prices(root, config.prices);
  declare_quotas(root, config.quotas);
  declare_objects(root, config.objects);
  root.mapping("reports", "What reports go by.", false,
               [&](MappingReader& reader) { declare_reports(reader, config.reports); });
  root.mapping("logging", "What is logged beside events.", false, [&](MappingReader& reader) {
    reader.boolean("operations", config.logging.operations,
                   "A line for each operation that reached a backend.");
  });
  declare_audit(root, config);
}

}  // namespace tollgate::config
