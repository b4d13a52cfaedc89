#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace mixvae::fcs {

/// Lower-case words of a channel's name: runs of letters and digits.
using Words = std::vector<std::string>;

Words words_of(std::string_view text);

bool is_word_of(const std::string& word, std::initializer_list<std::string_view> list);

// What single words speak of.
bool is_barcode_word(const std::string& word);
bool is_viability_word(const std::string& word);
bool is_annotation_word(const std::string& word);  // labels, clusters, samples, maps

// What the words of a detector's name begin with.
bool names_a_clock(const Words& words);
bool names_a_counter(const Words& words);  // numbers that a machine gives to events, its decisions
bool names_a_picture(const Words& words);  // what imaging cytometers measure of a cell's picture,
                                           // and where it lay

}  // namespace mixvae::fcs
