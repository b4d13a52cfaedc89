#include "data/io/fcs/file.hpp"

#include <algorithm>
#include <fstream>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/file_bytes.hpp"

namespace mixvae::fcs {
namespace {

/// Opens data sets of one file.
class Opener {
 public:
  explicit Opener(const std::string& path)
      : stream_(open_for_reading(path)), size_(file_size(path)), path_(path) {}

  File open(std::size_t number) {
    const std::vector<std::uint64_t> begins = data_sets();
    if (number >= begins.size()) {
      throw InputError({.what = "the file has no data set " + std::to_string(number + 1),
                        .where = path_,
                        .found = std::to_string(begins.size()) + " data sets"});
    }
    File file = texts(begins[number]);
    file.data_sets = begins.size();
    file.notes.insert(file.notes.begin(), notes_.begin(), notes_.end());
    const ValueType type = value_type(file.keywords, path_);
    file.channels = channels(file.keywords, type, path_, file.notes);
    file.layout =
        layout(file.header, file.keywords, file.channels, size_ - file.base, path_, file.notes);
    return file;
  }

 private:
  std::string bytes(std::uint64_t begin, std::uint64_t count) {
    std::string buffer(static_cast<std::size_t>(count), '\0');
    stream_.seekg(static_cast<std::streamoff>(begin));
    stream_.read(buffer.data(), static_cast<std::streamsize>(count));
    if (static_cast<std::uint64_t>(stream_.gcount()) != count) {
      throw SystemError({.what = "the file cannot be read", .where = path_});
    }
    return buffer;
  }

  /// HEADER and TEXT of the data set that begins there.
  File texts(std::uint64_t base) {
    File file;
    file.path = path_;
    file.base = base;
    file.header =
        parse_header(bytes(base, std::min<std::uint64_t>(kHeaderBytes, size_ - base)), path_);
    const std::string text = segment(base, file.header.text);
    if (text.empty()) {
      throw InputError(
          {.what = "TEXT reaches beyond the end of the file",
           .where = path_,
           .found = "a file of " + with_commas(static_cast<long long>(size_)) + " bytes",
           .expected =
               "TEXT up to byte " + with_commas(static_cast<long long>(file.header.text.end))});
    }
    parse_text(text, path_, file.keywords, file.notes);
    file.delimiter = text.front();
    add_supplement(file);
    return file;
  }

  /// The bytes of a segment; nothing when it is not inside the file.
  std::string segment(std::uint64_t base, const Segment& segment) {
    const std::uint64_t size = size_ - base;
    if (segment.length() == 0 || segment.end >= size) {
      return {};
    }
    return bytes(base + segment.begin, segment.length());
  }

  void add_supplement(File& file) {
    const Segment extra{file.keywords.whole("$BEGINSTEXT").value_or(0),
                        file.keywords.whole("$ENDSTEXT").value_or(0)};
    if (extra.begin < kHeaderBytes || extra.length() < 2 || extra.begin == file.header.text.begin) {
      return;
    }
    const std::string text = segment(file.base, extra);
    if (text.empty()) {
      file.notes.emplace_back("The supplemental TEXT lies outside of the file and was left out.");
      return;
    }
    if (text.front() != file.delimiter) {
      file.notes.emplace_back(
          "The supplemental TEXT does not begin with the delimiter and was left out.");
      return;
    }
    parse_text(text, path_, file.keywords, file.notes);
  }

  /// Where each data set begins. The chain ends where it leaves the file or comes back.
  std::vector<std::uint64_t> data_sets() {
    std::vector<std::uint64_t> begins = {0};
    std::set<std::uint64_t> seen = {0};
    while (const std::uint64_t step =
               texts(begins.back()).keywords.whole("$NEXTDATA").value_or(0)) {
      if (step >= size_ - begins.back() || !seen.insert(begins.back() + step).second) {
        notes_.emplace_back("$NEXTDATA points outside of the file; it was not followed.");
        break;
      }
      if (!is_data_set(begins.back() + step)) {
        notes_.emplace_back(
            "$NEXTDATA points to something that is no FCS data set; it was not followed.");
        break;
      }
      begins.push_back(begins.back() + step);
    }
    return begins;
  }

  bool is_data_set(std::uint64_t begin) {
    return size_ - begin >= kHeaderBytes && bytes(begin, 3) == "FCS";
  }

  std::ifstream stream_;
  std::uint64_t size_;
  std::string path_;
  std::vector<std::string> notes_;
};

}  // namespace

File open_file(const std::string& path, std::size_t number) { return Opener(path).open(number); }

}  // namespace mixvae::fcs
