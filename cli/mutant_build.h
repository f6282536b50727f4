// Makes a mutant program out of a finished build, the cheap way: one file of core/ is compiled from
// a changed copy, and its object is linked in front of the library that holds the original, so that
// the linker never looks at that member.
//
// Guarantees: writes below BUILD/mutants only, and removes what it made there unless asked to keep
// it. Does not: look whether the build is up to date with the sources.
#pragma once

#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/mutant_patch.h"

namespace dp::cli {

struct MutantParts {
  std::filesystem::path program;
  std::filesystem::path object;  // of the changed file
};

class MutantBuild {
 public:
  // Of the build that made this very program. The error says what is missing.
  static std::expected<MutantBuild, std::string> find();

  const std::filesystem::path& source_root() const { return root_; }
  const std::filesystem::path& program() const { return program_; }  // without any mutation
  bool is_sanitized() const { return sanitized_; }
  std::filesystem::path scratch_of(const std::string& mutant) const;

  const std::filesystem::path& folder() const { return build_; }
  // What the build can make whose name begins and ends like that.
  std::expected<std::vector<std::string>, std::string> targets(std::string_view head,
                                                               std::string_view tail) const;
  // The arguments that linked a target.
  std::expected<std::vector<std::string>, std::string> link_command(
      const std::string& target) const;

  // The changed text of the patch's target.
  std::expected<std::string, std::string> changed_text(const MutantPatch& patch) const;
  // The mutant program.
  std::expected<MutantParts, std::string> make(const MutantPatch& patch,
                                               const std::function<bool()>& stop) const;
  // Another program of this build, with the object in front of the library of the original.
  std::expected<void, std::string> link(std::vector<std::string> words,
                                        const std::filesystem::path& object,
                                        const std::filesystem::path& output,
                                        const std::function<bool()>& stop) const;
  void clean(const std::string& mutant) const;

 private:
  std::expected<std::string, std::string> ask_ninja(std::vector<std::string> words) const;
  std::expected<void, std::string> compile(const MutantPatch& patch, const std::string& text,
                                           const std::filesystem::path& object,
                                           const std::function<bool()>& stop) const;
  std::expected<std::vector<std::string>, std::string> compile_command(
      const std::string& target) const;

  std::filesystem::path root_;
  std::filesystem::path build_;
  std::filesystem::path program_;
  std::string compiler_cache_;     // "" is none
  std::vector<std::string> link_;  // arguments of the program's own link
  bool sanitized_ = false;
};

}  // namespace dp::cli
