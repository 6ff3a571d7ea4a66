package io.calicofleet.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CampaignFileTest {

    private static final String TEXT = """
            # a comment
            name: calico-3-22
            waves:
              - {name: canary, clusters: {names: [a]}}
              - name: rest
                soak: PT1H
            gates:
              hostEndpointTraffic: {mode: off}
            """;

    @ParameterizedTest
    @CsvSource({
        "name, 2",
        "waves, 3",
        "waves[0].clusters.names, 4",
        "waves[1].soak, 6",
        "/waves/1/name, 5",
        "$.gates.hostEndpointTraffic.mode, 8",
        "gates.hostEndpointTraffic.observe, 8",
        "waves[7].name, 3",
    })
    void finds_the_line_of_a_field_or_of_what_is_nearest(String field, int line) {
        assertThat(CampaignFile.parse("c.yaml", TEXT).line(field)).hasValue(line);
    }

    @Test
    void a_field_that_is_not_there_has_no_line() {
        assertThat(CampaignFile.parse("c.yaml", TEXT).at("target")).isEqualTo("c.yaml");
    }

    @Test
    void off_stays_a_word() {
        assertThat(CampaignFile.parse("c.yaml", TEXT)
                        .document()
                        .at("/gates/hostEndpointTraffic/mode")
                        .asText())
                .isEqualTo("off");
    }

    @Test
    void one_document_is_expected() {
        assertThatThrownBy(() -> CampaignFile.parse("c.yaml", "name: a\n---\nname: b\n"))
                .isInstanceOfSatisfying(
                        CliException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCodes.USAGE))
                .hasMessageContaining("2 documents");
        assertThatThrownBy(() -> CampaignFile.parse("c.yaml", "# nothing\n")).hasMessageContaining("holds nothing");
    }

    @Test
    void a_value_alone_is_no_campaign() {
        assertThatThrownBy(() -> CampaignFile.parse("c.yaml", "hello\n")).hasMessageContaining("holds no fields");
    }

    @Test
    void bytes_that_are_no_text_are_named_so(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("c.yaml"), new byte[] {'a', '\n', (byte) 0xc3, (byte) 0x28});

        assertThatThrownBy(() -> CampaignFile.read(file.toString()))
                .hasMessageContaining("c.yaml:2: ")
                .hasMessageContaining("this is no text in UTF-8");
    }

    @Test
    void a_syntax_error_says_what_was_expected() {
        assertThatThrownBy(() -> CampaignFile.parse("c.yaml", "name: [a\n b"))
                .hasMessageContaining("while parsing a flow sequence, expected ',' or ']'");
    }

    @Test
    void a_syntax_error_names_its_line() {
        assertThatThrownBy(() -> CampaignFile.parse("c.yaml", "name: a\nwaves: [\n"))
                .hasMessageStartingWith("c.yaml:")
                .hasMessageContaining("not a campaign in YAML");
    }

    @Test
    void a_field_that_stands_twice_is_named_with_both_lines() {
        assertThatThrownBy(() -> CampaignFile.parse("c.yaml", "name: a\ntarget: v3.22.5\nname: b\n"))
                .hasMessage("c.yaml:3: not a campaign in YAML: 'name' stands here for the second time, first in line 1:"
                        + " keep one of them");
    }

    @Test
    void an_alias_is_refused_with_its_line() {
        assertThatThrownBy(() -> CampaignFile.parse("c.yaml", "name: &n a\nclusters: {names: [*n]}\n"))
                .hasMessageStartingWith("c.yaml:1: ")
                .hasMessageContaining("write out what refers to it");
    }

    @Test
    void a_file_without_an_end_is_refused() {
        assumeThat(Files.exists(Path.of("/dev/zero"))).isTrue();
        assertThatThrownBy(() -> CampaignFile.read("/dev/zero")).hasMessageContaining("is larger than 4 MiB");
    }
}
