#include "report/png.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "support/python.hpp"

namespace mixvae::report {
namespace png_test {

TEST(Png, Base64IsThatOfPython) {
  for (const std::string text : {"", "a", "ab", "abc", "abcd", "\xff\xfe\xfd\x10"}) {
    const auto run = test::run_python(
        "import base64; print(base64.b64encode(open('t', 'rb').read()).decode(), end='')",
        {{"t", text}});
    MIXVAE_NEEDS_PYTHON(run);
    EXPECT_EQ(base64(text), run.output);
  }
}

TEST(Png, GreyValuesAreReadBack) {
  const std::vector<std::uint8_t> pixels{0, 1, 127, 128, 254, 255};
  const auto run = test::run_python(
      "import struct, zlib\n"
      "file = open('p', 'rb').read(); assert file[:8] == b'\\x89PNG\\r\\n\\x1a\\n'\n"
      "place, data, kinds = 8, b'', []\n"
      "while place < len(file):\n"
      "    size = struct.unpack('>I', file[place:place + 4])[0]\n"
      "    chunk = file[place + 4:place + 8 + size]\n"
      "    assert struct.unpack('>I', file[place + 8 + size:place + 12 + size])[0] == "
      "zlib.crc32(chunk)\n"
      "    kinds.append(chunk[:4]); data += chunk[4:] if chunk[:4] == b'IDAT' else b''\n"
      "    header = chunk[4:] if chunk[:4] == b'IHDR' else header\n"
      "    place += 12 + size\n"
      "assert kinds == [b'IHDR', b'IDAT', b'IEND']\n"
      "print(*struct.unpack('>IIBBBBB', header), *zlib.decompress(data))\n",
      {{"p", grey_png(pixels, 3, 2)}});
  MIXVAE_NEEDS_PYTHON(run);
  EXPECT_EQ(run.output, "3 2 8 0 0 0 0 0 0 1 127 0 128 254 255\n");
}

}  // namespace png_test
}  // namespace mixvae::report
