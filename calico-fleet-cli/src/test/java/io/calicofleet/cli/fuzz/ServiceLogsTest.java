package io.calicofleet.cli.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ServiceLogsTest {

    @TempDir
    private Path folder;

    private final Problems problems = new Problems();

    @Test
    void an_error_with_a_stack_trace_is_a_fault_and_one_without_is_not() throws IOException {
        check(
                List.of(
                        "{\"timestamp\":\"2026-11-28T18:00:01Z\",\"level\":\"ERROR\",\"loggerName\":\"a\",\"message\":\"b\"}",
                        "{\"timestamp\":\"2026-11-28T18:00:01Z\",\"level\":\"WARN\",\"loggerName\":\"a\",\"message\":\"b\",\"exception\":{}}"));
        assertThat(problems.none()).isTrue();

        check(
                List.of(
                        "{\"timestamp\":\"2026-11-28T18:00:01Z\",\"level\":\"ERROR\",\"loggerName\":\"a\",\"message\":\"b\",\"exception\":{}}"));
        assertThat(problems.count(Truth.NO_FAULT)).isEqualTo(1);
    }

    @Test
    void many_lines_of_one_message_in_a_minute_are_too_many_and_over_many_minutes_are_not() throws IOException {
        List<String> slow = new ArrayList<>();
        List<String> fast = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            slow.add(line("18:" + String.format(Locale.ROOT, "%02d", i % 60), i));
            fast.add(line("18:00", i));
        }
        check(slow);
        assertThat(problems.none()).isTrue();

        check(fast);
        assertThat(problems.examples(Truth.LOGS_STAY))
                .singleElement()
                .asString()
                .contains("300 lines", "2026-11-28T18:00", "refused 0");
    }

    @Test
    void a_control_character_is_found() throws IOException {
        check(List.of("plain \u001b[2J"));

        assertThat(problems.count(Truth.LOGS_STAY)).isEqualTo(1);
    }

    private static String line(String minute, int number) {
        return "{\"timestamp\":\"2026-11-28T" + minute
                + ":01Z\",\"level\":\"WARN\",\"loggerName\":\"a\",\"message\":\"refused " + number + "\"}";
    }

    private void check(List<String> lines) throws IOException {
        Path log = folder.resolve("a.log");
        Files.write(log, lines);
        assertThat(new ServiceLogs(problems).check("a", log)).isEqualTo(lines.size());
    }
}
