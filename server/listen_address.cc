#include "server/listen_address.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace stepshake::server {
namespace {

struct FreeAddresses {
  void operator()(addrinfo* addresses) const { freeaddrinfo(addresses); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

absl::StatusOr<Addresses> resolve(const ListenAddress& address) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error =
      getaddrinfo(address.host.c_str(), absl::StrCat(address.port).c_str(), &hints, &found);
  if (error != 0) {
    return absl::NotFoundError(absl::StrCat(address.host, ": ", gai_strerror(error)));
  }
  return Addresses(found);
}

bool is_loopback(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &address, sizeof(in));
    return ntohl(in.sin_addr.s_addr) >> 24U == 127;
  }
  if (address.sa_family != AF_INET6) return false;
  sockaddr_in6 in{};
  std::memcpy(&in, &address, sizeof(in));
  return IN6_IS_ADDR_LOOPBACK(&in.sin6_addr) != 0 ||
         (IN6_IS_ADDR_V4MAPPED(&in.sin6_addr) != 0 && in.sin6_addr.s6_addr[12] == 127);
}

// 0, or the errno of listening there for a moment.
int try_to_listen(const addrinfo& at) {
  const int socket_fd = socket(at.ai_family, at.ai_socktype | SOCK_CLOEXEC, at.ai_protocol);
  if (socket_fd < 0) return errno;
  const int on = 1;
  setsockopt(socket_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  int error = 0;
  if (bind(socket_fd, at.ai_addr, at.ai_addrlen) != 0 || listen(socket_fd, 1) != 0) error = errno;
  close(socket_fd);
  return error;
}

}  // namespace

std::string ListenAddress::text() const {
  const bool bracketed = host.find(':') != std::string::npos;
  return bracketed ? absl::StrCat("[", host, "]:", port) : absl::StrCat(host, ":", port);
}

absl::StatusOr<ListenAddress> parse_listen_address(absl::string_view text) {
  const auto refused = [&](absl::string_view why) {
    return absl::InvalidArgumentError(absl::StrCat(
        "'", text, "' ", why, "; write HOST:PORT, for example 127.0.0.1:50443 or [::1]:0"));
  };
  const std::size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos) return refused("has no port");
  absl::string_view host = text.substr(0, colon);
  const absl::string_view port_text = text.substr(colon + 1);
  if (absl::ConsumePrefix(&host, "[") != absl::ConsumeSuffix(&host, "]")) {
    return refused("has half a pair of brackets");
  }
  if (host.empty()) return refused("has no host");
  if (host.find(':') != absl::string_view::npos && text.front() != '[') {
    return refused("has an IPv6 address without brackets");
  }
  unsigned port = 0;
  const bool digits = port_text.find_first_not_of("0123456789") == absl::string_view::npos;
  if (!digits || !absl::SimpleAtoi(port_text, &port) || port > 65'535) {
    return refused("has a port that is not 0 to 65535");
  }
  return ListenAddress{std::string(host), static_cast<std::uint16_t>(port)};
}

absl::StatusOr<bool> is_loopback(const ListenAddress& address) {
  const auto addresses = resolve(address);
  if (!addresses.ok()) return addresses.status();
  for (const addrinfo* at = addresses->get(); at != nullptr; at = at->ai_next) {
    if (!is_loopback(*at->ai_addr)) return false;
  }
  return true;
}

std::string why_not(const ListenAddress& address) {
  const auto addresses = resolve(address);
  if (!addresses.ok()) return std::string(addresses.status().message());
  for (const addrinfo* at = addresses->get(); at != nullptr; at = at->ai_next) {
    const int error = try_to_listen(*at);
    if (error == 0) continue;
    std::array<char, 128> text{};
    return strerror_r(error, text.data(), text.size());
  }
  return "gRPC refused it";
}

}  // namespace stepshake::server
