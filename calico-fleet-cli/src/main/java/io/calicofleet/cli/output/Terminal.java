package io.calicofleet.cli.output;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a command writes. Control characters of what it is given are not obeyed. Colours and redrawing happen only on a
 * terminal; {@code NO_COLOR} turns colours off (no-color.org), {@code TERM=dumb} both.
 */
public final class Terminal {

    /** Set by {@code ./calico-fleet}: whether standard output is a terminal; a JVM of 22 or later cannot tell simply. */
    static final String TTY = "CALICO_FLEET_TTY";

    /** Set as well, where standard input is a terminal. */
    static final String INPUT = "CALICO_FLEET_INPUT";

    private final PrintStream out;
    private final PrintStream err;
    private final InputStream in;
    private final boolean interactive;
    private final boolean typed;
    private final boolean colours;
    private final Supplier<Optional<TerminalSize>> measure;
    private TerminalSize size;
    private int liveLines;

    /** One nobody types on. */
    public Terminal(PrintStream out, PrintStream err, Map<String, String> environment) {
        this(InputStream.nullInputStream(), out, err, environment);
    }

    /**
     * A terminal.
     *
     * @param in standard input
     * @param out standard output
     * @param err standard error
     * @param environment where {@code NO_COLOR}, {@code TERM}, {@code COLUMNS} and {@code LINES} are looked up
     */
    public Terminal(InputStream in, PrintStream out, PrintStream err, Map<String, String> environment) {
        this(in, out, err, environment, Optional::empty);
    }

    /** One that is measured anew by {@code measure} while something is drawn live. */
    Terminal(
            InputStream in,
            PrintStream out,
            PrintStream err,
            Map<String, String> environment,
            Supplier<Optional<TerminalSize>> measure) {
        this.in = in;
        this.typed = "1".equals(environment.get(INPUT));
        this.out = out;
        this.err = err;
        boolean tty = "1".equals(environment.get(TTY)) && !"dumb".equals(environment.get("TERM"));
        this.interactive = tty;
        this.colours = tty && environment.getOrDefault("NO_COLOR", "").isEmpty();
        this.measure = measure;
        this.size = new TerminalSize(
                number(environment.get("CALICO_FLEET_LINES"), 40),
                number(environment.get("CALICO_FLEET_COLUMNS"), 120));
    }

    /** The terminal, or whatever standard output is. */
    public static Terminal ofSystem() {
        return new Terminal(
                new FileInputStream(FileDescriptor.in),
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                System.getenv(),
                TerminalSize.eachSecond());
    }

    /** Whether a person looks at it and lines can be drawn anew. */
    public boolean interactive() {
        return interactive;
    }

    /** Whether a person can be asked: input and output are a terminal. */
    public boolean asks() {
        return interactive && typed;
    }

    /**
     * What a person types until the end of the line; empty where nothing more comes.
     *
     * @throws IOException where it cannot be read
     */
    public String answer() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int letter = in.read(); letter >= 0 && letter != '\n'; letter = in.read()) {
            line.append((char) letter);
        }
        return line.toString().strip();
    }

    /** Characters in a line. */
    public synchronized int width() {
        return size.columns();
    }

    /** Lines. */
    public synchronized int height() {
        return size.lines();
    }

    /** For writers that want a stream: JSON, help. */
    public PrintStream out() {
        return out;
    }

    /** Standard error. */
    public PrintStream err() {
        return err;
    }

    /** A line. What is drawn live stays below it. */
    public synchronized void line(String text) {
        clearLive();
        out.println(Styled.oneLine(text));
    }

    /** A document of several lines. */
    public synchronized void document(String text) {
        clearLive();
        out.println(Styled.clean(text));
    }

    /** One line on standard error, whatever {@code text} holds. */
    public void errorLine(String text) {
        error(Styled.oneLine(text));
    }

    /** A line on standard error, or several. */
    public synchronized void error(String text) {
        clearLive();
        err.println(Styled.clean(text));
    }

    /** Draws {@code lines} in place of those drawn last. Only for {@link #interactive()} terminals. */
    public synchronized void live(List<String> lines) {
        StringBuilder text = new StringBuilder();
        if (interactive && resized()) {
            // The terminal has broken the lines anew: how many there are now is not known.
            text.append("\u001b[2J\u001b[H");
        } else if (liveLines > 0) {
            text.append("\r\u001b[").append(liveLines).append('A');
        }
        List<String> shown = lines.size() < size.lines() ? lines : lines.subList(0, Math.max(1, size.lines() - 1));
        for (String line : shown) {
            text.append(Styled.cut(Styled.oneLine(line), size.columns() - 1)).append("\u001b[0K\n");
        }
        text.append("\u001b[0J");
        out.print(text);
        out.flush();
        liveLines = shown.size();
    }

    /** What was drawn last stays where it is; the next drawing begins below it. */
    public synchronized void keepLive() {
        liveLines = 0;
    }

    /** {@code text} in a style, where colours are shown. */
    public String styled(Style style, String text) {
        return colours && style != Style.PLAIN ? "\u001b[" + style.code() + "m" + text + "\u001b[0m" : text;
    }

    /** Whether it is another size than it was. */
    private boolean resized() {
        TerminalSize before = size;
        size = measure.get().orElse(before);
        return !size.equals(before);
    }

    private void clearLive() {
        if (liveLines > 0) {
            out.print("\r\u001b[" + liveLines + "A\u001b[0J");
            liveLines = 0;
        }
    }

    private static int number(@Nullable String text, int otherwise) {
        return text != null && text.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(text) : otherwise;
    }
}
