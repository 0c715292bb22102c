// TCP sockets.
#include "cli/socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace stepshake::cli {
namespace {

constexpr int kBacklog = 1024;

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

absl::StatusOr<Addresses> resolve(const Address& address, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const std::string port = absl::StrCat(address.port);
  const int error = getaddrinfo(address.host.c_str(), port.c_str(), &hints, &list);
  if (error != 0) return absl::UnavailableError(gai_strerror(error));
  return Addresses(list);
}

void set_option(int socket, int level, int option) {
  const int on = 1;
  setsockopt(socket, level, option, &on, sizeof on);
}

Descriptor new_socket(const addrinfo& address) {
  return Descriptor(::socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
                             address.ai_protocol));
}

std::string text_of(const sockaddr_storage& address, socklen_t length) {
  char host[NI_MAXHOST];
  char port[NI_MAXSERV];
  if (getnameinfo(reinterpret_cast<const sockaddr*>(&address), length, host, sizeof host, port,
                  sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return "unknown";
  }
  return address.ss_family == AF_INET6 ? absl::StrCat("[", host, "]:", port)
                                       : absl::StrCat(host, ":", port);
}

// 0, or the errno of the failure; ECANCELED when `stop` became readable.
int connect_to(int socket, const addrinfo& address, Deadline deadline, int stop) {
  if (::connect(socket, address.ai_addr, address.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  switch (wait_for(
      {.socket = socket, .interest = Interest::kWrite, .stop = stop, .deadline = deadline})) {
    case Ready::kWritable: break;
    case Ready::kStopped: return ECANCELED;
    default: return ETIMEDOUT;
  }
  int error = 0;
  socklen_t length = sizeof error;
  getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length);
  return error;
}

}  // namespace

Deadline deadline_in(double seconds) {
  if (seconds <= 0) return std::nullopt;
  return Clock::now() +
         std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

absl::StatusOr<Address> parse_address(absl::string_view text) {
  const auto wrong = [&] {
    return absl::InvalidArgumentError(
        absl::StrCat("'", text,
                     "' is not an address; write HOST:PORT, or [IPV6]:PORT, with a port of 0 to "
                     "65535"));
  };
  Address address;
  const size_t colon = text.rfind(':');
  absl::string_view port = text;
  if (colon != absl::string_view::npos) {
    absl::string_view host = text.substr(0, colon);
    port = text.substr(colon + 1);
    if (absl::StartsWith(host, "[") && absl::EndsWith(host, "]") && host.size() > 2) {
      host = host.substr(1, host.size() - 2);
    } else if (host.find_first_of(":[]") != absl::string_view::npos) {
      return wrong();
    }
    address.host = std::string(host);
  }
  uint32_t number = 0;
  const bool digits = !port.empty() && port.find_first_not_of("0123456789") == port.npos;
  if (!digits || !absl::SimpleAtoi(port, &number) || number > 0xffff) return wrong();
  address.port = static_cast<uint16_t>(number);
  return address;
}

std::string peer_address(int socket) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (getpeername(socket, reinterpret_cast<sockaddr*>(&address), &length) != 0) return "unknown";
  return text_of(address, length);
}

std::string own_address(int socket) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length) != 0) return "unknown";
  return text_of(address, length);
}

Ready wait_for(const Wait& wait) {
  // poll(2) leaves out descriptors below 0.
  const short interest = wait.interest == Interest::kRead    ? POLLIN
                         : wait.interest == Interest::kWrite ? POLLOUT
                                                             : POLLIN | POLLOUT;
  std::array<pollfd, 3> polled{
      {{wait.stop, POLLIN, 0}, {wait.socket, interest, 0}, {wait.other, POLLIN, 0}}};
  for (;;) {
    timespec left{};
    if (wait.deadline) {
      const auto nanoseconds = std::max<std::int64_t>(
          0, std::chrono::nanoseconds(*wait.deadline - Clock::now()).count());
      left.tv_sec = nanoseconds / 1'000'000'000;
      left.tv_nsec = nanoseconds % 1'000'000'000;
    }
    const int count = ppoll(polled.data(), polled.size(), wait.deadline ? &left : nullptr, nullptr);
    if (count == 0) return Ready::kTimedOut;
    if (count > 0) break;
    if (errno != EINTR) return Ready::kTimedOut;
  }
  if (polled[0].revents != 0) return Ready::kStopped;
  if (polled[1].revents == 0) return Ready::kOther;
  // An error of the socket is for the next send or recv to tell.
  const bool readable = wait.interest == Interest::kRead || polled[1].revents == POLLIN;
  return readable ? Ready::kReadable : Ready::kWritable;
}

absl::StatusOr<Descriptor> dial(const Address& address, double timeout_seconds, int stop) {
  const Deadline deadline = deadline_in(timeout_seconds);
  const auto addresses = resolve(address, 0);
  if (!addresses.ok()) return addresses.status();
  int error = EADDRNOTAVAIL;
  for (const addrinfo* each = addresses->get(); each != nullptr; each = each->ai_next) {
    Descriptor socket = new_socket(*each);
    error = socket.valid() ? connect_to(socket.get(), *each, deadline, stop) : errno;
    if (error == 0) {
      set_option(socket.get(), IPPROTO_TCP, TCP_NODELAY);
      return socket;
    }
    if (error == ECANCELED) return absl::CancelledError("interrupted");
  }
  return absl::UnavailableError(std::strerror(error));
}

absl::StatusOr<Descriptor> listen_on(const Address& address) {
  const auto addresses = resolve(address, AI_PASSIVE);
  if (!addresses.ok()) return addresses.status();
  int error = EADDRNOTAVAIL;
  for (const addrinfo* each = addresses->get(); each != nullptr; each = each->ai_next) {
    Descriptor socket = new_socket(*each);
    if (socket.valid()) {
      set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR);
      if (::bind(socket.get(), each->ai_addr, each->ai_addrlen) == 0 &&
          ::listen(socket.get(), kBacklog) == 0) {
        return socket;
      }
    }
    error = errno;
  }
  return absl::UnavailableError(std::strerror(error));
}

Descriptor accept_from(int listener) {
  Descriptor socket(::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (socket.valid()) set_option(socket.get(), IPPROTO_TCP, TCP_NODELAY);
  return socket;
}

}  // namespace stepshake::cli
