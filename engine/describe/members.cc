#include "describe/members.h"

#include <algorithm>

namespace stepshake::describe {
namespace {

constexpr std::size_t kMostShown = 64;       // bytes in hexadecimal
constexpr std::size_t kMostElements = 1000;  // of one list: a field takes many times its bytes

}  // namespace

std::string shown_size(BytesView bytes) {
  return bytes.size() == 1 ? "1 byte" : std::to_string(bytes.size()) + " bytes";
}

std::string shown_bytes(BytesView bytes) {
  return bytes.empty() || bytes.size() > kMostShown ? shown_size(bytes) : to_hex(bytes);
}

Field& Members::add(std::string_view name, std::string value, BytesView raw) {
  return into_.fields.emplace_back(Field{std::string(name), std::move(value), to_bytes(raw), {}});
}

void Members::stop(std::string why) {
  add(kMalformed, std::move(why), reader_.rest());
  stopped_ = true;
}

void Members::finish() {
  if (stopped_) return;
  if (const auto end = reader_.expect_end(into_.name); !end) stop(end.failure().detail);
}

std::optional<std::uint32_t> Members::take(std::size_t size, std::string_view name) {
  if (stopped_) return {};
  const auto raw = reader_.bytes(size, name);
  if (!raw) {
    stop(raw.failure().detail);
    return {};
  }
  std::uint32_t value = 0;
  for (std::uint8_t byte : *raw) value = value << 8 | byte;
  return value;
}

std::uint32_t Members::number(std::size_t size, std::string_view name, ShowNumber show) {
  const BytesView before = reader_.rest();
  const auto value = take(size, name);
  if (!value) return 0;
  add(name, show(*value), before.first(size));
  return *value;
}

void Members::own_number(std::size_t size, ShowNumber show) {
  if (const auto value = take(size, into_.name)) into_.value = show(*value);
}

void Members::bytes(std::size_t size, std::string_view name, ShowBytes show) {
  if (stopped_) return;
  const auto raw = reader_.bytes(size, name);
  if (!raw) return stop(raw.failure().detail);
  add(name, show(*raw), *raw);
}

void Members::all(std::string_view name, ShowBytes show) {
  bytes(reader_.rest().size(), name, show);
}

void Members::own_bytes(std::string value) {
  if (stopped_) return;
  into_.value = std::move(value);
  reader_ = wire::Reader({});
}

void Members::opaque(std::size_t length_size, std::string_view name, ShowBytes show) {
  const wire::Reader before = reader_;
  const auto length = take(length_size, "the length of " + std::string(name));
  if (!length) return;
  const auto raw = reader_.bytes(*length, name);
  if (!raw) {
    reader_ = before;  // the length belongs to the bytes that were not taken
    return stop(raw.failure().detail);
  }
  add(name, show(*raw), *raw);
}

void Members::limited(Field& field, std::size_t announced, const Body& body) {
  const BytesView content = reader_.rest().first(std::min(announced, reader_.rest().size()));
  reader_ = wire::Reader(reader_.rest().subspan(content.size()));
  Members inner(field, content);
  body(inner);
  inner.finish();
  if (content.size() == announced) return;
  // What is there was read all the same. One cut is reported once, in the innermost structure that it hits.
  stopped_ = true;
  if (inner.stopped_) return;
  inner.stop(field.name + " is cut short: " + std::to_string(content.size()) + " of " +
             std::to_string(announced) + " bytes");
}

void Members::within(std::size_t length_size, std::string_view name, const Body& body) {
  const auto length = take(length_size, "the length of " + std::string(name));
  if (!length) return;
  const BytesView there = reader_.rest().first(std::min<std::size_t>(*length, rest().size()));
  limited(add(name, {}, there), *length, body);
}

void Members::part(std::size_t announced, const Body& body) {
  if (!stopped_) limited(into_, announced, body);
}

void Members::structure(std::string_view name, const Body& body) {
  if (stopped_) return;
  const BytesView before = reader_.rest();
  Field& field = add(name, {}, {});
  Members inner(field, before);
  body(inner);
  stopped_ = inner.stopped_;
  const std::size_t left = stopped_ ? 0 : inner.rest().size();
  field.raw = to_bytes(before.first(before.size() - left));
  reader_ = wire::Reader(before.last(left));
}

void Members::each(const Body& element) {
  for (std::size_t count = 0; more(); ++count) {
    if (count == kMostElements) return all("more", shown_size);
    element(*this);
  }
}

void Members::list(std::size_t length_size, std::string_view name, const Body& element) {
  within(length_size, name, [&](Members& in) { in.each(element); });
}

void Members::numbers(std::size_t length_size, std::string_view name, std::size_t size,
                      std::string_view element, ShowNumber show) {
  list(length_size, name, [&](Members& in) { in.number(size, element, show); });
}

}  // namespace stepshake::describe
