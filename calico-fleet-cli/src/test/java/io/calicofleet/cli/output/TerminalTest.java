package io.calicofleet.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.kafka.EventJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TerminalTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void columns_are_as_wide_as_their_widest_cell_and_styles_take_no_room() {
        Terminal terminal = terminal(Map.of("CALICO_FLEET_TTY", "1"));
        Table table = Table.of("cluster", "nodes>", "state")
                .row("c1", "3", terminal.styled(Style.GOOD, "ok"))
                .row("cluster-12", "100", "");

        assertThat(table.lines(terminal))
                .containsExactly(
                        "\u001b[1mCLUSTER     NODES  STATE\u001b[0m",
                        "c1              3  \u001b[32mok\u001b[0m",
                        "cluster-12    100");
    }

    @Test
    void there_are_no_styles_where_no_terminal_is_or_nobody_wants_them() {
        assertThat(terminal(Map.of()).styled(Style.BAD, "x")).isEqualTo("x");
        assertThat(terminal(Map.of("CALICO_FLEET_TTY", "1", "NO_COLOR", "1")).styled(Style.BAD, "x"))
                .isEqualTo("x");
        assertThat(terminal(Map.of("CALICO_FLEET_TTY", "1", "TERM", "dumb")).interactive())
                .isFalse();
    }

    @Test
    void live_lines_are_drawn_over_and_ordinary_ones_go_above() {
        Terminal terminal = terminal(Map.of("CALICO_FLEET_TTY", "1"));

        terminal.live(List.of("one", "two"));
        terminal.live(List.of("three"));
        terminal.line("said");

        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo("one\u001b[0K\ntwo\u001b[0K\n\u001b[0J"
                        + "\r\u001b[2Athree\u001b[0K\n\u001b[0J"
                        + "\r\u001b[1A\u001b[0Jsaid" + System.lineSeparator());
    }

    @Test
    void what_is_drawn_live_follows_a_terminal_that_gets_another_size() {
        AtomicReference<Optional<TerminalSize>> size = new AtomicReference<>(Optional.empty());
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        Terminal terminal =
                new Terminal(InputStream.nullInputStream(), print, print, Map.of("CALICO_FLEET_TTY", "1"), size::get);

        terminal.live(List.of("a line of some length", "two", "three"));
        size.set(TerminalSize.parse("3 10\n"));
        terminal.live(List.of("a line of some length", "two", "three"));
        size.set(TerminalSize.parse("stty: standard input: Inappropriate ioctl for device"));
        terminal.live(List.of("four"));

        assertThat(out.toString(StandardCharsets.UTF_8))
                .endsWith("\u001b[2J\u001b[Ha line o…\u001b[0K\ntwo\u001b[0K\n\u001b[0J"
                        + "\r\u001b[2Afour\u001b[0K\n\u001b[0J");
        assertThat(terminal.width()).isEqualTo(10);
    }

    @Test
    void a_moment_has_one_form_with_its_zone() {
        assertThat(Times.clock(Instant.parse("2026-11-28T21:00:07.5Z")))
                .matches("2026-11-2[89] \\d\\d:\\d\\d:07[+-]\\d\\d:\\d\\d");
    }

    @Test
    void long_lines_are_cut_and_the_style_ends() {
        assertThat(Styled.cut("\u001b[31mabcdef\u001b[0m", 4)).isEqualTo("\u001b[31mabc…\u001b[0m");
        assertThat(Styled.cut("abc", 3)).isEqualTo("abc");
    }

    @Test
    void control_characters_of_what_is_told_are_seen_and_not_obeyed() {
        Terminal terminal = terminal(Map.of("CALICO_FLEET_TTY", "1"));

        terminal.line(
                "c1: \u001b]0;title\u0007\u001b[8mhidden\u009b2J\u202egnp.exe " + terminal.styled(Style.BAD, "bad"));
        terminal.line("ready\r\nall is well");
        terminal.error("a\u0000b\rc");
        Table.of("cluster").row("c1\nc2").print(terminal);

        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "c1: \ufffd]0;title\ufffd\ufffd[8mhidden\ufffd2J\ufffdgnp.exe \u001b[31mbad\u001b[0m",
                        "ready all is well",
                        "a\ufffdb\ufffdc",
                        "\u001b[1mCLUSTER\u001b[0m",
                        "c1 c2");
    }

    @Test
    void json_keeps_its_meaning_and_holds_no_control_character() throws IOException {
        JsonNode said = EventJson.mapper().createObjectNode().put("reason", "a\u001b[2J\u009b\u202e\nb");

        OutputFormat.JSON.print(terminal(Map.of()), said);

        String printed = out.toString(StandardCharsets.UTF_8);
        assertThat(printed.chars().filter(letter -> Character.isISOControl(letter) && letter != '\n'))
                .isEmpty();
        assertThat(printed).doesNotContain("\u202e");
        assertThat(EventJson.mapper().readTree(printed)).isEqualTo(said);
    }

    @Test
    void durations_are_short() {
        assertThat(List.of(5L, 65L, 3_900L, 100_000L))
                .extracting(seconds -> Times.shortly(Duration.ofSeconds(seconds)))
                .containsExactly("5s", "1m05s", "1h05m", "1d03h");
    }

    private Terminal terminal(Map<String, String> environment) {
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        return new Terminal(print, print, environment);
    }
}
