#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mixvae {

/// Order in which numbers inside text compare by value: "T2" before "T10".
bool natural_less(std::string_view a, std::string_view b);

/// The parts with a separator between them.
std::string join(std::span<const std::string> parts, std::string_view separator);

/// At most the first n parts.
std::vector<std::string> first_n(std::span<const std::string> parts, std::size_t n);

/// Number of single-character edits (insert, delete, replace) between two texts, ignoring ASCII
/// case.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The names closest to `wanted` by edit distance, best first, at most `count`; names sharing
/// nothing are left out.
std::vector<std::string> nearest_names(std::string_view wanted, std::span<const std::string> names,
                                       std::size_t count = 3);

/// Text without surrounding white space.
std::string_view trimmed(std::string_view text);

/// A number in shortest form that reads back equal ("0.1", "1e-08").
std::string shortest(double value);

/// A count with a thin separator for people: 22365 -> "22,365".
std::string with_commas(long long value);

/// A word that a POSIX shell reads back as this text: quoted where it holds blanks or signs that
/// mean something to a shell.
std::string shell_quoted(std::string_view text);

/// Lower-case copy (ASCII only).
std::string lower(std::string_view text);

}  // namespace mixvae
