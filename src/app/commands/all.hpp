#pragma once

#include "app/command.hpp"

namespace mixvae::app {

/// Every command of the program, in the order of the overview; its options hold their defaults.
Commands all_commands();

std::unique_ptr<Command> simulate_cells_command();
std::unique_ptr<Command> simulate_sprites_command();
std::unique_ptr<Command> inspect_command();
std::unique_ptr<Command> fit_command();
std::unique_ptr<Command> assign_command();
std::unique_ptr<Command> evaluate_command();
std::unique_ptr<Command> markers_command();
std::unique_ptr<Command> label_command();
std::unique_ptr<Command> rename_command();
std::unique_ptr<Command> merge_command();
std::unique_ptr<Command> report_command();
std::unique_ptr<Command> explore_command();
std::unique_ptr<Command> plot_command();
std::unique_ptr<Command> cluster_command();
std::unique_ptr<Command> mmd_command();
std::unique_ptr<Command> generate_command();
std::unique_ptr<Command> traverse_command();
std::unique_ptr<Command> benchmark_command();
std::unique_ptr<Command> options_command();
std::unique_ptr<Command> version_command();

}  // namespace mixvae::app
