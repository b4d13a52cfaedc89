#include "data/io/hdf5/filters.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/error.hpp"

namespace mixvae::hdf5 {
namespace {

struct KnownFilter {
  H5Z_filter_t number;
  std::string_view name;
  std::string_view package;  // empty: Debian 12 has none
};

constexpr std::array kKnownFilters = {
    KnownFilter{H5Z_FILTER_SZIP, "szip", "libhdf5-103-1"},
    KnownFilter{307, "bzip2", "hdf5-filter-plugin"},
    KnownFilter{32000, "lzf", "hdf5-plugin-lzf"},
    KnownFilter{32001, "blosc", "hdf5-filter-plugin-blosc-serial"},
    KnownFilter{32004, "lz4", "hdf5-filter-plugin"},
    KnownFilter{32008, "bitshuffle", "hdf5-filter-plugin"},
    KnownFilter{32013, "zfp", "hdf5-filter-plugin-zfp-serial"},
    KnownFilter{32015, "zstd", ""},
    KnownFilter{32026, "blosc2", ""},
};

std::string hint_for(const KnownFilter* known) {
  const std::string rewrite =
      "write the file again with gzip, e.g. adata.write_h5ad(..., compression=\"gzip\")";
  return known == nullptr || known->package.empty()
             ? "Debian has no plugin for this filter: " + rewrite
             : "install the Debian package " + std::string(known->package) + ", or " + rewrite;
}

}  // namespace

void require_filters(hid_t creation_properties, const std::string& where) {
  const int count = H5Pget_nfilters(creation_properties);
  for (int i = 0; i < count; ++i) {
    unsigned flags = 0;
    std::size_t parameters = 0;
    std::array<char, 64> label = {};
    const H5Z_filter_t number =
        H5Pget_filter2(creation_properties, static_cast<unsigned>(i), &flags, &parameters, nullptr,
                       label.size() - 1, label.data(), nullptr);
    if (number < 0 || H5Zfilter_avail(number) > 0) {
      continue;
    }
    const auto* known = std::ranges::find(kKnownFilters, number, &KnownFilter::number);
    const bool found = known != kKnownFilters.end();
    const std::string name = found ? std::string(known->name) : std::string(label.data());
    throw InputError({.what = "the data are compressed by a filter that is not installed",
                      .where = where,
                      .found = "filter '" + (name.empty() ? "unnamed" : name) + "' (number " +
                               std::to_string(number) + ")",
                      .hint = hint_for(found ? known : nullptr)});
  }
}

}  // namespace mixvae::hdf5
