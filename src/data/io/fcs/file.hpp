#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "data/io/fcs/layout.hpp"

namespace mixvae::fcs {

/// One data set of an FCS file: everything but its events, checked against the size of the file.
struct File {
  std::string path;
  std::uint64_t base = 0;  // where the data set begins in the file
  Header header;
  char delimiter = '/';
  Keywords keywords;
  std::vector<Channel> channels;
  Layout layout;
  std::size_t data_sets = 1;       // in the file
  std::vector<std::string> notes;  // what had to be guessed, one sentence each
};

/// Opens data set `number` (from 0) of a file; further ones are chained by $NEXTDATA. Throws
/// InputError for anything that is no FCS data set or contradicts itself beyond repair.
File open_file(const std::string& path, std::size_t number = 0);

/// Receives a block of events: the number of its first event, and stored values [events, channels]:
/// integers masked, nothing else done.
using BlockVisitor = std::function<void(std::uint64_t first, std::span<const double> values)>;

/// Reads all events in order, block by block. Integers whose widths are no whole bytes follow each
/// other bit by bit, from the most significant bit of a byte when bytes are most significant first,
/// else from the least significant one. Throws InputError for characters that are no numbers.
void for_each_block(const File& file, const BlockVisitor& visit);

}  // namespace mixvae::fcs
