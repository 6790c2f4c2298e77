// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "tollgate/base/text.hpp"
#include "tollgate/usage/cost_adjustment.hpp"
#include "tollgate/usage/record_fields.hpp"
#include "tollgate/usage/refusal_row.hpp"

namespace tollgate::usage {
namespace {

/// Columns longer than this are cut by the service without a word (azure-protocol.md 6.2): better
/// by us.
constexpr std::size_t kTextLimit = 32 * 1024;

void append_string(std::string& out, std::string_view text) {
  out.push_back('"');
  const bool plain = text.size() <= kTextLimit && std::ranges::all_of(text, [](char c) {
                       return c >= ' ' && c < 0x7F && c != '"' && c != '\\';
                     });
  if (plain) {
    out.append(text);
  } else {
    for (const char c : sanitize_utf8(text, kTextLimit)) {
      if (c == '"' || c == '\\') out.push_back('\\');
      out.push_back(c);
    }
  }
  out.push_back('"');
}

template <class Number>
void append_number(std::string& out, Number number) {
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

/// One JSON object, a member at a time.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : out_(out) { out_.push_back('{'); }
  ~ObjectWriter() { out_.push_back('}'); }
  ObjectWriter(const ObjectWriter&) = delete;
  ObjectWriter& operator=(const ObjectWriter&) = delete;

  std::string& key(std::string_view name) {
    if (!std::exchange(first_, false)) out_.push_back(',');
    append_string(out_, name);
    out_.push_back(':');
    return out_;
  }
  void text(std::string_view name, std::string_view value) { append_string(key(name), value); }
  void number(std::string_view name, std::int64_t value) { append_number(key(name), value); }
  void flag(std::string_view name, bool value) { key(name).append(value ? "true" : "false"); }
  void number(std::string_view name, const std::optional<std::int64_t>& value) {
    if (value) return number(name, *value);
    key(name).append("null");
  }
  void real(std::string_view name, const std::optional<double>& value) {
    if (!value || !std::isfinite(*value)) {
      key(name).append("null");
    } else {
      append_number(key(name), std::round(*value * 1000) / 1000);
    }
  }

 private:
  std::string& out_;
  bool first_ = true;
};

/// A list with an object for each element, which `write` fills.
template <class Element, class Write>
void append_objects(std::string& out, const std::vector<Element>& elements, Write write) {
  out.push_back('[');
  bool first = true;
  for (const Element& element : elements) {
    if (!std::exchange(first, false)) out.push_back(',');
    ObjectWriter object(out);
    write(object, element);
  }
  out.push_back(']');
}

/// The value of each kind of member, as its column has it.
class RowWriter {
 public:
  explicit RowWriter(std::string& out) : object_(out) {}

  void time_generated(UtcTime time) { object_.text("TimeGenerated", to_rfc3339(time)); }

  /// A column that is no field of a record.
  template <class Value>
  void add(std::string_view name, const Value& value) {
    put(name, value);
  }

  template <class Value>
  void operator()(const RecordField& field, const Value& value) {
    if (!field.column.empty()) put(field.column, value);
  }

 private:
  void put(std::string_view name, const std::string& value) { object_.text(name, value); }
  void put(std::string_view name, const Uuid& value) { object_.text(name, value.to_string()); }
  void put(std::string_view name, UtcTime value) { object_.text(name, to_rfc3339(value)); }
  void put(std::string_view name, bool value) { object_.flag(name, value); }
  void put(std::string_view name, int value) { object_.number(name, value); }
  void put(std::string_view name, std::int64_t value) { object_.number(name, value); }
  void put(std::string_view name, const std::optional<std::int64_t>& value) {
    object_.number(name, value);
  }
  void put(std::string_view name, const std::optional<double>& value) { object_.real(name, value); }
  void put(std::string_view name, Outcome value) { object_.text(name, to_string(value)); }
  void put(std::string_view name, UsageBasis value) { object_.text(name, to_string(value)); }
  void put(std::string_view name, AuditLevel value) { object_.text(name, to_string(value)); }
  void put(std::string_view name, CostBasis value) { object_.text(name, to_string(value)); }
  void put(std::string_view name, const std::map<std::string, std::string>& value) {
    append_json(object_.key(name), value);
  }
  void put(std::string_view name, const std::vector<Attempt>& value) {
    append_json(object_.key(name), value);
  }
  void put(std::string_view name, const std::vector<CostComponent>& value) {
    append_json(object_.key(name), value);
  }
  void put(std::string_view, const std::vector<std::string>&) {}  // no column is a list of ids

  ObjectWriter object_;
};

}  // namespace

void append_json(std::string& out, const std::map<std::string, std::string>& tags) {
  ObjectWriter object(out);
  for (const auto& [name, value] : tags) object.text(name, value);
}

void append_json(std::string& out, const std::vector<Attempt>& attempts) {
  append_objects(out, attempts, [](ObjectWriter& object, const Attempt& attempt) {
    object.text("Backend", attempt.backend);
    object.text("Deployment", attempt.deployment);
    object.number("Status", attempt.status);
    object.number("DurationMs", attempt.duration_ms);
    object.text("Error", attempt.error);
    object.text("Region", attempt.region);
    object.text("Tier", attempt.tier);
    object.number("RetryAfterMs", attempt.retry_after_ms);
    object.flag("Sent", attempt.sent);
  });
}

void append_json(std::string& out, const std::vector<CostComponent>& components) {
  append_objects(out, components, [](ObjectWriter& object, const CostComponent& component) {
    object.text("Class", component.price_class);
    object.number("Quantity", component.quantity);
    object.text("Price", component.price);
    object.number("Per", component.per);
    object.text("Percent", component.percent);
    object.number("CostNano", component.cost_nano);
  });
}

std::string to_json(const UsageRecord& record) {
  std::string out;
  out.reserve(1536);
  {
    RowWriter row(out);
    row.time_generated(record.event_time);
    visit_fields(row, record);
  }
  return out;
}

std::string to_json(const CostAdjustment& adjustment) {
  std::string out;
  {
    RowWriter row(out);
    row.time_generated(adjustment.made_at);
    row.add("Kind", std::string(to_string(adjustment.kind)));
    row.add("Run", adjustment.run);
    visit_fields(
        [&](const RecordField& field, const auto& value) {
          if (is_adjusted_column(field.column)) row(field, value);
        },
        adjustment.record);
    row.add("PreviousCostNano", adjustment.previous_nano);
    row.add("PreviousCostCurrency", adjustment.previous_currency);
    row.add("PreviousCostBasis", adjustment.previous_basis);
    // Azure puts another TimeGenerated in its place where the row comes days late.
    row.add("MadeAt", adjustment.made_at);
  }
  return out;
}

std::string to_json(const RefusalRow& row) {
  std::string out;
  {
    RowWriter columns(out);
    visit_columns(row, [&](std::string_view name, const char*, const auto& value) {
      columns.add(name, value);
    });
  }
  return out;
}

}  // namespace tollgate::usage
