#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "data/io/additions.hpp"
#include "data/io/read.hpp"

namespace mixvae::app {

/// A data set that the caller of a command holds in memory.
struct MemoryData {
  std::vector<std::string>
      layers;  // matrices that --layer can name, "X" or the first of them first
  /// The data with this matrix, as a reader of files gives them. Throws InputError.
  std::function<Dataset(const std::string& layer)> read;
};

/// Lets a command that is run in this process take data from memory and give its results there, as
/// the Python package does. While an object lives, read_input knows `inputs` by names that stand
/// where the command line has a path; results of which the output is named `output` are kept here
/// and no file is written, and what commands print is kept too. One at a time in a process.
class MemoryExchange {
 public:
  explicit MemoryExchange(std::map<std::string, MemoryData> inputs, std::string output = {});
  ~MemoryExchange();
  MemoryExchange(const MemoryExchange&) = delete;
  MemoryExchange& operator=(const MemoryExchange&) = delete;

  /// The exchange of this moment, or null: the command was called from the command line.
  static MemoryExchange* present();
  /// The data that the present exchange has under this name, or null.
  static const MemoryData* data_named(const std::string& name);
  /// The present exchange where it takes the output of this name, or null.
  static MemoryExchange* taking(const std::string& output);

  std::string printed;                 // what the command printed
  std::optional<Additions> additions;  // what it would have added to a file
  std::optional<Dataset> dataset;      // the data set that it would have written
  std::string table;                   // the table that it would have written, as CSV

 private:
  std::map<std::string, MemoryData> inputs_;
  std::string output_;
};

}  // namespace mixvae::app
