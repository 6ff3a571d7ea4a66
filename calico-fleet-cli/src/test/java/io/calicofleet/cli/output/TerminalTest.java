package io.calicofleet.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
    void long_lines_are_cut_and_the_style_ends() {
        assertThat(Styled.cut("\u001b[31mabcdef\u001b[0m", 4)).isEqualTo("\u001b[31mabc…\u001b[0m");
        assertThat(Styled.cut("abc", 3)).isEqualTo("abc");
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
