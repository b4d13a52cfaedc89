#include <algorithm>

#include "base/error.hpp"
#include "data/io/zarr/node.hpp"
#include "data/io/zarr/packing.hpp"

namespace mixvae::zarr {
namespace {

using store::NumberType;

constexpr std::size_t kLengthBytes = 4;  // before each text, and their number before all

std::size_t bytes_in_memory(NumberType type) {
  return type == NumberType::float32 || type == NumberType::int32 ? 4 : 8;
}

/// Steps along each axis, in elements, of values that lie in the given order of the axes (slowest
/// first).
std::vector<Index> strides(std::span<const Index> lengths, std::span<const std::size_t> order) {
  std::vector<Index> steps(lengths.size());
  Index step = 1;
  for (std::size_t i = order.size(); i-- > 0;) {
    steps[order[i]] = step;
    step *= lengths[order[i]];
  }
  return steps;
}

/// In the order of the axes themselves.
std::vector<Index> strides(std::span<const Index> lengths) {
  std::vector<std::size_t> order;
  for (std::size_t d = 0; d < lengths.size(); ++d) {
    order.push_back(d);
  }
  return strides(lengths, order);
}

/// Calls `visit` for every place of a box from `first` to before `end`, the last axis fastest. A
/// box without axes has one place.
template <class Visit>
void for_each_place(const std::vector<Index>& first, const std::vector<Index>& end, Visit visit) {
  if (!std::ranges::equal(first, end, std::less())) {
    return;  // empty
  }
  std::vector<Index> place = first;
  while (true) {
    visit(place);
    std::size_t d = place.size();
    while (d > 0 && ++place[d - 1] == end[d - 1]) {
      place[d - 1] = first[d - 1];
      --d;
    }
    if (d == 0) {
      return;
    }
  }
}

/// Consecutive elements along the last axis that one chunk holds of a block: where they stand in
/// the chunk, how far they are from each other, and where they go in the block.
struct Line {
  Index from;
  Index step;
  Index to;
  Index count;
};

/// Calls `visit(chunk, lines)` for every chunk that has a part of the block.
template <class Visit>
void for_each_chunk(const ArrayMetadata& array, std::span<const Index> start,
                    std::span<const Index> count, Visit visit) {
  const std::size_t rank = array.chunk.size();
  std::vector<Index> first(rank);
  std::vector<Index> end(rank);
  for (std::size_t d = 0; d < rank; ++d) {
    first[d] = start[d] / array.chunk[d];
    end[d] = count[d] == 0 ? first[d] : (start[d] + count[d] - 1) / array.chunk[d] + 1;
  }
  const std::vector<Index> in_chunk = strides(array.chunk, array.order);
  const std::vector<Index> in_block = strides(count);
  for_each_place(first, end, [&](const std::vector<Index>& chunk) {
    std::vector<Index> begin(rank);
    std::vector<Index> stop(rank);
    for (std::size_t d = 0; d < rank; ++d) {
      const Index origin = chunk[d] * array.chunk[d];
      begin[d] = std::max(start[d], origin);
      stop[d] = std::min(start[d] + count[d], origin + array.chunk[d]);
    }
    const Index length = rank == 0 ? 1 : stop.back() - begin.back();
    if (rank > 0) {
      stop.back() = begin.back() + 1;
    }
    std::vector<Line> lines;
    for_each_place(begin, stop, [&](const std::vector<Index>& place) {
      Line line = {0, rank == 0 ? 1 : in_chunk.back(), 0, length};
      for (std::size_t d = 0; d < rank; ++d) {
        line.from += in_chunk[d] * (place[d] - chunk[d] * array.chunk[d]);
        line.to += in_block[d] * (place[d] - start[d]);
      }
      lines.push_back(line);
    });
    visit(chunk, lines);
  });
}

[[noreturn]] void refuse_texts(const std::string& where, const std::string& found) {
  throw InputError({.what = "the texts of a chunk are damaged",
                    .where = where,
                    .found = found,
                    .hint = "the store is damaged; fetch or write it again"});
}

std::size_t length_at(std::string_view bytes, std::size_t at, const std::string& where) {
  if (bytes.size() - at < kLengthBytes) {
    refuse_texts(where, "they are cut off");
  }
  std::size_t length = 0;
  for (std::size_t i = kLengthBytes; i-- > 0;) {
    length = length << 8U | static_cast<unsigned char>(bytes[at + i]);
  }
  return length;
}

/// Texts of any length: their number, then each with its length before it.
std::vector<std::string> free_texts(std::string_view bytes, Index expected,
                                    const std::string& where) {
  const std::size_t count = length_at(bytes, 0, where);
  if (count != static_cast<std::size_t>(expected)) {
    refuse_texts(where,
                 std::to_string(count) + " texts, " + std::to_string(expected) + " expected");
  }
  std::vector<std::string> texts;
  std::size_t at = kLengthBytes;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t length = length_at(bytes, at, where);
    at += kLengthBytes;
    if (bytes.size() - at < length) {
      refuse_texts(where, "they are cut off");
    }
    texts.emplace_back(bytes.substr(at, length));
    at += length;
  }
  return texts;
}

std::vector<std::string> texts_of_chunk(const DataType& type, std::string_view bytes,
                                        Index elements, const std::string& where) {
  if (type.form == DataType::Form::text) {
    return free_texts(bytes, elements, where);
  }
  std::vector<std::string> texts;
  for (std::size_t at = 0; at < bytes.size(); at += type.bytes) {
    texts.push_back(fixed_text(type, bytes.substr(at, type.bytes), where));
  }
  return texts;
}

}  // namespace

