package io.calicofleet.cli.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.calicofleet.cli.command.Commands;
import io.calicofleet.cli.output.Terminal;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code -Dgolden.update} writes the pages that are compared word for word anew. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ManPagesTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());

    private final CommandLine line =
            Commands.line(new Terminal(InputStream.nullInputStream(), NOWHERE, NOWHERE, Map.of()));
    private final Map<String, String> pages = ManPages.of(line, "1.2.3", LocalDate.of(2026, 11, 23));

    @Test
    void pages_are_word_for_word_as_they_were() throws Exception {
        for (String name : List.of("calico-fleet.1", "calico-fleet-images.1", "calico-fleet-releases-diff.1")) {
            Path file = GOLDEN.resolve(name);
            if (System.getProperty("golden.update") != null) {
                Files.writeString(file, pages.get(name));
            }
            assertThat(pages.get(name))
                    .as("%s; write it anew with -Dgolden.update", file)
                    .isEqualTo(Files.readString(file));
        }
    }

    @Test
    void each_command_that_is_not_hidden_has_a_page_with_all_its_options() {
        List<CommandLine> commands = new ArrayList<>(List.of(line));
        for (int at = 0; at < commands.size(); at++) {
            commands.addAll(commands.get(at).getSubcommands().values().stream()
                    .distinct()
                    .filter(each -> !each.getCommandSpec().usageMessage().hidden()
                            && !each.getCommandName().equals("help"))
                    .toList());
        }

        assertThat(pages).hasSameSizeAs(commands).hasSizeGreaterThan(50);
        assertThat(commands).allSatisfy(command -> {
            String page = pages.get(command.getCommandSpec().qualifiedName("-") + ".1");
            assertThat(page).isNotNull();
            command.getCommandSpec().options().stream()
                    .filter(option -> !option.hidden())
                    .forEach(option -> assertThat(page)
                            .contains("\\fB" + option.longestName().replace("-", "\\-") + "\\fR"));
        });
    }

    @Test
    void groff_has_nothing_to_say_about_any_of_them(@TempDir Path folder) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/groff")), "there is no groff here");
        List<String> command = new ArrayList<>(List.of("groff", "-man", "-ww", "-Tutf8", "-z"));
        for (Map.Entry<String, String> page : pages.entrySet()) {
            command.add(Files.writeString(folder.resolve(page.getKey()), page.getValue())
                    .toString());
        }

        Process groff = new ProcessBuilder(command).redirectErrorStream(true).start();

        assertThat(new String(groff.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(groff.waitFor()).isZero();
    }
}
