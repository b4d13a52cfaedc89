#pragma once

#include <functional>
#include <memory>
#include <string>

#include "report/explorer/exchange.hpp"
#include "report/explorer/gate.hpp"

namespace mixvae::app {

/// The address of the machine itself, which others cannot reach.
inline constexpr const char* kThisMachine = "127.0.0.1";

/// A socket at which pages of the explorer are asked for: the thin shell around
/// report::explorer, which decides what is answered.
class ExplorerServer {
 public:
  /// Takes the port, or any free one for 0. Throws UsageError for a port in use or not allowed, and
  /// for an address that this machine does not have.
  ExplorerServer(const std::string& host, int port);
  ~ExplorerServer();
  ExplorerServer(const ExplorerServer&) = delete;
  ExplorerServer& operator=(const ExplorerServer&) = delete;

  int port() const { return port_; }
  /// "http://127.0.0.1:8080/"; with the token behind it where there is one.
  std::string address(const std::string& token) const;

  using Answerer = std::function<report::explorer::Answer(const report::explorer::Request&)>;
  /// Answers requests that pass the gate until SIGINT or SIGTERM comes, which throws Error with
  /// exit code 130 or 143. `ready` is called once requests are answered; what it throws ends this.
  /// Throws SystemError when the system lets no requests come in any more.
  void serve(const std::string& token, const Answerer& answer, const std::function<void()>& ready);

 private:
  struct Socket;  // keeps httplib's header out of other units
  std::unique_ptr<Socket> socket_;
  std::string host_;
  int port_ = 0;
};

/// 128 random bits of the system as letters and digits: a secret, which must not follow from a
/// seed. Throws SystemError where the system gives none.
std::string new_token();

}  // namespace mixvae::app
