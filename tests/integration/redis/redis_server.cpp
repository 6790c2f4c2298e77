// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "redis_server.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

namespace tollgate::redis {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

tcp::endpoint on_loopback(std::uint16_t port) { return {asio::ip::address_v4::loopback(), port}; }

bool listens(std::uint16_t port) {
  asio::io_context context;
  tcp::socket socket(context);
  boost::system::error_code error;
  socket.connect(on_loopback(port), error);
  return !error;
}

std::string new_directory() {
  std::string path = (std::filesystem::temp_directory_path() / "tollgate-redis-XXXXXX").string();
  if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error("no directory");
  return path;
}

const char* program() {
  const char* const given = std::getenv("TOLLGATE_REDIS_SERVER");
  return given != nullptr && *given != '\0' ? given : "redis-server";
}

}  // namespace

std::uint16_t unused_port() {
  asio::io_context context;
  return tcp::acceptor(context, on_loopback(0)).local_endpoint().port();
}

RedisServer::RedisServer(std::vector<std::string> options, bool tls)
    : options_(std::move(options)), tls_(tls), port_(unused_port()), directory_(new_directory()) {
  start();
}

RedisServer::~RedisServer() {
  kill();
  std::filesystem::remove_all(directory_);
}

void RedisServer::start() {
  std::vector<std::string> words{program(),  "--bind",      "127.0.0.1", "--dir",
                                 directory_, "--save",      "",          "--appendonly",
                                 "no",       "--daemonize", "no"};
  for (const char* const word : {tls_ ? "--tls-port" : "--port"}) words.emplace_back(word);
  words.push_back(std::to_string(port_));
  if (tls_) words.insert(words.end(), {"--port", "0", "--tls-auth-clients", "no"});
  words.insert(words.end(), options_.begin(), options_.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  process_ = ::fork();
  if (process_ == 0) {
    const std::string log = directory_ + "/server.log";
    const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
    ::execvp(arguments.front(), arguments.data());
    ::_exit(127);
  }
  for (int i = 0; i < 500; ++i) {
    if (listens(port_)) return;
    if (::waitpid(process_, nullptr, WNOHANG) == process_) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  throw std::runtime_error(std::string("cannot start ") + program() + ": see " + directory_);
}

void RedisServer::kill() {
  if (process_ < 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  process_ = -1;
}

void RedisServer::pause() { ::kill(process_, SIGSTOP); }
void RedisServer::resume() { ::kill(process_, SIGCONT); }

std::string RedisServer::ask(const std::vector<std::string>& words) const {
  asio::io_context context;
  tcp::socket socket(context);
  socket.connect(on_loopback(port_));
  std::string bytes = "*" + std::to_string(words.size()) + "\r\n";
  for (const std::string& word : words)
    bytes += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
  asio::write(socket, asio::buffer(bytes));
  std::array<char, 65536> answer{};
  return {answer.data(), socket.read_some(asio::buffer(answer))};
}

}  // namespace tollgate::redis
