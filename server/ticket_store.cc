#include "server/ticket_store.h"

#include <utility>

namespace stepshake::server {

void MemoryTicketStore::put(policy::Psk ticket) {
  std::string identity(text_of(ticket.identity));
  const absl::MutexLock lock(&mutex_);
  order_.push_back(identity);
  tickets_.insert_or_assign(std::move(identity), std::move(ticket));
  while (order_.size() > capacity_) {
    tickets_.erase(order_.front());
    order_.pop_front();
  }
}

std::optional<policy::Psk> MemoryTicketStore::take(BytesView identity) {
  const absl::MutexLock lock(&mutex_);
  const auto found = tickets_.find(std::string(text_of(identity)));
  if (found == tickets_.end()) return std::nullopt;
  std::optional<policy::Psk> ticket = std::move(found->second);
  tickets_.erase(found);
  return ticket;
}

std::size_t MemoryTicketStore::size() const {
  const absl::MutexLock lock(&mutex_);
  return tickets_.size();
}

}  // namespace stepshake::server
