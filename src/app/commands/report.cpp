#include <filesystem>

#include <nlohmann/json.hpp>

#include "app/commands/all.hpp"
#include "app/output.hpp"
#include "app/output_files.hpp"
#include "app/run_directory.hpp"
#include "app/run_view.hpp"
#include "base/atomic_file.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "report/run_report.hpp"

namespace mixvae::app {
namespace {

/// Writes a page that shows a run.
class ReportCommand : public Command {
 public:
  std::string name() const override { return "report"; }
  std::string summary() const override {
    return "write one page (HTML) that shows a run: types, how sure they are, markers, states";
  }
  Options arguments() override { return view_arguments(request_); }
  std::vector<OptionGroup> groups() override {
    Options common{{.name = "out",
                    .target = &out_,
                    .meaning = "file for the page; everything is in it, it needs no network",
                    .placeholder = "FILE.html"}};
    for (Option& option : view_options(request_)) {
      common.push_back(std::move(option));
    }
    common.push_back(force_option(force_));
    return {{"Common options", common}, {"Data", options(request_.data)}};
  }
  std::vector<std::string> required() const override { return {"out"}; }
  std::vector<std::string> examples() const override {
    return {"mixvae report run cells.h5ad --out report.html",
            "mixvae report run cells.h5ad --labels cell_type --out report.html",
            "mixvae report run cells.h5ad --compare run2,run3 --out runs.html"};
  }

  void run(const GlobalOptions& global) override {
    if (std::filesystem::path(out_).extension() != ".html") {
      throw UsageError({.what = "a report is a page",
                        .found = "--out " + out_,
                        .expected = "a name that ends in .html"});
    }
    require_free({{"--out", out_}}, force_, request_.input);
    require_finished_run(request_.run);
    require_writable(out_);
    const report::RunView view = run_view(request_, {}, global, {{"--out", out_}});
    write_atomically(out_, report::run_report(view));
    log_info("written: " + out_);
    print(global.json ? nlohmann::json{{"out", out_}}.dump(2) + "\n"
                      : "The report is in " + out_ + ": open it with a browser.\n");
  }

 private:
  ViewRequest request_;
  std::string out_;
  bool force_ = false;
};

}  // namespace

std::unique_ptr<Command> report_command() { return std::make_unique<ReportCommand>(); }

}  // namespace mixvae::app
