// Files, hexadecimal, PEM; addresses.
#include "cli/files.h"

#include <gtest/gtest.h>

#include "cli/service.h"
#include "cli/socket.h"

namespace stepshake::cli {
namespace {

TEST(Hex, WithAndWithoutWhatStandsBetween) {
  EXPECT_EQ(*from_hex("16 03:03\n00\t02\r\n"), std::string("\x16\x03\x03\x00\x02", 5));
  EXPECT_EQ(*from_hex("aAfF"), "\xaa\xff");
  EXPECT_EQ(*from_hex(""), "");
  EXPECT_FALSE(from_hex("123").ok());
  EXPECT_FALSE(from_hex("0x16").ok());
  EXPECT_FALSE(from_hex("zz").ok());
}

TEST(Hex, Lines) {
  EXPECT_EQ(hex_lines(""), "");
  EXPECT_EQ(hex_lines("\x01\xff"), "01ff\n");
  const std::string bytes(33, '\xab');
  EXPECT_EQ(hex_lines(bytes).size(), 64u + 1 + 2 + 1);
  EXPECT_EQ(*from_hex(hex_lines(bytes)), bytes);
}

TEST(Pem, BlocksOfOneSort) {
  const std::string key = "-----BEGIN EC PRIVATE KEY-----\nAA==\n-----END EC PRIVATE KEY-----\n";
  const std::string leaf = "-----BEGIN CERTIFICATE-----\nAQ==\n-----END CERTIFICATE-----\n";
  const std::string ca = "-----BEGIN CERTIFICATE-----\nAg==\n-----END CERTIFICATE-----\n";
  const std::string file = "subject: me\n" + leaf + key + "issuer: you\n" + ca + "the end";
  EXPECT_EQ(pem_blocks(file, PemBlocks::kCertificates), leaf + ca);
  EXPECT_EQ(pem_blocks(file, PemBlocks::kPrivateKeys), key);
  EXPECT_EQ(pem_blocks(key, PemBlocks::kCertificates), "");
  EXPECT_EQ(pem_blocks("-----BEGIN CERTIFICATE-----\nAQ==\n", PemBlocks::kCertificates), "");
  EXPECT_EQ(pem_blocks("-----BEGIN CERTIFICATE", PemBlocks::kCertificates), "");
  EXPECT_EQ(pem_blocks("", PemBlocks::kCertificates), "");
}

TEST(Files, Missing) {
  EXPECT_EQ(read_file("/no/such/file").status().message(),
            "cannot open /no/such/file: No such file or directory");
  EXPECT_FALSE(write_file("/no/such/folder/file", "x").ok());
  EXPECT_FALSE(write_file("/dev/full", "x").ok());
}

struct Parsed {
  const char* text;
  const char* host;
  uint16_t port;
};

TEST(Addresses, AsUsersWriteThem) {
  for (const Parsed& each : {Parsed{"localhost:443", "localhost", 443},
                             {"[::1]:0", "::1", 0},
                             {":8443", "", 8443},
                             {"8443", "", 8443},
                             {"127.0.0.1:65535", "127.0.0.1", 65535}}) {
    const auto address = parse_address(each.text);
    ASSERT_TRUE(address.ok()) << each.text;
    EXPECT_EQ(address->host, each.host) << each.text;
    EXPECT_EQ(address->port, each.port) << each.text;
  }
}

TEST(Addresses, Nonsense) {
  for (const char* text : {"", ":", "host", "host:", "host:x", "host:65536", "host:-1", "host: 1",
                           "::1:443", "[::1]", "[::1", "[]:1", "[::1]:", "a]:1", "1:2:3"}) {
    EXPECT_FALSE(parse_address(text).ok()) << text;
  }
}

TEST(Names, WithAndWithoutTheCollection) {
  EXPECT_EQ(session_name("abc"), "sessions/abc");
  EXPECT_EQ(session_name("sessions/abc"), "sessions/abc");
}

}  // namespace
}  // namespace stepshake::cli
