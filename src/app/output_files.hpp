#pragma once

#include <string>
#include <vector>

#include "data/io/read.hpp"

namespace mixvae::app {

/// A file that a command reads or writes, and what names it for people: "--out", "the input".
struct NamedFile {
  std::string name;
  std::string path;
  bool rewrites_input = false;  // an output that holds all of the input, which it may replace
};

/// The files that a data set came from: INPUT (of a folder each of its files) and --annotations.
std::vector<NamedFile> data_files(const Dataset& dataset, const ReadOptions& read);

/// The files of a run.
std::vector<NamedFile> run_files(const std::string& folder);

/// The files that write_results (app/output_format.hpp) makes for `out`. An .h5ad or FCS file that
/// is written again with additions may replace its input, where that is asked for. Throws
/// UsageError as folder_result_files.
std::vector<NamedFile> result_files(const std::string& out, const Dataset& dataset);

/// Whether two names lead to one file, by links or "..", also one that is yet to be made.
bool is_same_file(const std::string& a, const std::string& b);

/// The option of every command that writes files which the user names: whether those that are there
/// already may be replaced. `rewrites_input`: its output may be the input with additions.
Option force_option(bool& force, bool rewrites_input = false);

/// Throws UsageError for the first output that is there already, unless `force`. Outputs with an
/// empty path are not written; what is the same file as `input` is left to require_separate.
void require_free(const std::vector<NamedFile>& outputs, bool force, const std::string& input = {});

/// Throws UsageError naming both when an output would replace an input or another output: always,
/// but for an output that rewrites the input with `force`. Outputs with an empty path are not
/// written.
void require_separate(const std::vector<NamedFile>& inputs, const std::vector<NamedFile>& outputs,
                      bool force = false);

/// The same for a command that applies a run to data: the inputs are the files of both.
void require_separate(const std::string& run, const Dataset& dataset, const ReadOptions& read,
                      const std::vector<NamedFile>& outputs, bool force = false);

}  // namespace mixvae::app
