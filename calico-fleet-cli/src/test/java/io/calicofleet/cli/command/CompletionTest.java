package io.calicofleet.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.FakePlanner;
import io.calicofleet.cli.Run;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CompletionTest {

    private static final String NOBODY = "http://127.0.0.1:1";

    private final FakePlanner planner = new FakePlanner();

    @AfterEach
    void closePlanner() {
        planner.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ap                           | apply approve",
                "resu                         | resume",
                "help ex                      | example explain",
                "context u                    | use",
                "wait --ti                    | --timeout",
                "get clu                      | clusters",
                "clusters -o j                | json",
                "clusters --output=j          | --output=json",
                "approve x --conflicts k      | keep-mine",
                "example w                    | windows",
                "completion z                 | zsh",
                "explain campaign.gates.pods. | campaign.gates.pods.deadline campaign.gates.pods.expectedReady",
                "nothing-like-it x            | ",
                "__comp                       | ",
            })
    void what_is_declared_is_offered_by_its_beginning_without_a_server(String typed, String offered) {
        assertThat(words(typed.split(" ", -1)))
                .containsExactlyElementsOf(
                        offered == null
                                ? List.of()
                                : Stream.of(offered.split(" ")).toList());
    }

    @Test
    void an_option_is_offered_even_when_only_its_dashes_are_typed() {
        assertThat(words("status", "--")).contains("--watch", "--cluster", "--server", "--help");
    }

    @Test
    void campaigns_clusters_and_contexts_are_offered_by_their_names(@TempDir Path folder) {
        planner.on(
                        "GET",
                        "/campaigns",
                        200,
                        "[{\"campaign\":\"calico-3-22\",\"summary\":\"runs\"},{\"campaign\":\"other\"}]")
                .on("GET", "/clusters", 200, "[{\"cluster\":\"c01\"},{\"cluster\":\"c02\"}]")
                .on("GET", "/campaigns/calico-3-22/clusters", 200, "[{\"cluster\":\"c02\",\"summary\":\"held\"}]");
        String config = folder.resolve("config").toString();
        Run.of("context", "set", "prod", "--server", planner.url(), "--config", config);

        assertThat(live("status", "")).containsExactly("calico-3-22", "other");
        assertThat(live("explain", "c")).contains("calico-3-22", "c01", "c02", "campaign.waves");
        assertThat(live("review", "calico-3-22", "--cluster", "")).containsExactly("c02");
        assertThat(live("restore", "--cluster", "")).containsExactly("c01", "c02");
        assertThat(live("get", "clusters", "")).containsExactly("c01", "c02");
        assertThat(live("get", "clusters", "-c", "calico-3-22", "")).containsExactly("c02");
        assertThat(live("wait", "ca")).containsExactly("campaign/calico-3-22", "campaign/other");
        assertThat(words("context", "use", "--config", config, "")).containsExactly("prod");
        assertThat(words("status", "--config", config, "--context", "prod", "o"))
                .as("the server is that of the context")
                .containsExactly("other");
    }

    @Test
    void what_it_is_stands_behind_a_tab() {
        planner.on("GET", "/campaigns", 200, "[{\"campaign\":\"calico-3-22\",\"summary\":\"runs\"}]");

        assertThat(Run.of("__complete", "status", "--server", planner.url(), "").out())
                .isEqualTo("calico-3-22\truns\n:4\n");
    }

    @Test
    void files_can_come_where_a_file_is_meant_and_nowhere_else() {
        assertThat(Run.of("__complete", "apply", "-f", "").out()).isEqualTo(":0\n");
        assertThat(Run.of("__complete", "up", "--kubeconfigs", "").out()).isEqualTo(":0\n");
        assertThat(Run.of("__complete", "apply", "--wait", "").out()).isEqualTo(":4\n");
    }

    @Test
    void where_no_server_answers_or_it_is_none_of_ours_nothing_is_said() {
        planner.onHtml("/campaigns", 200);

        for (String server : List.of(NOBODY, planner.url(), "nonsense", "http://")) {
            Run run = Run.of("__complete", "status", "--server", server, "");

            assertThat(run.exitCode()).isEqualTo(ExitCodes.OK);
            assertThat(run.out()).as(server).isEqualTo(":4\n");
            assertThat(run.err()).as(server).isEmpty();
        }
    }

    @Test
    void an_unknown_shell_is_exit_code_2_with_those_there_are() {
        Run run = Run.of("completion", "tcsh");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains("bash, zsh, fish");
    }

    private List<String> live(String... words) {
        String[] all = new String[words.length + 2];
        all[0] = words[0];
        all[1] = "--server";
        all[2] = planner.url();
        System.arraycopy(words, 1, all, 3, words.length - 1);
        return words(all);
    }

    private static List<String> words(String... typed) {
        String[] all = new String[typed.length + 1];
        all[0] = "__complete";
        System.arraycopy(typed, 0, all, 1, typed.length);
        return Run.of(all)
                .out()
                .lines()
                .filter(line -> !line.startsWith(":"))
                .map(line -> line.replaceFirst("\t.*", ""))
                .toList();
    }
}
