#include "data/io/fcs/read_fcs.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/annotation_channels.hpp"
#include "data/io/channel_kinds.hpp"
#include "data/io/fcs/file.hpp"
#include "data/io/fcs/judge_channels.hpp"
#include "data/io/fcs/spillover.hpp"

namespace mixvae {
namespace {

/// By marker, else by channel; markers that stand at several channels are told apart by these.
std::vector<std::string> feature_names(const std::vector<fcs::Channel>& channels) {
  std::map<std::string, int> uses;
  for (const fcs::Channel& channel : channels) {
    ++uses[channel.marker];
  }
  std::vector<std::string> names;
  for (const fcs::Channel& channel : channels) {
    if (channel.marker.empty()) {
      names.push_back(channel.name);
    } else {
      names.push_back(uses[channel.marker] == 1 ? channel.marker
                                                : channel.marker + " (" + channel.name + ")");
    }
  }
  return names;
}

Table channel_table(const fcs::File& file) {
  Table features;
  features.names = feature_names(file.channels);
  std::vector<std::string> channels;
  channels.reserve(file.channels.size());
  for (const fcs::Channel& channel : file.channels) {
    channels.push_back(channel.name);
  }
  const auto added = added_channels(file.keywords);
  const auto kinds = fcs::judge_channels(file.channels, file.keywords.text("$CYT"), added);
  features.set({std::string(kChannelName), std::move(channels)});
  features.set({std::string(kChannelKind), Categorical::from_labels(kinds)});
  return features;
}

/// Stored values become linear ones.
class Lineariser {
 public:
  Lineariser(const fcs::File& file, std::optional<fcs::Compensation> compensation)
      : channels_(file.channels), compensation_(std::move(compensation)) {
    const double step = file.keywords.number("$TIMESTEP").value_or(0);
    const auto kinds = fcs::judge_channels(file.channels, file.keywords.text("$CYT"), {});
    for (std::size_t c = 0; c < kinds.size(); ++c) {
      factors_.push_back(kinds[c] == kTime ? channels_[c].gain * (step > 0 ? step : 1) : 1.0);
    }
  }

  void write(std::span<const double> stored, std::span<float> out) {
    event_.resize(channels_.size());
    for (std::size_t c = 0; c < channels_.size(); ++c) {
      event_[c] = channels_[c].linear(stored[c]) * factors_[c];
    }
    if (compensation_) {
      compensation_->apply(event_);
    }
    std::ranges::transform(event_, out.begin(), [](double v) { return static_cast<float>(v); });
  }

 private:
  const std::vector<fcs::Channel>& channels_;
  std::optional<fcs::Compensation> compensation_;
  std::vector<double> factors_;  // seconds per unit of time
  std::vector<double> event_;
};

DenseMatrix read_events(const fcs::File& file, Lineariser linear) {
  const auto width = file.channels.size();
  DenseMatrix x(static_cast<Index>(file.layout.events), static_cast<Index>(width));
  fcs::for_each_block(file, [&](std::uint64_t first, std::span<const double> values) {
    for (std::size_t i = 0; i < values.size() / width; ++i) {
      linear.write(values.subspan(i * width, width), x.row(static_cast<Index>(first + i)));
    }
  });
  return x;
}

fcs::Spillover spillover_of(const fcs::File& file, std::vector<std::string>& notes) {
  fcs::Spillover spillover = fcs::stored_spillover(file.keywords, file.channels, file.path, notes);
  if (spillover.compensation) {
    notes.push_back(std::to_string(spillover.compensation->channels.size()) +
                    " channels were compensated by the spillover matrix in " +
                    spillover.compensation->keyword + ".");
  }
  return spillover;
}

bool has_fluorescence(const Dataset& dataset) {
  const std::vector<std::string> kinds = channel_kinds(dataset);
  return std::ranges::find(kinds, kFluorescenceMarker) != kinds.end();
}

}  // namespace

std::vector<std::string> added_channels(const fcs::Keywords& keywords) {
  std::vector<std::string> names;
  std::istringstream stream(keywords.text(kAddedChannels));
  for (std::string name; std::getline(stream, name, ',');) {
    names.push_back(name);
  }
  return names;
}

Dataset read_fcs(const std::string& path, bool compensate) {
  const fcs::File file = fcs::open_file(path);
  Dataset dataset;
  dataset.source.path = path;
  dataset.source.format = "fcs";
  dataset.source.cells_unnamed = true;
  dataset.source.notes = file.notes;
  if (file.data_sets > 1) {
    dataset.source.notes.push_back("The file holds " + std::to_string(file.data_sets) +
                                   " data sets; the first was read.");
  }
  fcs::Spillover spillover;
  if (compensate) {
    spillover = spillover_of(file, dataset.source.notes);
  }
  if (spillover.compensation || !compensate) {
    dataset.source.compensated = compensate;
  }
  const bool silent = !dataset.source.compensated && !spillover.none_left;
  dataset.x = read_events(file, Lineariser(file, std::move(spillover.compensation)));
  dataset.cells.names = numbered_names("C", dataset.cell_count());
  dataset.features = channel_table(file);
  dataset.source.spillover_unknown = silent && has_fluorescence(dataset);
  annotate_cells_by_channels(dataset);
  return dataset;
}

}  // namespace mixvae
