#pragma once

#include <span>
#include <string>
#include <vector>

#include "data/io/fcs/keywords.hpp"

namespace mixvae {

/// A channel of results: one value per event.
struct AddedChannel {
  std::string name;
  std::vector<float> values;
};

/// Throws InputError for an FCS file of several data sets ($NEXTDATA): written again, it would lose
/// all but the first.
void require_rewritable(const std::string& source);

/// Writes an FCS file again, with channels added at the end: all events and
/// keywords in their order, `remarks` as further keywords, whole or not at all (FCS 3.1, little
/// endian). Values stay as they are stored, as single-precision floats, or double where single does
/// not hold them; logarithmic integers become linear ($PnE 0,0, $PnG 1), as floats must be. A
/// channel that is there already under an added name is replaced in place. $PnR is widened to the
/// largest value
/// + 1. The names of the added channels, and of those added earlier, are kept under kAddedChannels,
/// so that they are not taken for markers later. Those added with a `record` stand under
/// "RECORD_CHANNELS" (upper case) besides; all of them are removed when results of that record are
/// added again. Throws InputError when the file is no FCS or has
/// several data sets, or the number of values differs from that of the events, SystemError.
void write_fcs(const std::string& source, std::span<const AddedChannel> added,
               std::span<const fcs::Keyword> remarks, const std::string& path,
               const std::string& record = "");

}  // namespace mixvae
