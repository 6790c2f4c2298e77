// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "component_codec.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "record_bytes.hpp"

namespace tollgate::ledger {
namespace {

using usage::CostComponent;

constexpr std::size_t kLengthSize = sizeof(std::uint32_t);
constexpr std::size_t kNumberSize = sizeof(std::int64_t);
/// Of one component: its length, three texts, three numbers.
constexpr std::size_t kLongestComponent =
    kLengthSize + 3 * (kLengthSize + kLongestComponentText) + 3 * kNumberSize;

/// The bytes of one component: every record has some, so they are put together in one place.
class ComponentBytes {
 public:
  void put(std::string_view text) {
    text = text.substr(0, kLongestComponentText);
    write_number(bytes_.data() + size_, static_cast<std::uint32_t>(text.size()));
    text.copy(bytes_.data() + size_ + kLengthSize, text.size());
    size_ += kLengthSize + text.size();
  }
  void put(std::int64_t number) {
    write_number(bytes_.data() + size_, number);
    size_ += kNumberSize;
  }
  std::string_view finish() {
    write_number(bytes_.data(), static_cast<std::uint32_t>(size_ - kLengthSize));
    return {bytes_.data(), size_};
  }

 private:
  std::array<char, kLongestComponent> bytes_;
  std::size_t size_ = kLengthSize;
};

}  // namespace

void encode_components(const std::vector<CostComponent>& components, std::string& out) {
  const std::size_t count = std::min(components.size(), kMostComponents);
  for (std::size_t i = 0; i < count; ++i) {
    const CostComponent& component = components[i];
    ComponentBytes bytes;
    bytes.put(component.price_class);
    bytes.put(component.quantity);
    bytes.put(component.price);
    bytes.put(component.per);
    bytes.put(component.percent);
    bytes.put(component.cost_nano);
    out.append(bytes.finish());
  }
}

std::optional<std::vector<CostComponent>> decode_components(std::string_view bytes) {
  std::vector<CostComponent> out;
  Take list(bytes);
  while (!list.empty() && !list.failed()) {
    Take take(list.text());
    CostComponent& component = out.emplace_back();
    component.price_class = take.text();
    component.quantity = take.i64();
    component.price = take.text();
    component.per = take.i64();
    component.percent = take.text();
    component.cost_nano = take.i64();
    if (take.failed()) return std::nullopt;
  }
  if (list.failed()) return std::nullopt;
  return out;
}

bool EncodedComponents::next() {
  if (rest_.empty()) return false;
  Take list(rest_);
  const std::string_view component = list.text();
  Take take(component);
  const std::size_t quantity = kLengthSize + take.text().size();
  quantity_ = take.i64();
  const std::size_t per = quantity + kNumberSize + kLengthSize + take.text().size();
  take.i64();
  const std::size_t cost = per + kNumberSize + kLengthSize + take.text().size();
  cost_nano_ = take.i64();
  failed_ = list.failed() || take.failed();
  if (failed_) return false;
  price_.resize(kLengthSize + cost + kNumberSize);
  std::memcpy(price_.data(), rest_.data(), kLengthSize + cost);
  write_number(price_.data(), static_cast<std::uint32_t>(cost + kNumberSize));
  std::memset(price_.data() + kLengthSize + quantity, 0, kNumberSize);
  std::memset(price_.data() + kLengthSize + cost, 0, kNumberSize);
  rest_.remove_prefix(kLengthSize + component.size());
  return true;
}

}  // namespace tollgate::ledger
