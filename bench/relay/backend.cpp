// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// The backend of `./dev bench relay`: TLS 1.3 keep-alive on one epoll thread, prepared answers, no
// logic. It is not azure-simulator, whose bill and checks would cost more than what is measured.
// Usage: bench-backend CERTIFICATE KEY; prints "ready PORT" and serves until its standard input
// ends.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "answers.hpp"

namespace tollgate::bench {
namespace {

struct CloseSession {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};

struct Peer {
  int fd = -1;
  std::unique_ptr<SSL, CloseSession> tls;
  bool greeted = false;
  std::string in;
  std::string_view out;  // what is left of a prepared answer
};

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

/// The content length of a request head; 0 when it names none. The bench's own clients send nothing
/// cleverer.
std::size_t content_length(std::string_view head) {
  for (std::string_view name : {"\r\ncontent-length: ", "\r\nContent-Length: "}) {
    const auto at = head.find(name);
    if (at != head.npos) return std::strtoul(head.data() + at + name.size(), nullptr, 10);
  }
  return 0;
}

class Backend {
 public:
  Backend(SSL_CTX* tls, int listener) : tls_(tls), listener_(listener), epoll_(epoll_create1(0)) {
    watch(listener_);
    watch(STDIN_FILENO);
  }

  void run() {
    std::array<epoll_event, 256> events;
    for (;;) {
      const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < count; ++i) {
        const int fd = events[static_cast<std::size_t>(i)].data.fd;
        if (fd == STDIN_FILENO) return;
        if (fd == listener_) {
          accept_all();
        } else if (!serve(peers_.at(fd))) {
          peers_.erase(fd);
          close(fd);
        }
      }
    }
  }

 private:
  void watch(int fd) {
    epoll_event event{};
    event.events = EPOLLIN | (fd == listener_ || fd == STDIN_FILENO ? 0u : EPOLLOUT | EPOLLET);
    event.data.fd = fd;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }

  void accept_all() {
    for (int fd; (fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
      const int yes = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
      Peer& peer = peers_[fd];
      peer.fd = fd;
      peer.tls.reset(SSL_new(tls_));
      SSL_set_fd(peer.tls.get(), fd);
      SSL_set_accept_state(peer.tls.get());
      watch(fd);
    }
  }

  /// Whether the connection goes on. Edge-triggered: does all it can.
  bool serve(Peer& peer) {
    if (!peer.greeted) {
      const int done = SSL_accept(peer.tls.get());
      if (done <= 0) return waits(peer, done);
      peer.greeted = true;
    }
    for (;;) {
      if (!peer.out.empty()) {
        const int sent =
            SSL_write(peer.tls.get(), peer.out.data(), static_cast<int>(peer.out.size()));
        if (sent <= 0) return waits(peer, sent);
        peer.out.remove_prefix(static_cast<std::size_t>(sent));
        continue;
      }
      if (answer(peer)) continue;
      std::array<char, 16384> piece;
      const int got = SSL_read(peer.tls.get(), piece.data(), static_cast<int>(piece.size()));
      if (got <= 0) return waits(peer, got);
      peer.in.append(piece.data(), static_cast<std::size_t>(got));
    }
  }

  static bool waits(Peer& peer, int result) {
    const int error = SSL_get_error(peer.tls.get(), result);
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
  }

  /// Takes one whole request off the input and prepares its answer; false when there is none yet.
  bool answer(Peer& peer) {
    const auto end = peer.in.find("\r\n\r\n");
    if (end == peer.in.npos) return false;
    const std::string_view head(peer.in.data(), end + 2);
    const std::size_t size = end + 4 + content_length(head);
    if (peer.in.size() < size) return false;
    peer.out = find_answer(head);
    peer.in.erase(0, size);
    return true;
  }

  /// By the deployment in /openai/deployments/NAME/; a request for none is a mistake of the bench.
  std::string_view find_answer(std::string_view head) const {
    constexpr std::string_view kBefore = "/openai/deployments/";
    const auto at = head.find(kBefore);
    if (at != head.npos) {
      const std::string_view rest = head.substr(at + kBefore.size());
      const auto found = answers_.find(std::string(rest.substr(0, rest.find('/'))));
      if (found != answers_.end()) return found->second;
    }
    return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
  }

  SSL_CTX* tls_;
  int listener_;
  int epoll_;
  std::map<std::string, std::string> answers_ = make_answers();
  std::unordered_map<int, Peer> peers_;
};

int listen_on_loopback(std::uint16_t& port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail("bind");
  if (listen(fd, 4096) != 0) fail("listen");
  socklen_t size = sizeof address;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  port = ntohs(address.sin_port);
  return fd;
}

int run(const char* certificate, const char* key) {
  std::signal(SIGPIPE, SIG_IGN);
  SSL_CTX* tls = SSL_CTX_new(TLS_server_method());
  if (SSL_CTX_use_certificate_chain_file(tls, certificate) != 1 ||
      SSL_CTX_use_PrivateKey_file(tls, key, SSL_FILETYPE_PEM) != 1) {
    std::fprintf(stderr, "cannot read %s and %s\n", certificate, key);
    return 1;
  }
  SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  std::uint16_t port = 0;
  Backend backend(tls, listen_on_loopback(port));
  std::printf("ready %u\n", port);
  std::fflush(stdout);
  backend.run();
  return 0;
}

}  // namespace
}  // namespace tollgate::bench

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: bench-backend CERTIFICATE KEY\n");
    return 2;
  }
  return tollgate::bench::run(argv[1], argv[2]);
}
