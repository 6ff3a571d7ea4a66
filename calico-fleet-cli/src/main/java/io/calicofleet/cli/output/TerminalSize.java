package io.calicofleet.cli.output;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How large a terminal is.
 *
 * @param lines its lines
 * @param columns characters in each
 */
record TerminalSize(int lines, int columns) {

    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final Pattern STTY = Pattern.compile("([1-9]\\d{0,4}) ([1-9]\\d{0,4})\\s*");

    /** As large as the terminal of this process is; looked at once a second at most, since that takes a process of its own. */
    static Supplier<Optional<TerminalSize>> eachSecond() {
        AtomicLong looked = new AtomicLong(System.nanoTime());
        return () -> {
            long now = System.nanoTime();
            if (now - looked.get() < SECOND_NANOS) {
                return Optional.empty();
            }
            looked.set(now);
            return now();
        };
    }

    private static Optional<TerminalSize> now() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectErrorStream(true)
                    .start();
            return parse(new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static Optional<TerminalSize> parse(String text) {
        Matcher matcher = STTY.matcher(text);
        return matcher.matches()
                ? Optional.of(new TerminalSize(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }
}
