// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "settings.hpp"
#include "tollgate/config/values.hpp"

namespace tollgate::config {
namespace {

/// "http://proxy.example:3128": the only kind there is.
void read_proxy_url(MappingReader& reader, const std::string& url, EgressProxy& out) {
  constexpr std::string_view kScheme = "http://";
  std::string_view rest = url;
  if (rest.substr(0, kScheme.size()) == kScheme) rest.remove_prefix(kScheme.size());
  if (!rest.empty() && rest.back() == '/') rest.remove_suffix(1);
  const auto address = parse_address(rest);
  if (!address || address->port == 0) {
    return reader.error_at("url", "must be http://host:port; a user stands in `credential`");
  }
  out.host = address->host;
  out.port = address->port;
}

}  // namespace

void declare_egress_proxy(MappingReader& reader, std::optional<EgressProxy>& out, const char* doc) {
  bool direct = false;
  std::optional<EgressProxy> own;
  reader.mapping("egress_proxy", doc, false, [&](MappingReader& proxy) {
    own.emplace();
    std::string url;
    proxy.text("url", url,
               "http://host:port. It is asked for tunnels (CONNECT), TLS goes through.");
    proxy.secret("credential", own->credential,
                 "user:password for it, sent as Proxy-Authorization: Basic.", false);
    proxy.texts("except", own->except,
                "Who is reached without it, as NO_PROXY lists them: hosts, domains with all below "
                "them, addresses, networks, each with an optional :port. Loopback always is.");
    proxy.boolean("direct", direct, "Instead: no proxy here, whatever the gateway's own is.");
    if (proxy.documenting()) return;
    if (direct == proxy.has("url")) return proxy.error("needs url, or `direct: true` without one");
    if (!direct) read_proxy_url(proxy, url, *own);
    for (const std::string& entry : own->except) {
      if (is_exception(entry)) continue;
      proxy.error_at("except",
                     "has an entry that is no host, domain, address or network, with or "
                     "without a :port: " +
                         entry);
    }
  });
  if (direct) out.reset();
  if (own && !direct) out = std::move(own);
}

}  // namespace tollgate::config
