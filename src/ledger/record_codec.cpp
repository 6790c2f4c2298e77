// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "record_codec.hpp"

#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

#include "component_codec.hpp"
#include "record_bytes.hpp"
#include "tollgate/usage/record_fields.hpp"

namespace tollgate::ledger {
namespace {

using usage::Attempt;
using usage::CostComponent;
using usage::RecordField;
using Ids = std::vector<std::string>;
using Tags = std::map<std::string, std::string>;

class Encoder {
 public:
  explicit Encoder(std::string& out) : out_(out) {}

  void operator()(const RecordField& field, const std::string& value) {
    if (!value.empty()) put_field(field.number, std::string_view(value).substr(0, kLongestText));
  }
  void operator()(const RecordField& field, const Uuid& value) {
    put_field(field.number,
              {reinterpret_cast<const char*>(value.bytes.data()), value.bytes.size()});
  }
  void operator()(const RecordField& field, const UtcTime& value) {
    put_number(field.number, to_unix_micros(value));
  }
  void operator()(const RecordField& field, const std::optional<std::int64_t>& value) {
    if (value) put_number(field.number, *value);
  }
  void operator()(const RecordField& field, const std::optional<double>& value) {
    if (value) put_number(field.number, std::bit_cast<std::int64_t>(*value));
  }
  template <class T>
  requires std::is_integral_v<T> || std::is_enum_v<T>
  void operator()(const RecordField& field, T value) {
    put_number(field.number, static_cast<std::int64_t>(value));
  }
  template <class List>
  requires std::is_same_v<List, Tags> || std::is_same_v<List, std::vector<Attempt>> ||
      std::is_same_v<List, std::vector<CostComponent>> || std::is_same_v<List, Ids>
  void operator()(const RecordField& field, const List& list) {
    if (list.empty()) return;
    put_header(field.number, 0);
    const std::size_t begin = out_.size();
    put(list);
    write_number(out_.data() + begin - 4, static_cast<std::uint32_t>(out_.size() - begin));
  }

 private:
  void put_header(int number, std::size_t size) {
    std::array<char, 5> header{static_cast<char>(number)};
    write_number(header.data() + 1, static_cast<std::uint32_t>(size));
    out_.append(header.data(), header.size());
  }
  void put_field(int number, std::string_view value) {
    put_header(number, value.size());
    out_.append(value);
  }
  void put_number(int number, std::int64_t value) {
    std::array<char, 13> field{static_cast<char>(number)};
    write_number(field.data() + 1, std::uint32_t{sizeof value});
    write_number(field.data() + 5, value);
    out_.append(field.data(), field.size());
  }

  void put(const std::vector<CostComponent>& components) { encode_components(components, out_); }
  void put(const Tags& tags) {
    std::size_t count = 0;
    for (const auto& [name, value] : tags) {
      if (count++ == kMostTags) break;
      put_text(out_, name);
      put_text(out_, value);
    }
  }
  void put(const Ids& ids) {
    std::size_t room = kLongestIds;
    for (const std::string& id : ids) {
      if (id.size() > room) break;  // never a part of one
      room -= id.size();
      put_text(out_, id);
    }
  }
  void put(const std::vector<Attempt>& attempts) {
    for (std::size_t i = 0; i < attempts.size() && i < kMostAttempts; ++i) put_attempt(attempts[i]);
  }
  /// With its length in front, so that later versions can add to its end.
  void put_attempt(const Attempt& attempt) {
    const std::size_t begin = out_.size() + 4;
    put_u32(out_, 0);
    put_text(out_, attempt.backend);
    put_text(out_, attempt.deployment);
    put_i64(out_, attempt.status);
    put_i64(out_, attempt.duration_ms);
    put_text(out_, attempt.error);
    put_text(out_, attempt.region);
    put_text(out_, attempt.tier);
    put_i64(out_, attempt.retry_after_ms.value_or(-1));
    put_i64(out_, attempt.sent ? 1 : 0);
    write_number(out_.data() + begin - 4, static_cast<std::uint32_t>(out_.size() - begin));
  }

  std::string& out_;
};

class Decoder {
 public:
  explicit Decoder(std::string_view bytes) {
    Take take(bytes);
    while (!take.empty() && !take.failed()) {
      const auto number = static_cast<unsigned char>(take.raw(1).front());
      const std::string_view value = take.text();
      if (number < usage::kFieldNumbers) fields_[number] = value;
    }
    failed_ = take.failed();
  }

  bool failed() const { return failed_; }

  /// What only older records hold, in the form of their time.
  void read_former_fields(usage::UsageRecord& record) const {
    const std::string_view ids = fields_[usage::kStoredObjectsAsText];
    if (record.stored_objects.empty()) record.stored_objects = usage::ids_in(ids);
  }

  template <class Value>
  void operator()(const RecordField& field, Value& value) {
    const std::string_view bytes = fields_[static_cast<std::size_t>(field.number)];
    if (bytes.data() != nullptr) get(bytes, value);
  }

