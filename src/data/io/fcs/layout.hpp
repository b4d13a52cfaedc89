#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/io/fcs/channels.hpp"
#include "data/io/fcs/header.hpp"
#include "data/io/fcs/keywords.hpp"

namespace mixvae::fcs {

/// Where the events of a data set are and how they are stored.
struct Layout {
  ValueType type = ValueType::single_precision;
  bool big_endian = false;
  std::uint64_t begin = 0;       // of DATA, counted from the beginning of the data set
  std::uint64_t bytes = 0;       // of DATA
  std::uint64_t event_bits = 0;  // 0: values are delimited characters
  std::uint64_t events = 0;
};

/// What the choice of the DATA segment looks at.
struct DataClues {
  Segment header;          // as HEADER says
  Segment text;            // as $BEGINDATA and $ENDDATA say
  std::uint64_t size = 0;  // bytes from the beginning of the data set to the end of the file
  std::uint64_t event_bits = 0;
  std::optional<std::uint64_t> events;  // $TOT
  std::uint64_t channels = 1;
};

/// Finds DATA where HEADER, TEXT and $TOT may disagree. In this order: the first segment (HEADER's,
/// then TEXT's) whose length is that of $TOT events; one whose end is a byte off or senseless while
/// $TOT events fit into the file; one that holds a whole number of events, whatever $TOT says; one
/// with room to spare after $TOT events. Guesses go to `notes`. Sets begin, bytes and events.
/// Throws InputError naming `where` when the file ends before its events, when nothing fits, when
/// there are no events, and when delimited characters are too few for $TOT events.
Layout find_layout(const DataClues& clues, const std::string& where,
                   std::vector<std::string>& notes);

/// Whether values are stored with their most significant byte first ($BYTEORD 4,3,2,1 or 2,1).
/// Throws InputError for mixed orders, and for none where values have several bytes.
bool is_big_endian(const Keywords& keywords, std::span<const Channel> channels, ValueType type,
                   const std::string& where);

/// All of the layout. Throws InputError also for a $MODE other than L (a list of events).
Layout layout(const Header& header, const Keywords& keywords, std::span<const Channel> channels,
              std::uint64_t size, const std::string& where, std::vector<std::string>& notes);

}  // namespace mixvae::fcs
