// The states that a handler may lead to, declared in its return type: Result<Next<WaitCertificateVerify, WaitFinished>>.
#pragma once

#include <variant>

namespace stepshake::handshake {

template <class... States>
using Next = std::variant<States...>;

}  // namespace stepshake::handshake
