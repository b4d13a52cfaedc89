// Trains in a child program (this test program run again) that is killed with SIGKILL at random
// moments and started again.

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <signal.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "base/log.hpp"
#include "base/philox.hpp"
#include "support/temporary_folder.hpp"
#include "training/linear_autoencoder.hpp"
#include "training/matrix_batches.hpp"
#include "training/trainer.hpp"

namespace mixvae::training {
namespace {

using support::bytes_of_file;
using support::TemporaryFolder;

constexpr const char* kFolderVariable = "MIXVAE_KILLED_TRAINING_FOLDER";

/// Trains to the end with a checkpoint after every epoch, or goes on where a killed run stopped.
void train_in(const std::string& folder) {
  const Matrix data = plane();
  MatrixBatches batches(data);
  LinearAutoencoder model;
  Trainer trainer(
      model, batches,
      {.batch_size = 16, .learning_rate = 0.01, .schedule = "cosine", .checkpoint_seconds = 0},
      {.seed = 5,
       .checkpoint_file = folder + "/checkpoint.safetensors",
       .history_file = folder + "/history.csv"});
  trainer.resume();
  trainer.run({.name = "main", .epochs = 150});
  trainer.run({.name = "fine", .epochs = 50, .learning_rate_scale = 0.1});
  write_safetensors(folder + "/model.safetensors",
                    {.metadata = {}, .tensors = {{"state", model.state()}}});
}

/// Starts the child; kills it after the given time unless it ended before. Returns whether it was
/// killed.
bool run_child(const std::string& folder, std::chrono::microseconds life) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::setenv(kFolderVariable, folder.c_str(), 1);
    ::setenv("OMP_NUM_THREADS", "1", 1);
    ::execl("/proc/self/exe", "training_tests", "--gtest_filter=KilledTrainingSlow.Child",
            "--gtest_brief=1", nullptr);
    ::_exit(127);
  }
  const auto start = std::chrono::steady_clock::now();
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() - start >= life) {
      ::kill(child, SIGKILL);
      ::waitpid(child, &status, 0);
      return WIFSIGNALED(status);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  return false;
}

TEST(KilledTrainingSlow, Child) {
  const char* folder = std::getenv(kFolderVariable);
  if (folder == nullptr) {
    GTEST_SKIP() << "runs only as the child of the next test";
  }
  train_in(folder);
}

TEST(KilledTrainingSlow, AtTwentyRandomMomentsEndsWithTheSameBits) {
  using std::chrono::microseconds;
  const TemporaryFolder whole;
  const auto start = std::chrono::steady_clock::now();
  ASSERT_FALSE(run_child(whole.path(), std::chrono::hours(1)));
  const auto duration =
      std::chrono::duration_cast<microseconds>(std::chrono::steady_clock::now() - start);

  const TemporaryFolder killed;
  PhiloxStream random(8, Purpose::test);
  int kills = 0;
  for (int start_number = 0; kills < 20 && start_number < 200; ++start_number) {
    const double share = 0.1 + 0.5 * random.uniform();
    const auto life =
        microseconds(static_cast<long>(static_cast<double>(duration.count()) * share));
    if (run_child(killed.path(), life)) {
      ++kills;
    } else {
      EXPECT_EQ(bytes_of_file(killed.path("model.safetensors")),
                bytes_of_file(whole.path("model.safetensors")));
      std::filesystem::remove_all(killed.path());
      std::filesystem::create_directory(killed.path());
    }
  }
  EXPECT_EQ(kills, 20);
  ASSERT_FALSE(run_child(killed.path(), std::chrono::hours(1)));
  EXPECT_EQ(bytes_of_file(killed.path("model.safetensors")),
            bytes_of_file(whole.path("model.safetensors")));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(killed.path()), {}), 3);
}

}  // namespace
}  // namespace mixvae::training
