#include <nlohmann/json.hpp>

#include "analysis/decoding.hpp"
#include "app/commands/all.hpp"
#include "app/explorer/run_names.hpp"
#include "app/explorer/server.hpp"
#include "app/output.hpp"
#include "app/run_view.hpp"
#include "base/log.hpp"
#include "report/explorer/explorer.hpp"

namespace mixvae::app {
namespace {

/// Serves a page on which a run can be looked at and its types named.
class ExploreCommand : public Command {
 public:
  std::string name() const override { return "explore"; }
  std::string summary() const override {
    return "open a run for a browser: map, what states do, names for the types";
  }
  Options arguments() override { return view_arguments(request_); }
  std::vector<OptionGroup> groups() override {
    Options common{{.name = "port",
                    .target = &port_,
                    .meaning = "port of the page's address; 0: any that is free",
                    .minimum = 0,
                    .maximum = 65535},
                   {.name = "host",
                    .target = &host_,
                    .meaning = "address at which the page is served. The usual one is reached from "
                               "this machine alone, where everybody with an account can open "
                               "the page and change the names of types. With any other (0.0.0.0: "
                               "all of this machine's) the page's address holds a secret token, "
                               "without which nothing is shown or changed. What is sent can be "
                               "read on the network",
                    .placeholder = "ADDRESS"}};
    for (Option& option : analysis::options(request_.map)) {
      common.push_back(std::move(option));
    }
    return {{"Common options", common}, {"Data", options(request_.data)}};
  }
  std::vector<std::string> examples() const override {
    return {"mixvae explore run cells.h5ad", "mixvae explore run cells.h5ad --port 8080"};
  }

  void run(const GlobalOptions& global) override {
    const ModelFile model = model_file(request_.run);
    ExplorerServer server(host_, static_cast<int>(port_));
    const std::string token = host_ == kThisMachine ? "" : new_token();
    OpenedRun opened = open_run(request_, global, {});
    RunNames names(request_.run, opened.model.type_names(), model);
    report::explorer::Explorer explorer = explorer_of(opened, names, token, global);
    server.serve(
        token,
        [&explorer](const report::explorer::Request& request) { return explorer.answer(request); },
        [&] { say_address(server.address(token), global); });
  }

 private:
  report::explorer::Explorer explorer_of(OpenedRun& opened, RunNames& names,
                                         const std::string& token,
                                         const GlobalOptions& global) const {
    analysis::FeatureSpread spread = analysis::feature_spread(opened.model, opened.dataset);
    const auto row = analysis::pixels_in_row(opened.model.preprocessing, opened.dataset.source);
    log_info("the map is being drawn");
    report::RunView view = run_view(
        opened, request_, {.properties = false, .states = false, .traversal = false}, global);
    auto ranges = analysis::state_ranges(view.seen.assignment.state, view.seen.assignment);
    const Index arm = view.seen.assignment.arm;
    return {std::move(view),
            {std::move(opened.model), std::move(spread), std::move(ranges), arm, row},
            names,
            token};
  }

  static void say_address(const std::string& address, const GlobalOptions& global) {
    print(global.json ? nlohmann::json{{"address", address}}.dump() + "\n"
                      : "Open in a browser: " + address + "\nCtrl-C ends the explorer.\n");
    flush_output();
  }

  ViewRequest request_;
  std::int64_t port_ = 0;
  std::string host_ = kThisMachine;
};

}  // namespace

std::unique_ptr<Command> explore_command() { return std::make_unique<ExploreCommand>(); }

}  // namespace mixvae::app
