#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mixvae {

/// What next_utf8 gives for bytes that are no character: the replacement character.
inline constexpr std::uint32_t kNoCharacter = 0xfffd;

/// The character of a UTF-8 text that begins at byte `at`, which moves behind it; behind one byte,
/// where no character begins there.
std::uint32_t next_utf8(std::string_view text, std::size_t& at);

/// Whether all of the text is UTF-8.
bool is_utf8(std::string_view text);

/// Whether the text would not stand in one line as it is: control characters, those of Latin-1
/// (U+0080 to U+009F) and the separators of lines and paragraphs (U+2028, U+2029) included.
bool has_control_characters(std::string_view utf8);

}  // namespace mixvae
