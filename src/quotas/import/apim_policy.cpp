// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "policy_expressions.hpp"
#include "tollgate/base/int128.hpp"
#include "tollgate/quotas/import.hpp"
#include "xml_elements.hpp"

// learn.microsoft.com: the references of the policies llm-token-limit, azure-openai-token-limit,
// rate-limit, rate-limit-by-key, quota and quota-by-key.
namespace tollgate::quotas {
namespace {

constexpr std::int64_t kMinute = 60;

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && out > 0 && out <= kLargestAmount ? std::optional(out) : std::nullopt;
}

/// The limits that a policy's elements make.
class PolicyReader {
 public:
  void read(const XmlElement& element);
  ImportedLimits take();

 private:
  void read_token_limit(const XmlElement& element);
  void read_calls(const XmlElement& element, bool rate);
  void read_rate(const XmlElement& element, std::int64_t calls, std::vector<Limit>& to);
  void read_quota(const XmlElement& element, std::int64_t calls, std::vector<Limit>& to);
  void note_rest(const XmlElement& element);

  /// Where its limits belong; null: nowhere, and that is listed.
  std::vector<Limit>* place_of(const XmlElement& element, bool by_key);
  /// nullopt: it is not there, or has no number, which is listed.
  std::optional<std::int64_t> number_in(const XmlElement& element, const char* attribute);
  /// Keeps the smaller one where there are two of a kind.
  void add(std::vector<Limit>& to, Limit limit, const XmlElement& element);
  void leave_out(const XmlElement& element, std::string_view attribute, std::string why);

