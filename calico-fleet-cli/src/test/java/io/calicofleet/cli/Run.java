package io.calicofleet.cli;

import io.calicofleet.cli.command.Commands;
import io.calicofleet.cli.output.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** One run of the command line: what it printed and its exit code. */
public record Run(int exitCode, String out, String err) {

    /** What a person at a terminal gets who types {@code input} when asked. */
    public static Run typing(String input, String... arguments) {
        return of(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                Map.of("CALICO_FLEET_TTY", "1", "CALICO_FLEET_INPUT", "1", "NO_COLOR", "1"),
                arguments);
    }

    public static Run of(String... arguments) {
        return of(InputStream.nullInputStream(), Map.of(), arguments);
    }

    private static Run of(InputStream in, Map<String, String> environment, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                in,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment);
        int exitCode = Commands.line(terminal).execute(arguments);
        return new Run(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
