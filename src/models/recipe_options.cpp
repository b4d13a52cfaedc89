#include "models/recipe_options.hpp"

namespace mixvae::models {

Options options(StartOptions& start) {
  return {
      {.name = "start",
       .target = word(start.start),
       .meaning =
           "types that the arms learn first: none, k-means clusters, merged pieces of too many "
           "k-means clusters, components of a Gaussian mixture that merge while BIC falls (at most "
           "K; the others start empty, with pruning there are none), Leiden communities, or the "
           "consensus of several of each",
       .choices = {"none", "kmeans", "merged", "gaussian", "leiden", "consensus"}},
      {.name = "start-balance",
       .target = &start.start_balance,
       .meaning = "while learning the start a cell weighs as (size of its type)^-b; higher "
                  "protects rare types",
       .minimum = 0,
       .maximum = 2,
       .needs = {"start!=none"}},
      {.name = "start-share",
       .target = &start.start_share,
       .meaning = "share of the epochs spent on learning the start",
       .minimum = 0,
       .maximum = 0.9,
       .needs = {"start!=none"}},
  };
}

Options options(PruningOptions& pruning) {
  const std::vector<std::string> prunes = {"prune!=no", "prune=yes|types=auto"};
  const std::vector<std::string> in_rounds = {"prune!=no", "prune=yes|types=auto",
                                              "prune-rounds!=0"};
  return {
      {.name = "prune",
       .target = word(pruning.prune),
       .meaning = "prune types that the arms do not agree on: auto does so with --types auto",
       .choices = {"auto", "yes", "no"}},
      {.name = "min-consensus",
       .target = &pruning.min_consensus,
       .meaning = "types on which the arms agree by at most this are pruned: cells that two arms "
                  "both give the type, as a share of those of the arm that gives it more",
       .minimum = 0,
       .maximum = 1,
       .needs = in_rounds},
      {.name = "prune-share",
       .target = &pruning.prune_share,
       .meaning = "largest share of the remaining types that one round prunes",
       .minimum = 0.001,
       .maximum = 0.9,
       .needs = in_rounds},
      {.name = "prune-rounds",
       .target = &pruning.prune_rounds,
       .meaning = "largest number of pruning rounds",
       .minimum = 0,
       .maximum = 10000,
       .needs = prunes},
      {.name = "prune-epochs",
       .target = &pruning.prune_epochs,
       .meaning = "epochs after each pruning round, as a share of the main phase",
       .minimum = 0,
       .maximum = 10,
       .needs = in_rounds},
  };
}

Options options(StatePhaseOptions& states) {
  return {{.name = "state-epochs",
           .target = &states.state_epochs,
           .meaning =
               "epochs of the last phase, in which types stay as they are and states are learned "
               "from the cells themselves, as a share of all before it but pruning; 0: none",
           .minimum = 0,
           .maximum = 10,
           .needs = {"states!=0"}}};
}

Options options(TargetOptions& target) {
  return {{.name = "target",
           .target = word(target.target),
           .meaning = "what each arm reconstructs: its augmented copy, or the original cell",
           .choices = {"copy", "original"},
           .needs = {"augment!=none"}}};
}

}  // namespace mixvae::models