Array::Array(const std::shared_ptr<const Files>& files, const std::string& path)
    : Array(files, path, array_metadata(*files, path)) {}

Array::Array(const std::shared_ptr<const Files>& files, const std::string& path,
             const ArrayMetadata& metadata)
    : Node(files, path, metadata.attributes), chunks_(files, path, metadata) {}

void Array::require_plausible(std::size_t bytes) const {
  const auto values = static_cast<std::uint64_t>(size());
  std::uint64_t all = 0;
  if (__builtin_mul_overflow(values, bytes, &all) ||
      !is_plausible_size(all, files()->stored_bytes())) {
    store::refuse_implausible(*this, files()->stored_bytes());
  }
}

void Array::read_numbers(std::span<const Index> start, std::span<const Index> count,
                         NumberType type, void* out) const {
  chunks_.require_readable();
  const ArrayMetadata& array = chunks_.metadata();
  const std::size_t width = bytes_in_memory(type);
  auto* block = static_cast<char*>(out);
  const Fill fill = number_fill(array.type, array.fill, where());
  for_each_chunk(
      array, start, count, [&](const std::vector<Index>& chunk, const std::vector<Line>& lines) {
        const auto bytes = chunks_.read(chunk);
        for (const Line& line : lines) {
          char* to = block + static_cast<std::size_t>(line.to) * width;
          if (bytes) {
            convert(array.type,
                    bytes->data() + static_cast<std::size_t>(line.from) * array.type.bytes,
                    line.step, line.count, type, to);
          } else {
            convert(fill.type, fill.element.data(), 0, line.count, type, to);
          }
        }
      });
}

std::vector<std::string> Array::texts() const {
  const ArrayMetadata& array = chunks_.metadata();
  if (kind() != store::Kind::text) {
    throw InputError({.what = "texts are needed here",
                      .where = where(),
                      .found = describe(kind()),
                      .expected = "texts"});
  }
  require_plausible(std::max(element_bytes(), sizeof(std::string)));
  chunks_.require_readable();
  const std::string fill = array.fill.is_string() ? array.fill.get<std::string>() : "";
  std::vector<std::string> texts(static_cast<std::size_t>(size()), fill);
  if (texts.empty()) {
    return texts;
  }
  const std::vector<Index> start(shape().size(), 0);
  for_each_chunk(array, start, shape(),
                 [&](const std::vector<Index>& chunk, const std::vector<Line>& lines) {
                   const auto bytes = chunks_.read(chunk);
                   if (!bytes) {
                     return;
                   }
                   const std::vector<std::string> stored =
                       texts_of_chunk(array.type, *bytes, chunks_.elements(), chunks_.where(chunk));
                   for (const Line& line : lines) {
                     for (Index i = 0; i < line.count; ++i) {
                       texts[static_cast<std::size_t>(line.to + i)] =
                           stored[static_cast<std::size_t>(line.from + i * line.step)];
                     }
                   }
                 });
  return texts;
}

}  // namespace mixvae::zarr
