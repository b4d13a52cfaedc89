#include "data/io/folder.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/channel_kinds.hpp"
#include "data/io/csv.hpp"
#include "data/io/fcs/read_fcs.hpp"
#include "data/io/folder_files.hpp"
#include "data/io/table_channels.hpp"

namespace mixvae {
namespace {

namespace fs = std::filesystem;

/// Features are called by their detectors.
void name_by_detector(Dataset& dataset, const fs::path& file) {
  const Column* detectors = dataset.features.find(kChannelName);
  if (detectors == nullptr) {
    throw InputError({.what = "the features of a file have no detectors to join by",
                      .where = file.string(),
                      .found = join(first_n(dataset.features.names, 6), ", "),
                      .expected = "FCS files, or tables with the channels of a cytometer",
                      .hint = "leave out --join-by detector"});
  }
  const Categorical labels = as_labels(*detectors);
  for (Index f = 0; f < dataset.feature_count(); ++f) {
    dataset.features.names[at(f)] = labels.label(f);
  }
}

/// Joins data sets one below the other.
class Joiner {
 public:
  Joiner(std::vector<Dataset> parts, std::vector<fs::path> files, const std::string& folder,
         bool by_detector)
      : parts_(std::move(parts)), files_(std::move(files)), by_detector_(by_detector) {
    joined_.source.path = folder;
    joined_.source.format = parts_.front().source.format;
    joined_.source.cells_unnamed = parts_.front().source.cells_unnamed;
    for (const Dataset& part : parts_) {
      std::ranges::copy(part.source.warnings, std::back_inserter(joined_.source.warnings));
    }
    for (const Dataset& part : parts_) {  // none says yes where another says no
      joined_.source.compensated =
          part.source.compensated ? part.source.compensated : joined_.source.compensated;
    }
    judge_spillover();
  }

  Dataset join() {
    choose_features();
    join_values();
    join_cells();
    join_annotations();
    note_origin();
    return std::move(joined_);
  }

 private:
  /// Says which files are not compensated where others are; where none is, the whole is unknown.
  void judge_spillover() {
    std::vector<std::string> unknown;
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      if (parts_[p].source.spillover_unknown) {
        unknown.push_back(files_[p].filename().string());
      }
    }
    const bool mixed = joined_.source.compensated.value_or(false);
    joined_.source.spillover_unknown = !mixed && !unknown.empty();
    if (mixed && !unknown.empty()) {
      joined_.source.notes.push_back(
          "Compensated and uncompensated files are mixed: no spillover matrix was found in " +
          std::to_string(unknown.size()) + " of " + std::to_string(parts_.size()) + " (" +
          mixvae::join(first_n(unknown, 5), ", ") + (unknown.size() > 5 ? ", ..." : "") +
          "), it was taken out of others; --compensate no reads all as measured.");
    }
  }

  void choose_features() {
    std::map<std::string, std::size_t> uses;
    for (const Dataset& part : parts_) {
      for (const std::string& name :
           std::set(part.features.names.begin(), part.features.names.end())) {
        ++uses[name];
      }
    }
    std::vector<Index> kept;
    std::set<std::string> taken;
    const auto& names = parts_.front().features.names;
    for (std::size_t f = 0; f < names.size(); ++f) {
      if (uses[names[f]] == parts_.size() && taken.insert(names[f]).second) {
        kept.push_back(static_cast<Index>(f));
      }
    }
    require_shared(kept.size());
    joined_.features = select_rows(parts_.front().features, kept);
    require_shared_markers();
    note_others(uses);
  }

  /// Scatter and time alone tell no types apart.
  void require_shared_markers() const {
    const Column* column = joined_.features.find(kChannelKind);
    if (column == nullptr) {
      return;
    }
    const Categorical kinds = as_labels(*column);
    for (Index f = 0; f < joined_.features.rows(); ++f) {
      if (is_marker(kinds.label(f))) {
        return;
      }
    }
    if (std::ranges::all_of(parts_, has_markers)) {
      throw InputError(
          {.what = "the files of the folder share no marker",
           .where = joined_.source.path,
           .found = "for example " + markers_of(parts_.front()) + " in " +
                    files_.front().filename().string() + ", " + markers_of(parts_.back()) + " in " +
                    files_.back().filename().string(),
           .expected = "the same names of markers in all files",
           .hint = by_detector_ ? "" : "where the detectors are the same: --join-by detector"});
    }
  }

  static bool has_markers(const Dataset& part) {
    return std::ranges::any_of(channel_kinds(part), is_marker);
  }

  static std::string markers_of(const Dataset& part) {
    std::vector<std::string> names;
    for (const Index f : marker_features(part)) {
      names.push_back(part.features.names[at(f)]);
    }
    return mixvae::join(first_n(names, 4), ", ");
  }

  void require_shared(std::size_t shared) const {
    if (shared < 2) {
      throw InputError(
          {.what = "the files of the folder share fewer than 2 features",
           .where = joined_.source.path,
           .found = "for example " + listed(parts_.front()) + " in " +
                    files_.front().filename().string() + ", " + listed(parts_.back()) + " in " +
                    files_.back().filename().string(),
           .expected = "the same names of markers in all files",
           .hint = by_detector_ || parts_.front().features.find(kChannelName) == nullptr
                       ? ""
                       : "where the detectors are the same: --join-by detector"});
    }
  }

  static std::string listed(const Dataset& part) {
    return mixvae::join(first_n(part.features.names, 4), ", ");
  }

