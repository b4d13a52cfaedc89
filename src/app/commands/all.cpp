#include "app/commands/all.hpp"

namespace mixvae::app {

Commands all_commands() {
  Commands commands;
  commands.push_back(simulate_cells_command());
  commands.push_back(simulate_sprites_command());
  commands.push_back(inspect_command());
  commands.push_back(fit_command());
  commands.push_back(assign_command());
  commands.push_back(evaluate_command());
  commands.push_back(markers_command());
  commands.push_back(label_command());
  commands.push_back(rename_command());
  commands.push_back(merge_command());
  commands.push_back(report_command());
  commands.push_back(explore_command());
  commands.push_back(plot_command());
  commands.push_back(cluster_command());
  commands.push_back(mmd_command());
  commands.push_back(generate_command());
  commands.push_back(traverse_command());
  commands.push_back(benchmark_command());
  commands.push_back(options_command());
  commands.push_back(version_command());
  return commands;
}

}  // namespace mixvae::app
