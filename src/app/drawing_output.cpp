#include "app/drawing_output.hpp"

#include <filesystem>
#include <fstream>
#include <system_error>

#include "app/subprocess.hpp"
#include "base/atomic_file.hpp"
#include "base/error.hpp"

namespace mixvae::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kConverter = "rsvg-convert";
constexpr const char* kZoom = "2";  // px of a PNG for each of the drawing

bool is_png(const std::string& path) { return fs::path(path).extension() == ".png"; }
bool is_table(const std::string& path) { return fs::path(path).extension() == ".csv"; }

void require_converter() {
  try {
    if (run_process({kConverter, "--version"}, "/dev/null").exit_code == 0) {
      return;
    }
  } catch (const SystemError&) {  // not there: said below
  }
  throw SystemError({.what = "PNG files are drawn by rsvg-convert, which does not run",
                     .hint = "install the package librsvg2-bin, or write an .svg file"});
}

/// A drawing as PNG, under its own name once it is whole.
void write_png(const std::string& path, const std::string& svg) {
  AtomicFile file(path);
  const AtomicFile source(path + ".svg");  // never whole: its temporary file goes with it
  std::ofstream(source.temporary(), std::ios::binary) << svg;
  const ProcessResult result = run_process(
      {kConverter, "--zoom", kZoom, "--output", file.temporary(), source.temporary()}, "/dev/null");
  if (result.exit_code != 0) {
    throw SystemError({.what = "rsvg-convert could not draw the figure",
                       .where = path,
                       .found = "exit code " + std::to_string(result.exit_code),
                       .hint = "write an .svg file"});
  }
  file.commit();
}

void make_folder(const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    throw SystemError(
        {.what = "the folder cannot be made", .where = folder, .found = error.message()});
  }
}

}  // namespace

DrawingOutput::DrawingOutput(std::string out, bool folder) : out_(std::move(out)), folder_(folder) {
  const bool named_folder = out_.ends_with('/');
  if (folder_ != named_folder) {
    throw UsageError({.what = folder_ ? "all figures go into a folder" : "one figure is one file",
                      .found = "--out " + out_,
                      .expected = folder_ ? "a name that ends in /"
                                          : "a name that ends in .svg or .png (--figure all "
                                            "writes into a folder)"});
  }
  if (folder_) {
    make_folder(out_);
    require_writable(out_ + "figure.svg");
    return;
  }
  if (fs::path(out_).extension() != ".svg" && !is_png(out_) && !is_table(out_)) {
    throw UsageError({.what = "a figure is written as .svg or .png, its numbers as .csv",
                      .found = "--out " + out_,
                      .expected = "a name that ends in one of them"});
  }
  require_writable(out_);
  if (is_png(out_)) {
    require_converter();
  }
}

std::vector<std::string> DrawingOutput::files(const std::string& name) const {
  return folder_ ? std::vector<std::string>{out_ + name + ".svg", out_ + name + ".csv"}
                 : std::vector<std::string>{out_};
}

void DrawingOutput::write(const report::Figure& figure) const {
  const std::vector<std::string> paths = files(figure.name);
  if (is_png(paths.front())) {
    write_png(paths.front(), figure.svg);
    return;
  }
  write_atomically(paths.front(), is_table(paths.front()) ? figure.csv : figure.svg);
  if (folder_) {
    write_atomically(paths.back(), figure.csv);
  }
}

}  // namespace mixvae::app
