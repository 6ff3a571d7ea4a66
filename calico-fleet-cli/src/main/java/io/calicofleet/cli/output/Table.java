package io.calicofleet.cli.output;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Rows in columns as wide as their widest cell, two spaces apart. */
public final class Table {

    private static final String GAP = "  ";

    private final List<String> headers;
    private final List<List<String>> rows = new ArrayList<>();

    private Table(List<String> headers) {
        this.headers = headers;
    }

    /** A table with these columns; one that ends in {@code >} is aligned to the right. */
    public static Table of(String... headers) {
        return new Table(List.of(headers));
    }

    /** Adds a row, a cell per column. */
    public Table row(String... cells) {
        if (cells.length != headers.size()) {
            throw new IllegalArgumentException(
                    "a row of " + cells.length + " cells in a table of " + headers.size() + " columns");
        }
        rows.add(Arrays.stream(cells).map(Styled::oneLine).toList());
        return this;
    }

    /** Whether it has no row. */
    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /** The lines, the headers first. */
    public List<String> lines(Terminal terminal) {
        int columns = headers.size();
        int[] widths = new int[columns];
        List<String> names = headers.stream()
                .map(name -> name.replace(">", "").toUpperCase(Locale.ROOT))
                .toList();
        for (int c = 0; c < columns; c++) {
            widths[c] = names.get(c).length();
            for (List<String> row : rows) {
                widths[c] = Math.max(widths[c], Styled.width(row.get(c)));
            }
        }
        List<String> lines = new ArrayList<>();
        lines.add(terminal.styled(Style.BOLD, line(names, widths)));
        rows.forEach(row -> lines.add(line(row, widths)));
        return lines;
    }

    /** Prints it; the last column is cut where the terminal ends, and only there. */
    public void print(Terminal terminal) {
        for (String line : lines(terminal)) {
            terminal.line(terminal.interactive() ? Styled.cut(line, terminal.width()) : line);
        }
    }

    private String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int c = 0; c < cells.size(); c++) {
            String cell = cells.get(c);
            String padding = " ".repeat(widths[c] - Styled.width(cell));
            boolean right = headers.get(c).endsWith(">");
            line.append(c == 0 ? "" : GAP).append(right ? padding + cell : cell + padding);
        }
        return line.toString().stripTrailing();
    }
}
