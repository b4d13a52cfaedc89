#include "models/recipe_options.hpp"

namespace mixvae::models {

Options options(StartOptions& start) {
  return {
      {.name = "start",
       .target = word(start.start),
       .meaning =
           "first clustering, from which training starts: none; kmeans; merged: many small k-means "
           "clusters that are joined; gaussian: a Gaussian mixture whose components merge while "
           "BIC falls (at most K types; the others start empty, or are left out where types are "
           "pruned); leiden; consensus: of several k-means, merged and Leiden clusterings",
       .choices = {"none", "kmeans", "merged", "gaussian", "leiden", "consensus"}},
      {.name = "start-balance",
       .target = &start.start_balance,
       .meaning = "while the first clustering is learned, a cell weighs (size of its type)^-b; "
                  "higher protects rare types",
       .minimum = 0,
       .maximum = 2,
       .needs = {"start!=none"}},
      {.name = "start-share",
       .target = &start.start_share,
       .meaning = "share of the epochs that learn the first clustering",
       .minimum = 0,
       .maximum = 0.9,
       .needs = {"start!=none"}},
      {.name = "replicates",
       .target = &start.replicates,
       .meaning =
           "samples of the cells, drawn with replacement and clustered anew, which tell how sure "
           "each cell's type is (mixvae_confidence), at least 2; 0: no confidence",
       .minimum = 0,
       .maximum = 1000,
       .needs = {"start!=none"}},
  };
}

Options options(RestartOptions& restarts) {
  return {
      {.name = "restarts",
       .target = &restarts.restarts,
       .meaning = "random beginnings that are trained for a while; the one with the lowest loss on "
                  "held-out cells goes on",
       .minimum = 1,
       .maximum = 1000,
       .needs = {"start=none"}},
      {.name = "restart-share",
       .target = &restarts.restart_share,
       .meaning = "length of each such beginning, as a share of the epochs, which come on top",
       .minimum = 0.001,
       .maximum = 1,
       .needs = {"start=none", "restarts!=1"}},
  };
}

Options options(PruningOptions& pruning) {
  const std::vector<std::string> prunes = {"prune!=no", "prune=yes|types=auto",
                                           "prune=yes|start=none"};
  const std::vector<std::string> in_rounds = {"prune!=no", "prune=yes|types=auto",
                                              "prune=yes|start=none", "prune-rounds!=0"};
  return {
      {.name = "prune",
       .target = word(pruning.prune),
       .meaning = "remove types that the arms do not agree on; auto: with --types auto and without "
                  "a first clustering",
       .choices = {"auto", "yes", "no"}},
      {.name = "min-consensus",
       .target = &pruning.min_consensus,
       .meaning = "types on which the arms agree by at most this are removed: cells that two arms "
                  "both give the type, as a share of those of the arm that gives it more",
       .minimum = 0,
       .maximum = 1,
       .needs = in_rounds},
      {.name = "prune-share",
       .target = &pruning.prune_share,
       .meaning = "largest share of the types that one round removes",
       .minimum = 0.001,
       .maximum = 0.9,
       .needs = in_rounds},
      {.name = "prune-rounds",
       .target = &pruning.prune_rounds,
       .meaning = "largest number of rounds that remove types",
       .minimum = 0,
       .maximum = 10000,
       .needs = prunes},
      {.name = "prune-epochs",
       .target = &pruning.prune_epochs,
       .meaning = "epochs after each such round, as a share of the main phase",
       .minimum = 0,
       .maximum = 10,
       .needs = in_rounds},
  };
}

Options options(StatePhaseOptions& states) {
  return {{.name = "state-epochs",
           .target = &states.state_epochs,
           .meaning =
               "length of the last phase, which learns states while types stay as they are, as a "
               "share of the epochs before it (without those of removing types); 0: no such phase",
           .minimum = 0,
           .maximum = 10,
           .needs = {"states!=0"}}};
}

Options options(TargetOptions& target) {
  return {
      {.name = "target",
       .target = word(target.target),
       .meaning = "what each arm reconstructs: the altered copy that it sees, or the cell itself",
       .choices = {"copy", "original"},
       .needs = {"augment!=none", "likelihood!=nb", "likelihood!=zinb"}}};
}

}  // namespace mixvae::models
