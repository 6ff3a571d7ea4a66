package io.calicofleet.cli.view;

import io.calicofleet.cli.output.Style;
import io.calicofleet.cli.output.Table;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.release.Comparison;
import io.calicofleet.event.ChangeEffect;
import io.calicofleet.model.release.diff.ChangeArea;
import io.calicofleet.model.release.diff.ReleaseChange;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Prints what changes between two releases: a table for each area, and what is many of a kind in one row. */
public final class ReleaseDiffView {

    private static final int ITEMS = 5;

    /** Areas whose changes are many and small: fields of definitions. */
    private static final Set<ChangeArea> GATHERED = Set.of(ChangeArea.FIELDS, ChangeArea.VALUES, ChangeArea.MEANINGS);

    private final Terminal terminal;
    private final boolean all;

    /**
     * A view.
     *
     * @param all whether every change has its row, nothing gathered
     */
    public ReleaseDiffView(Terminal terminal, boolean all) {
        this.terminal = terminal;
        this.all = all;
    }

    private record Row(String sign, String object, String item, String change, Set<String> files) {}

    /** Prints it. */
    public void print(Comparison comparison) {
        int changes = comparison.changes().size();
        terminal.line(comparison.from() + " to " + comparison.to() + ": " + changes
                + (changes == 1 ? " change in " : " changes in ") + String.join(", ", comparison.files()));
        comparison.oneSided().forEach((file, version) -> terminal.line("Only " + version + " has " + file + "."));
        found("blocks the upgrade of this cluster", Style.BAD, comparison.found(ChangeEffect.BLOCKS));
        found("changes what this cluster does", Style.WAITING, comparison.found(ChangeEffect.WARNS));
        Map<ChangeArea, List<Row>> areas = new EnumMap<>(ChangeArea.class);
        comparison
                .changes()
                .forEach((change, files) -> areas.computeIfAbsent(change.area(), area -> new ArrayList<>())
                        .add(row(change, files)));
        areas.forEach((area, rows) -> {
            terminal.line("");
            terminal.line(terminal.styled(Style.BOLD, area.title()));
            print(GATHERED.contains(area) && !all ? gathered(rows) : rows, comparison.files());
        });
        if (!all && areas.keySet().stream().anyMatch(GATHERED::contains)) {
            terminal.line("");
            terminal.line("With --all every change has its row.");
        }
    }

    private void found(String title, Style style, List<String> sentences) {
        if (!sentences.isEmpty()) {
            terminal.line("");
            terminal.line(terminal.styled(style, title));
            sentences.forEach(sentence -> terminal.line("   " + sentence));
        }
    }

    /** Columns that nothing stands in are left out. */
    private void print(List<Row> rows, Set<String> files) {
        Map<String, Function<Row, String>> columns = new LinkedHashMap<>();
        columns.put("", this::sign);
        columns.put("object", Row::object);
        columns.put("what", Row::item);
        columns.put("change", Row::change);
        columns.put("in", row -> in(row.files(), files));
        columns.values().removeIf(column -> rows.stream().map(column).allMatch(String::isEmpty));
        Table table = Table.of(columns.keySet().toArray(String[]::new));
        for (Row row : rows) {
            table.row(columns.values().stream().map(column -> column.apply(row)).toArray(String[]::new));
        }
        table.print(terminal);
    }

    /** Nothing where it is in all of them. */
    private String in(Set<String> some, Set<String> files) {
        Set<String> others = new TreeSet<>(files);
        others.removeAll(some);
        if (others.isEmpty()) {
            return "";
        }
        if (all || some.size() <= ITEMS / 2) {
            return String.join(", ", some);
        }
        return others.size() <= ITEMS / 2
                ? "all but " + String.join(", ", others)
                : some.size() + " of " + files.size() + " files";
    }

    private String sign(Row row) {
        return switch (row.sign()) {
            case "+" -> terminal.styled(Style.GOOD, "+");
            case "-" -> terminal.styled(Style.BAD, "-");
            default -> terminal.styled(Style.WAITING, "~");
        };
    }

    private static Row row(ReleaseChange change, Set<String> files) {
        String sign = change.comes() ? "+" : change.goes() ? "-" : "~";
        String said = change.comes()
                ? String.valueOf(change.after())
                : change.goes() ? String.valueOf(change.before()) : change.before() + " -> " + change.after();
        return new Row(sign, change.object().replace("CustomResourceDefinition ", ""), change.item(), said, files);
    }

    /** One row for all changes of an object that go the same way in the same files. */
    private static List<Row> gathered(List<Row> rows) {
        Map<Row, List<String>> groups = new LinkedHashMap<>();
        rows.forEach(row -> groups.computeIfAbsent(
                        new Row(row.sign(), row.object(), "", "", row.files()), key -> new ArrayList<>())
                .add(row.item()));
        List<Row> gathered = new ArrayList<>();
        groups.forEach((group, items) -> gathered.add(new Row(
                group.sign(),
                group.object(),
                items.size() == 1 ? "1 field" : items.size() + " fields",
                String.join(", ", items.subList(0, Math.min(ITEMS, items.size())))
                        + (items.size() > ITEMS ? ", ..." : ""),
                group.files())));
        return gathered;
    }
}
