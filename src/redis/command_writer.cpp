// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "command_writer.hpp"

#include <array>
#include <charconv>

namespace tollgate::redis {
namespace {

/// "$12\r\n"
void write_number(std::string& out, char type, std::size_t number) {
  std::array<char, 24> head{type};
  char* const end = std::to_chars(head.data() + 1, head.data() + head.size() - 2, number).ptr;
  end[0] = '\r';
  end[1] = '\n';
  out.append(head.data(), static_cast<std::size_t>(end + 2 - head.data()));
}

void write_count(std::string& out, std::size_t words) { write_number(out, '*', words); }

void write_word(std::string& out, std::string_view word) {
  write_number(out, '$', word.size());
  out.append(word).append("\r\n", 2);
}

}  // namespace

void write_command(std::string& out, std::initializer_list<std::string_view> words) {
  write_count(out, words.size());
  for (const std::string_view word : words) write_word(out, word);
}

void write_call(std::string& out, const Call& call, bool whole) {
  constexpr std::size_t kBesideKeys = 3;  // the command, the script and the number of keys
  const std::size_t in_front = call.script == nullptr ? 0 : kBesideKeys;
  out.reserve(out.size() + written_size(call, whole));
  write_count(out, in_front + call.keys.size() + call.arguments.size());
  if (call.script != nullptr) {
    write_word(out, whole ? "EVAL" : "EVALSHA");
    write_word(out, whole ? call.script->source() : call.script->sha1());
    write_word(out, std::to_string(call.keys.size()));
  }
  for (const std::string& key : call.keys) write_word(out, key);
  for (const std::string& argument : call.arguments) write_word(out, argument);
}

std::size_t written_size(const Call& call, bool whole) {
  constexpr std::size_t kAround = 26;  // "$", a length and two line ends
  std::size_t size = 5 * kAround;
  if (call.script != nullptr) size += whole ? call.script->source().size() : 40;
  for (const std::string& key : call.keys) size += key.size() + kAround;
  for (const std::string& argument : call.arguments) size += argument.size() + kAround;
  return size;
}

}  // namespace tollgate::redis
