#include "server/service_keys.h"

#include <gtest/gtest.h>

#include "server/text.h"

namespace stepshake::server {
namespace {

const std::string kOld(64, '1');
const std::string kNew(64, '2');

TEST(ServiceKeys, TheFirstSealsAndAllOpen) {
  const auto old_keys = ServiceKeys::parse("# of last year\n" + kOld + "\n");
  const auto both = ServiceKeys::parse(kNew + "\n\n" + kOld);
  const auto new_keys = ServiceKeys::parse(kNew);
  ASSERT_TRUE(old_keys.ok() && both.ok() && new_keys.ok());
  const Bytes sealed = old_keys->seal("context", bytes_of("a session"));
  ASSERT_TRUE(both->open("context", sealed));
  EXPECT_EQ(chars_of(both->open("context", sealed)->view()), "a session");
  EXPECT_FALSE(new_keys->open("context", sealed));
  EXPECT_TRUE(new_keys->open("context", both->seal("context", bytes_of("x"))));
  EXPECT_FALSE(old_keys->open("context", both->seal("context", bytes_of("x"))));
}

TEST(ServiceKeys, WhatIsSealedShowsItsKeysIdAndNothingElse) {
  const auto keys = ServiceKeys::parse(kOld);
  ASSERT_TRUE(keys.ok());
  const Bytes one = keys->seal("context", bytes_of("the very same"));
  const Bytes other = keys->seal("context", bytes_of("the very same"));
  EXPECT_TRUE(same(BytesView(one).first(16), BytesView(other).first(16)));
  EXPECT_FALSE(same(BytesView(one).subspan(16), BytesView(other).subspan(16)));
  EXPECT_EQ(chars_of(one).find("same"), absl::string_view::npos);
}

TEST(ServiceKeys, AChangedByteOrAnotherContextDoesNotOpen) {
  const auto keys = ServiceKeys::parse(kOld);
  ASSERT_TRUE(keys.ok());
  const Bytes sealed = keys->seal("context", bytes_of("a session"));
  EXPECT_FALSE(keys->open("another", sealed));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes changed = sealed;
    changed[i] ^= 1;
    EXPECT_FALSE(keys->open("context", changed)) << i;
  }
  EXPECT_FALSE(keys->open("context", BytesView(sealed).first(20)));
}

TEST(ServiceKeys, AFileThatIsWrongIsToldByItsLine) {
  for (const std::string wrong : {"", "# nothing\n", "abc", kOld.substr(1).c_str()}) {
    const auto keys = ServiceKeys::parse(wrong);
    EXPECT_FALSE(keys.ok()) << wrong;
  }
  const auto keys = ServiceKeys::parse(kOld + "\n" + kNew + "x\n");
  ASSERT_FALSE(keys.ok());
  EXPECT_NE(keys.status().message().find("line 2"), absl::string_view::npos);
  EXPECT_EQ(keys.status().message().find("2222"), absl::string_view::npos);
  EXPECT_FALSE(ServiceKeys::read("/no/such/file").ok());
}

TEST(ServiceKeys, NamesAreTheKeysOwn) {
  const auto both = ServiceKeys::parse(kNew + "\n" + kOld);
  const auto old_keys = ServiceKeys::parse(kOld);
  ASSERT_TRUE(both.ok() && old_keys.ok());
  const auto names = both->hidden_names("ticket", bytes_of("identity"));
  ASSERT_EQ(names.size(), 2U);
  EXPECT_EQ(names[0], both->hidden_name("ticket", bytes_of("identity")));
  EXPECT_EQ(names[1], old_keys->hidden_name("ticket", bytes_of("identity")));
  EXPECT_NE(names[0], both->hidden_name("config", bytes_of("identity")));
}

}  // namespace
}  // namespace stepshake::server