 private:
  std::int64_t number(std::string_view bytes) {
    Take take(bytes);
    const std::int64_t value = take.i64();
    failed_ = failed_ || take.failed() || !take.empty();
    return value;
  }

  template <class Enum>
  void take_known(std::optional<Enum> known, Enum& value) {
    failed_ = failed_ || !known;
    if (known) value = *known;
  }

  void get(std::string_view bytes, std::string& value) { value = bytes; }
  void get(std::string_view bytes, Uuid& value) {
    failed_ = failed_ || bytes.size() != value.bytes.size();
    if (!failed_) std::memcpy(value.bytes.data(), bytes.data(), value.bytes.size());
  }
  void get(std::string_view bytes, UtcTime& value) {
    constexpr std::int64_t kLatest =
        std::numeric_limits<std::int64_t>::max() / 1000;  // the clock's nanoseconds
    const std::int64_t micros = number(bytes);
    failed_ = failed_ || micros > kLatest || micros < -kLatest;
    if (!failed_) value = from_unix_micros(micros);
  }
  void get(std::string_view bytes, std::optional<std::int64_t>& value) { value = number(bytes); }
  void get(std::string_view bytes, std::optional<double>& value) {
    value = std::bit_cast<double>(number(bytes));
  }
  void get(std::string_view bytes, usage::Outcome& value) {
    take_known(usage::outcome_from_number(number(bytes)), value);
  }
  void get(std::string_view bytes, usage::UsageBasis& value) {
    take_known(usage::basis_from_number(number(bytes)), value);
  }
  void get(std::string_view bytes, usage::AuditLevel& value) {
    take_known(usage::audit_level_from_number(number(bytes)), value);
  }
  void get(std::string_view bytes, usage::CostBasis& value) {
    take_known(usage::cost_basis_from_number(number(bytes)), value);
  }
  template <class T>
  requires std::is_integral_v<T>
  void get(std::string_view bytes, T& value) { value = static_cast<T>(number(bytes)); }
  void get(std::string_view bytes, Tags& tags) {
    Take take(bytes);
    while (!take.empty() && !take.failed()) {
      const std::string name(take.text());
      tags[name] = take.text();
    }
    failed_ = failed_ || take.failed();
  }
  void get(std::string_view bytes, Ids& ids) {
    Take take(bytes);
    while (!take.empty() && !take.failed()) ids.emplace_back(take.text());
    failed_ = failed_ || take.failed();
  }
  void get(std::string_view bytes, std::vector<Attempt>& attempts) {
    Take list(bytes);
    while (!list.empty() && !list.failed()) {
      Take take(list.text());
      Attempt& attempt = attempts.emplace_back();
      attempt.backend = take.text();
      attempt.deployment = take.text();
      attempt.status = static_cast<int>(take.i64());
      attempt.duration_ms = take.i64();
      attempt.error = take.text();
      attempt.region = take.text();
      attempt.tier = take.text();
      const std::int64_t retry_after = take.i64();
      if (retry_after >= 0) attempt.retry_after_ms = retry_after;
      attempt.sent = take.i64() == 1;
      failed_ = failed_ || take.failed();
    }
    failed_ = failed_ || list.failed();
  }

  void get(std::string_view bytes, std::vector<CostComponent>& components) {
    auto read = decode_components(bytes);
    failed_ = failed_ || !read;
    if (read) components = std::move(*read);
  }

  std::array<std::string_view, usage::kFieldNumbers> fields_{};
  bool failed_ = false;
};

}  // namespace

void encode_record(const usage::UsageRecord& record, std::string& out) {
  visit_fields(Encoder(out), record);
}

std::optional<usage::UsageRecord> decode_fields(std::string_view bytes) {
  Decoder decoder(bytes);
  if (decoder.failed()) return std::nullopt;
  std::optional<usage::UsageRecord> record(std::in_place);
  visit_fields(decoder, *record);
  decoder.read_former_fields(*record);
  if (decoder.failed()) record.reset();
  return record;
}

std::optional<usage::UsageRecord> decode_record(std::string_view bytes) {
  std::optional<usage::UsageRecord> record = decode_fields(bytes);
  if (record && record->record_id == Uuid{}) record.reset();
  return record;
}

std::optional<Uuid> decode_record_id(std::string_view bytes) {
  constexpr char kRecordId = 1;
  Uuid id;
  Take take(bytes);
  const bool first = take.raw(1) == std::string_view(&kRecordId, 1);
  const std::string_view value = take.text();
  if (!first || take.failed() || value.size() != id.bytes.size()) {
    const auto record = decode_record(bytes);  // written with another order of fields
    return record ? std::optional<Uuid>(record->record_id) : std::nullopt;
  }
  std::memcpy(id.bytes.data(), value.data(), value.size());
  return id;
}

}  // namespace tollgate::ledger
