#include "app/output_files.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>

#include "app/fcs_output.hpp"
#include "app/output_format.hpp"
#include "app/run_directory.hpp"
#include "base/error.hpp"
#include "data/io/annotations.hpp"

namespace mixvae::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kInput = "the input";

fs::path plain_path(const std::string& path) {
  std::error_code failure;
  const fs::path plain = fs::weakly_canonical(fs::absolute(path), failure);
  return failure ? fs::absolute(path).lexically_normal() : plain;
}

/// A folder stands for the files in it.
std::vector<NamedFile> files_at(const std::string& name, const std::string& path) {
  if (!fs::is_directory(path)) {
    return {{name, path}};
  }
  std::vector<NamedFile> files;
  for (const auto& entry : fs::directory_iterator(path)) {
    files.push_back({name, entry.path().string()});
  }
  return files;
}

/// Matrix, barcodes and features, which stand beside each other.
std::vector<NamedFile> matrix_market_files(const fs::path& path) {
  const fs::path folder = fs::is_directory(path) ? path : fs::absolute(path).parent_path();
  std::vector<NamedFile> files = files_at(kInput, folder.string());
  std::erase_if(files, [](const NamedFile& file) {
    const std::string name = fs::path(file.path).filename().string();
    return std::ranges::none_of(
        std::array<const char*, 4>{"matrix", "barcodes", "features", "genes"},
        [&](const char* part) { return name.find(part) != std::string::npos; });
  });
  return files;
}

void require_other_file(const NamedFile& output, const NamedFile& other) {
  if (is_same_file(output.path, other.path)) {
    const bool may_rewrite = output.rewrites_input && other.name == kInput;
    throw UsageError(
        {.what = output.name + " and " + other.name + " are the same file",
         .where = output.path,
         .expected = "another name for " + output.name,
         .hint = may_rewrite ? "--force writes the input again, with the results in it" : ""});
  }
}

}  // namespace

std::vector<NamedFile> data_files(const Dataset& dataset, const ReadOptions& read) {
  std::vector<NamedFile> files;
  for (const SourceFile& file : dataset.source.files) {
    files.push_back({"a file of the input", file.path});
  }
  if (dataset.source.format == "mtx") {
    files = matrix_market_files(dataset.source.path);
  } else if (files.empty()) {
    files = files_at(kInput, dataset.source.path);
  }
  if (!read.annotations.empty()) {
    std::ranges::move(files_at("--annotations", annotation_file(read.annotations).path),
                      std::back_inserter(files));
  }
  return files;
}

std::vector<NamedFile> run_files(const std::string& folder) {
  std::vector<NamedFile> files;
  for (const std::string& path : run_file_paths(folder)) {
    files.push_back({"a file of the run", path});
  }
  return files;
}

std::vector<NamedFile> result_files(const std::string& out, const Dataset& dataset) {
  const OutputFormat format = output_format(out);
  if (format != OutputFormat::folder) {
    const bool rewrites = format == OutputFormat::fcs ||
                          (format == OutputFormat::h5ad && dataset.source.format == "h5ad");
    return {{"--out", out, rewrites}};
  }
  std::vector<NamedFile> files;
  for (const std::string& path : folder_result_files(out, dataset)) {
    files.push_back({"a file of --out", path});
  }
  return files;
}

bool is_same_file(const std::string& a, const std::string& b) {
  std::error_code absent;
  return fs::equivalent(a, b, absent) || plain_path(a) == plain_path(b);
}

Option force_option(bool& force, bool rewrites_input) {
  std::string meaning = "replace files of these names that are there already";
  if (rewrites_input) {
    meaning += "; an .h5ad or FCS file may then be its own output";
  }
  return {.name = "force", .target = &force, .meaning = meaning};
}

void require_free(const std::vector<NamedFile>& outputs, bool force, const std::string& input) {
  for (const NamedFile& output : outputs) {
    if (!force && !output.path.empty() && fs::exists(output.path) &&
        (input.empty() || !is_same_file(output.path, input))) {
      throw UsageError({.what = output.name + " is there already",
                        .where = output.path,
                        .expected = "a name that is free",
                        .hint = "--force replaces it"});
    }
  }
}

void require_separate(const std::vector<NamedFile>& inputs, const std::vector<NamedFile>& outputs,
                      bool force) {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i].path.empty()) {
      continue;
    }
    for (const NamedFile& input : inputs) {
      if (!force || !outputs[i].rewrites_input || input.name != kInput) {
        require_other_file(outputs[i], input);
      }
    }
    for (std::size_t other = 0; other < i; ++other) {
      if (!outputs[other].path.empty()) {
        require_other_file(outputs[i], outputs[other]);
      }
    }
  }
}

void require_separate(const std::string& run, const Dataset& dataset, const ReadOptions& read,
                      const std::vector<NamedFile>& outputs, bool force) {
  std::vector<NamedFile> inputs = data_files(dataset, read);
  if (!run.empty()) {
    std::ranges::move(run_files(run), std::back_inserter(inputs));
  }
  require_separate(inputs, outputs, force);
}

}  // namespace mixvae::app
