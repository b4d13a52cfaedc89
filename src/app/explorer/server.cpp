#include "app/explorer/server.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <httplib.h>
#include <sys/random.h>
#include <system_error>
#include <thread>

#include "base/error.hpp"
#include "base/interrupt.hpp"

namespace mixvae::app {
namespace {

using report::explorer::Answer;

constexpr std::size_t kWorkers =
    8;  // a browser opens some connections ahead and keeps them waiting
constexpr std::chrono::milliseconds kBetweenLooks{50};
constexpr const char* kTokenName = "token";
constexpr const char* kTokenHeader = "X-Mixvae-Token";

/// The page loads from here alone, is shown in no other page, and is kept nowhere.
const httplib::Headers& safety_headers() {
  static const httplib::Headers kHeaders{
      {"Content-Security-Policy",
       "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
       "img-src 'self' data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
      {"X-Content-Type-Options", "nosniff"},
      {"X-Frame-Options", "DENY"},
      {"Referrer-Policy", "no-referrer"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cache-Control", "no-store"}};
  return kHeaders;
}

std::string one_header(const httplib::Request& request, const char* name) {
  return request.get_header_value_count(name) == 1 ? request.get_header_value(name) : "";
}

report::explorer::RequestHead head_of(const httplib::Request& request) {
  return {.method = request.method,
          .path = request.path,
          .host = one_header(request, "Host"),
          .origin = request.get_header_value("Origin"),
          .token = request.has_header(kTokenHeader) ? request.get_header_value(kTokenHeader)
                                                    : request.get_param_value(kTokenName),
          .content_type = one_header(request, "Content-Type"),
          .content_encoding = request.get_header_value("Content-Encoding"),
          .transfer_encoding = request.get_header_value("Transfer-Encoding"),
          .content_length = one_header(request, "Content-Length")};
}

/// As a stream of known length: httplib would otherwise pack it for browsers that ask, which takes
/// longer than to send it here.
void send(const Answer& answer, httplib::Response& response) {
  response.status = answer.status;
  if (!answer.allow.empty()) {
    response.set_header("Allow", answer.allow);
  }
  const auto body = std::make_shared<std::string>(answer.body);
  response.set_content_provider(
      body->size(), answer.type,
      [body](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
        return sink.write(body->data() + offset, length);
      });
}

void answer_request(const httplib::Request& request, httplib::Response& response,
                    const ExplorerServer::Answerer& answer) {
  report::explorer::Request asked{
      .method = request.method, .path = request.path, .parameters = {}, .body = request.body};
  for (const auto& [name, value] : request.params) {
    asked.parameters.emplace(name, value);
  }
  send(answer(asked), response);
}

/// Answers requests in a thread of its own for as long as the object lives.
class Listener {
 public:
  explicit Listener(httplib::Server& http)
      : http_(http), thread_([this] {
          http_.listen_after_bind();
          ended_ = true;
        }) {}
  ~Listener() {
    wait_until_begun();  // else it could not be stopped
    if (!ended_) {
      http_.stop();
    }
    thread_.join();
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  void wait_until_begun() {
    while (!ended_ && !http_.is_running()) {
      std::this_thread::yield();
    }
  }
  /// Whether it answers no more, for a fault of the system.
  bool ended() const { return ended_; }

 private:
  httplib::Server& http_;
  std::atomic<bool> ended_ = false;
  std::thread thread_;  // the last, as it uses the others
};

[[noreturn]] void refuse_address(const std::string& host, int port, int fault) {
  const std::string system = fault == 0 ? "" : std::generic_category().message(fault);
  if (fault == EADDRINUSE || fault == EACCES) {
    throw UsageError({.what = fault == EACCES ? "the port needs more rights than you have"
                                              : "the port is in use",
                      .found = "--port " + std::to_string(port) + ": " + system,
                      .expected = "a free port; without --port one is chosen"});
  }
  throw UsageError({.what = "this machine does not have the address",
                    .found = "--host " + host + (system.empty() ? "" : ": " + system),
                    .expected = "127.0.0.1, another address of this machine, or 0.0.0.0 for all"});
}

}  // namespace

struct ExplorerServer::Socket {
  httplib::Server http;
};

ExplorerServer::ExplorerServer(const std::string& host, int port)
    : socket_(std::make_unique<Socket>()), host_(host) {
  httplib::Server& http = socket_->http;
  // Unlike httplib's own options these do not let two programs share a port.
  http.set_socket_options([](socket_t socket) {
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  });
  http.new_task_queue = [] { return new httplib::ThreadPool(kWorkers); };
  http.set_tcp_nodelay(true);
  http.set_keep_alive_max_count(1);  // else a waiting connection would occupy a worker
  http.set_keep_alive_timeout(1);
  http.set_payload_max_length(report::explorer::kLargestBody);
  errno = 0;
  port_ = port == 0 ? http.bind_to_any_port(host) : (http.bind_to_port(host, port) ? port : -1);
  if (port_ <= 0) {
    refuse_address(host, port, errno);
  }
}

ExplorerServer::~ExplorerServer() = default;

std::string ExplorerServer::address(const std::string& token) const {
  const std::string host = host_.find(':') == std::string::npos ? host_ : "[" + host_ + "]";
  return "http://" + host + ":" + std::to_string(port_) + "/" +
         (token.empty() ? "" : "?" + std::string(kTokenName) + "=" + token);
}

void ExplorerServer::serve(const std::string& token, const Answerer& answer,
                           const std::function<void()>& ready) {
  httplib::Server& http = socket_->http;
  const report::explorer::Gate gate{.port = port_, .token = token};
  http.set_default_headers(safety_headers());
  http.set_pre_routing_handler([&](const httplib::Request& request, httplib::Response& response) {
    if (const auto refused = report::explorer::turned_away(gate, head_of(request))) {
      send(*refused, response);
      return httplib::Server::HandlerResponse::Handled;
    }
    return httplib::Server::HandlerResponse::Unhandled;
  });
  const auto handler = [&](const httplib::Request& request, httplib::Response& response) {
    answer_request(request, response, answer);
  };
  http.Get(".*", handler);
  http.Post(".*", handler);
  http.set_error_handler([](const httplib::Request&, httplib::Response& response) {
    if (response.content_length_ == 0) {
      send(report::explorer::refusal(response.status, "the request cannot be read"), response);
    }
  });
  const InterruptGuard guard;
  {
    Listener listener(http);
    listener.wait_until_begun();
    if (!listener.ended()) {
      ready();
    }
    while (interrupt_signal() == 0 && !listener.ended()) {
      std::this_thread::sleep_for(kBetweenLooks);
    }
  }
  if (interrupt_signal() == 0) {
    throw SystemError({.what = "requests cannot be answered any more", .where = address({})});
  }
  throw Error({.what = "interrupted by signal " + std::to_string(interrupt_signal()),
               .hint = "the explorer has ended; names that were given are in the run"},
              128 + interrupt_signal());
}

std::string new_token() {
  std::array<unsigned char, 16> bytes = {};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    throw SystemError({.what = "the system gives no random numbers",
                       .found = std::generic_category().message(errno)});
  }
  constexpr std::string_view kSigns = "0123456789abcdef";
  std::string token;
  for (const unsigned char byte : bytes) {
    token += kSigns[byte >> 4U];
    token += kSigns[byte & 15U];
  }
  return token;
}

}  // namespace mixvae::app
