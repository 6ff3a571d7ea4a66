package io.calicofleet.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.FakePlanner;
import io.calicofleet.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ContextCommandTest {

    private final FakePlanner here = new FakePlanner().on("GET", "/campaigns", 200, "[{\"campaign\":\"here\"}]");
    private final FakePlanner there = new FakePlanner().on("GET", "/campaigns", 200, "[{\"campaign\":\"there\"}]");

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        here.close();
        there.close();
    }

    @Test
    void the_first_one_is_chosen_and_another_by_name_or_by_use() throws IOException {
        Path tokens = Files.writeString(folder.resolve("tokens"), "bob cft_bob\nada cft_ada\n");
        run("context set one --server " + here.url() + " --actor ada --token-file " + tokens);
        run("context set two --server " + there.url());

        assertThat(run("get campaigns -o name").out()).isEqualTo("campaign/here\n");
        assertThat(here.asked().getLast().token()).isEqualTo("cft_ada");
        assertThat(run("get campaigns -o name --context two").out()).isEqualTo("campaign/there\n");
        assertThat(run("context use two").exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(run("get campaigns -o name").out()).isEqualTo("campaign/there\n");
        assertThat(run("get campaigns -o name --server " + here.url()).out()).isEqualTo("campaign/here\n");
        assertThat(run("context list").out().lines())
                .containsExactly(
                        "CURRENT  NAME  SERVER                  ACTOR"
                                .replace(
                                        "SERVER  ",
                                        "SERVER  " + " ".repeat(here.url().length() - 22)),
                        "         one   " + here.url() + "  ada",
                        "*        two   " + there.url() + "  -");
    }

    @Test
    void one_that_is_forgotten_is_not_there_any_more() {
        run("context set one --server " + here.url());

        assertThat(run("context delete one").exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(run("context list").err()).contains("There is no context yet");
    }

    @Test
    void what_is_wrong_is_2_and_says_what_there_is() throws IOException {
        run("context set one --server " + here.url());

        assertThat(run("context use tow").err()).contains("there is no context 'tow', but one");
        for (String wrong : new String[] {
            "context",
            "context use two",
            "context delete two",
            "context set x",
            "context set x --server nowhere",
            "context set ../x --server http://a",
            "get campaigns --context two"
        }) {
            assertThat(run(wrong).exitCode()).as(wrong).isEqualTo(ExitCodes.USAGE);
        }
        Files.writeString(folder.resolve("config"), "contexts: [");
        Run broken = run("get campaigns");
        assertThat(broken.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(broken.err()).contains("cannot be read");
    }

    private Run run(String command) {
        Stream<String> words = Arrays.stream(command.split(" "));
        return Run.of((command.equals("context")
                        ? words
                        : Stream.concat(
                                words,
                                Stream.of("--config", folder.resolve("config").toString())))
                .toArray(String[]::new));
    }
}