  ImportedLimits out_;
};

void PolicyReader::leave_out(const XmlElement& element, std::string_view attribute,
                             std::string why) {
  std::string what = element.name;
  if (!attribute.empty()) what.append(" ").append(attribute);
  out_.not_mapped.push_back({element.line, std::move(what), std::move(why)});
}

std::vector<Limit>* PolicyReader::place_of(const XmlElement& element, bool by_key) {
  for (const char* const conditional : {"when", "otherwise", "retry", "limit-concurrency"}) {
    const auto& within = element.within;
    if (std::find(within.begin(), within.end(), conditional) == within.end()) continue;
    leave_out(element, {},
              std::string("it stands in <") + conditional + ">: limits hold always here");
    return nullptr;
  }
  if (!by_key) return &out_.of_each;
  const std::string* const key = element.find("counter-key");
  if (key == nullptr) {
    leave_out(element, {}, "it has no counter-key");
    return nullptr;
  }
  switch (meaning_of(*key)) {
    case CounterKey::all:
      return &out_.of_all;
    case CounterKey::each:
      return &out_.of_each;
    case CounterKey::other:
      break;
  }
  leave_out(element, "counter-key", why_not(*key));
  return nullptr;
}

std::optional<std::int64_t> PolicyReader::number_in(const XmlElement& element,
                                                    const char* attribute) {
  const std::string* const value = element.find(attribute);
  if (value == nullptr) return std::nullopt;
  const auto out = whole_number(*value);
  if (!out)
    leave_out(element, attribute,
              is_expression(*value) ? "its number is an expression or a named value"
                                    : "it is no whole number above 0");
  return out;
}

void PolicyReader::add(std::vector<Limit>& to, Limit limit, const XmlElement& element) {
  limit.line = element.line;
  if (limit.period != Period::minute) limit.warn_at = {80, 100};
  const auto same = std::find_if(to.begin(), to.end(), [&](const Limit& other) {
    return other.measure == limit.measure && other.period == limit.period;
  });
  if (same == to.end()) {
    to.push_back(std::move(limit));
    return;
  }
  if (limit.amount < same->amount) std::swap(*same, limit);
  out_.not_mapped.push_back({limit.line, to_text(limit),
                             "a smaller one of the kind is in line " + std::to_string(same->line)});
}

void PolicyReader::read_token_limit(const XmlElement& element) {
  std::vector<Limit>* const to = place_of(element, true);
  if (to != nullptr) {
    Limit limit;
    limit.measure = Measure::tokens;
    if (const auto rate = number_in(element, "tokens-per-minute")) {
      limit.amount = *rate;
      add(*to, limit, element);
    }
    const std::string* const period = element.find("token-quota-period");
    constexpr std::array kPeriods{
        std::pair("Hourly", Period::hour), std::pair("Daily", Period::day),
        std::pair("Weekly", Period::week), std::pair("Monthly", Period::month),
        std::pair("Yearly", Period::year)};
    const auto known = std::find_if(kPeriods.begin(), kPeriods.end(), [&](const auto& one) {
      return period != nullptr && *period == one.first;
    });
    const auto quota = number_in(element, "token-quota");
    if (quota && known != kPeriods.end()) {
      limit.amount = *quota;
      limit.period = known->second;
      add(*to, limit, element);
      out_.exhausted_is_403 = true;
    } else if (quota) {
      leave_out(element, "token-quota",
                "token-quota-period must be Hourly, Daily, Weekly, Monthly or Yearly");
    }
  }
  note_rest(element);
}

void PolicyReader::read_rate(const XmlElement& element, std::int64_t calls,
                             std::vector<Limit>& to) {
  const auto every = number_in(element, "renewal-period");
  if (!every) return;
  const Int128 a_minute = Int128(calls) * kMinute;
  if (a_minute % *every != 0 || a_minute / *every > kLargestAmount)
    return leave_out(element, "renewal-period",
                     "so many calls in so many seconds are no whole number a minute");
  Limit limit;
  limit.amount = static_cast<std::int64_t>(a_minute / *every);
  if (*every != kMinute) limit.burst = calls;
  add(to, limit, element);
}

void PolicyReader::read_quota(const XmlElement& element, std::int64_t calls,
                              std::vector<Limit>& to) {
  const auto every = number_in(element, "renewal-period");
  if (!every) return;
  constexpr std::array kWindows{std::pair(3'600, Period::hour), std::pair(86'400, Period::day),
                                std::pair(604'800, Period::week)};
  const auto known = std::find_if(kWindows.begin(), kWindows.end(),
                                  [&](const auto& one) { return *every == one.first; });
  if (known == kWindows.end())
    return leave_out(element, "renewal-period",
                     "windows are hours, days, weeks, months and years of the calendar");
  Limit limit;
  limit.amount = calls;
  limit.period = known->second;
  add(to, limit, element);
  out_.exhausted_is_403 = true;
}

void PolicyReader::read_calls(const XmlElement& element, bool rate) {
  std::vector<Limit>* const to = place_of(element, element.name.ends_with("-by-key"));
  if (to != nullptr) {
    const auto calls = number_in(element, "calls");
    if (calls && rate) read_rate(element, *calls, *to);
    if (calls && !rate) read_quota(element, *calls, *to);
  }
  note_rest(element);
}

/// What an attribute means that makes no limit.
struct OtherAttribute {
  std::string_view name;
  const char* why;
};
constexpr std::array kOtherAttributes{
    OtherAttribute{"estimate-prompt-tokens", "prompts are always counted before they are sent"},
    OtherAttribute{"retry-after-header-name", "it is Retry-After, with retry-after-ms beside it"},
    OtherAttribute{"remaining-tokens-header-name", "it is x-ratelimit-remaining-tokens"},
    OtherAttribute{"remaining-quota-tokens-header-name",
                   "it is x-ratelimit-remaining-tokens, of the limit that leaves the least"},
    OtherAttribute{"tokens-consumed-header-name",
                   "answers say it in `usage`, records in TotalTokens"},
    OtherAttribute{"remaining-calls-header-name", "it is x-ratelimit-remaining-requests"},
    OtherAttribute{"total-calls-header-name", "it is x-ratelimit-limit-requests"},
    OtherAttribute{"increment-condition", "every request counts"},
    OtherAttribute{"increment-count", "a request counts 1"},
    OtherAttribute{"first-period-start", "windows begin with the calendar's"},
    OtherAttribute{"bandwidth", "bytes are not limited"}};
constexpr std::array<std::string_view, 6> kRead{"counter-key", "tokens-per-minute",
                                                "token-quota", "token-quota-period",
                                                "calls",       "renewal-period"};

void PolicyReader::note_rest(const XmlElement& element) {
  for (const auto& [name, value] : element.attributes) {
    if (std::find(kRead.begin(), kRead.end(), name) != kRead.end() || name == "id") continue;
    const auto known =
        std::find_if(kOtherAttributes.begin(), kOtherAttributes.end(),
                     [&name = name](const OtherAttribute& one) { return one.name == name; });
    if (known != kOtherAttributes.end()) {
      leave_out(element, name, known->why);
    } else if (name.ends_with("-variable-name")) {
      leave_out(element, name, "there are no variables of policies");
    } else {
      leave_out(element, name, "it has no counterpart");
    }
  }
}

void PolicyReader::read(const XmlElement& element) {
  const std::string& name = element.name;
  if (name == "llm-token-limit" || name == "azure-openai-token-limit")
    return read_token_limit(element);
  if (name == "rate-limit" || name == "rate-limit-by-key") return read_calls(element, true);
  if (name == "quota" || name == "quota-by-key") return read_calls(element, false);
  if (name == "include-fragment")
    return leave_out(element, {}, "the fragment is another document: import it as well");
  if (name == "llm-emit-token-metric" || name == "azure-openai-emit-token-metric")
    return leave_out(element, {},
                     "records have tokens by client, model, tag and address, without a policy");
  const bool of_limit = !element.within.empty() &&
                        (element.within.back() == "rate-limit" || element.within.back() == "quota");
  if (of_limit && (name == "api" || name == "operation"))
    leave_out(element, {}, "limits are of models, not of APIs and operations");
}

ImportedLimits PolicyReader::take() {
  std::stable_sort(out_.not_mapped.begin(), out_.not_mapped.end(),
                   [](const NotMapped& a, const NotMapped& b) { return a.line < b.line; });
  return std::move(out_);
}

}  // namespace

Result<ImportedLimits> import_apim_policy(std::string_view xml) {
  Result<std::vector<XmlElement>> elements = read_xml(xml);
  if (!elements && xml.size() <= kLargestXml) {
    auto escaped = read_xml(with_escaped_expressions(xml));
    if (escaped) elements = std::move(escaped);
  }
  if (!elements) return elements.error();
  PolicyReader reader;
  for (const XmlElement& element : *elements) reader.read(element);
  return reader.take();
}

}  // namespace tollgate::quotas