  void note_others(const std::map<std::string, std::size_t>& uses) {
    std::vector<std::string> others;
    for (const auto& [name, count] : uses) {
      if (count < parts_.size()) {
        others.push_back(name + " (in " + std::to_string(count) + ")");
      }
    }
    if (!others.empty()) {
      joined_.source.notes.push_back(std::to_string(others.size()) + " features are not in all " +
                                     std::to_string(parts_.size()) + " files and were left out: " +
                                     mixvae::join(first_n(others, 10), ", ") +
                                     (others.size() > 10 ? ", ..." : "") + ".");
    }
  }

  /// Columns of the kept features in one part.
  std::vector<Index> columns_of(const Dataset& part) const {
    std::map<std::string, Index> place;
    for (std::size_t f = 0; f < part.features.names.size(); ++f) {
      place.emplace(part.features.names[f], static_cast<Index>(f));
    }
    std::vector<Index> columns;
    columns.reserve(joined_.features.names.size());
    for (const std::string& name : joined_.features.names) {
      columns.push_back(place.at(name));
    }
    return columns;
  }

  void join_values() {
    DenseMatrix x(0, joined_.features.rows());
    for (Dataset& part : parts_) {
      const DenseMatrix values = to_dense(select_columns(part.x, columns_of(part)));
      x.values.insert(x.values.end(), values.values.begin(), values.values.end());
      x.rows += values.rows;
      part.x = DenseMatrix(0, part.feature_count());
    }
    joined_.x = std::move(x);
  }

  void join_cells() {
    std::vector<std::string> files;
    std::vector<std::string> samples;
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      const std::string sample = sample_name(files_[p].string());
      joined_.source.files.push_back({files_[p].string(), parts_[p].cells.rows()});
      for (const std::string& name : parts_[p].cells.names) {
        joined_.cells.names.push_back(std::string(sample).append(1, ':').append(name));
        files.push_back(files_[p].filename().string());
        samples.push_back(sample);
      }
    }
    joined_.cells.set({"file", Categorical::from_labels(files)});
    joined_.cells.set({"sample", Categorical::from_labels(samples)});
  }

  /// Annotations that every file has, as labels.
  void join_annotations() {
    for (const Column& column : parts_.front().cells.columns) {
      std::vector<std::string> labels;
      for (const Dataset& part : parts_) {
        if (const Column* found = part.cells.find(column.name)) {
          const Categorical texts = as_labels(*found);
          for (Index cell = 0; cell < part.cells.rows(); ++cell) {
            labels.emplace_back(texts.label(cell));
          }
        }
      }
      if (static_cast<Index>(labels.size()) != joined_.cells.rows()) {
        continue;
      }
      if (column.name == "file" || column.name == "sample") {
        joined_.source.notes.push_back("The files' own column '" + column.name +
                                       "' was left out: it says here which file a cell is from.");
      } else {
        joined_.cells.set({column.name, labels_with_missing(labels)});
      }
    }
  }

  /// What readers noticed, each sentence once, with the first file it was about.
  void note_origin() {
    std::vector<std::string> order;
    std::map<std::string, std::vector<std::size_t>> sources;
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      for (const std::string& note : parts_[p].source.notes) {
        if (sources[note].empty()) {
          order.push_back(note);
        }
        sources[note].push_back(p);
      }
    }
    for (const std::string& note : order) {
      const auto& in = sources[note];
      joined_.source.notes.push_back(
          files_[in.front()].filename().string() +
          (in.size() > 1 ? " and " + std::to_string(in.size() - 1) + " more" : "") + ": " + note);
    }
    joined_.source.notes.push_back(std::to_string(parts_.size()) + " files were joined by " +
                                   std::to_string(joined_.features.rows()) +
                                   " features; 'file' and 'sample' say where a cell comes from.");
  }

  std::vector<Dataset> parts_;
  std::vector<fs::path> files_;
  bool by_detector_;
  Dataset joined_;
};

}  // namespace

std::string sample_name(const std::string& path) {
  const fs::path name = fs::path(path).filename();
  return name.extension() == ".gz" ? name.stem().stem().string() : name.stem().string();
}

Dataset read_folder(const std::string& path, const ReadOptions& read) {
  FolderFiles chosen = choose_folder_files(path);
  const bool by_detector = read.join_by == "detector";
  std::vector<Dataset> parts;
  std::vector<fs::path> files;
  for (const fs::path& file : chosen.files) {
    Dataset part = is_fcs_file(file)
                       ? read_fcs(file.string(), read.compensate == "auto")
                       : read_csv(file.string(), {.orientation = read.orientation,
                                                  .decimal = read.decimal == "," ? ',' : '.'});
    if (part.source.format == "csv") {
      mark_channels(part);
    }
    if (part.cell_count() == 0) {
      chosen.empty.push_back(file.filename().string());
      continue;
    }
    if (by_detector) {
      name_by_detector(part, file);
    }
    parts.push_back(std::move(part));
    files.push_back(file);
  }
  if (parts.empty()) {
    throw InputError({.what = "no file of the folder holds any cell",
                      .where = path,
                      .found = std::to_string(chosen.empty.size()) + " empty files"});
  }
  Dataset joined = Joiner(std::move(parts), std::move(files), path, by_detector).join();
  if (!chosen.empty.empty()) {
    joined.source.notes.push_back(
        std::to_string(chosen.empty.size()) +
        (chosen.empty.size() == 1 ? " file holds no cells and was skipped: "
                                  : " files hold no cells and were skipped: ") +
        join(first_n(chosen.empty, 5), ", ") + (chosen.empty.size() > 5 ? ", ..." : "") + ".");
  }
  return joined;
}

}  // namespace mixvae
