#pragma once

#include <string>
#include <vector>

#include "app/command.hpp"

namespace mixvae::app::completions {

/// An option as a shell completes it.
struct Word {
  std::string name;                  // without dashes
  std::string about;                 // a few words of its meaning
  std::string placeholder;           // of its value; empty: it has none
  std::vector<std::string> choices;  // words that its value may be; empty: any text

  /// Whether the value names a file or a folder.
  bool takes_file() const;
};

struct CommandWords {
  std::string name;  // "fit", "simulate cells"
  std::string about;
  std::vector<Word> options;  // with those of every choice and of every command, each once
};

/// All commands with all options that they may have.
std::vector<CommandWords> command_words(const Commands& commands);

/// First words of commands, each once: "fit", "simulate".
std::vector<std::string> first_words(const std::vector<CommandWords>& commands);

/// Second words of the commands that begin with this one: "cells"; none for "fit".
std::vector<std::string> second_words(const std::vector<CommandWords>& commands,
                                      const std::string& first);

/// The text between single quotes of a shell, in which `quote` stands for a quote in it.
std::string quoted(const std::string& text, const std::string& quote);

}  // namespace mixvae::app::completions
