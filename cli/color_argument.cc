#include "cli/color_argument.h"

#include "cli/choice.h"

namespace dp::cli {

void add_color_option(CLI::App& command, ColorChoice& chosen) {
  const Choices<ColorChoice> colors{{"auto", ColorChoice::automatic},
                                    {"always", ColorChoice::always},
                                    {"never", ColorChoice::never}};
  add_choice(command, "--color", chosen, colors, "auto, always or never; auto heeds NO_COLOR")
      ->type_name("WHEN");
}

}  // namespace dp::cli
