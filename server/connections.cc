#include "server/connections.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "absl/strings/numbers.h"

namespace stepshake::server {
namespace {

// Of the socket's own end; 0 where it is no socket of TCP's.
std::uint16_t port_of(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  if (address.ss_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &address, sizeof(in));
    return ntohs(in.sin_port);
  }
  if (address.ss_family != AF_INET6) return 0;
  sockaddr_in6 in{};
  std::memcpy(&in, &address, sizeof(in));
  return ntohs(in.sin6_port);
}

bool listens(int fd) {
  int value = 0;
  socklen_t size = sizeof(value);
  return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &value, &size) == 0 && value != 0;
}

std::vector<int> open_files() {
  std::vector<int> all;
  std::error_code error;
  std::filesystem::directory_iterator entry("/proc/self/fd", error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    int fd = 0;
    if (absl::SimpleAtoi(entry->path().filename().native(), &fd)) all.push_back(fd);
  }
  return all;
}

}  // namespace

void end_connections(const std::vector<ListenAddress>& addresses) {
  const auto is_ours = [&](int fd) {
    const std::uint16_t port = port_of(fd);
    return port != 0 && std::any_of(addresses.begin(), addresses.end(),
                                    [&](const auto& address) { return address.port == port; });
  };
  // Listeners first: else a caller whose connection has ended makes another at once.
  for (const bool listeners : {true, false}) {
    for (const int fd : open_files()) {
      if (is_ours(fd) && listens(fd) == listeners) shutdown(fd, SHUT_RDWR);
    }
  }
}

}  // namespace stepshake::server
