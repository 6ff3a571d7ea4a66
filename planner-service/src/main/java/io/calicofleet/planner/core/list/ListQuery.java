package io.calicofleet.planner.core.list;

import io.calicofleet.model.document.Suggestion;
import io.calicofleet.planner.core.document.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What somebody asks of a list, by the parameters of a request.
 *
 * @param <T> the entries
 */
public final class ListQuery<T> {

    static final String LIMIT = "limit";
    /** The parameter that goes on where a page ended. */
    public static final String CURSOR = "cursor";

    static final String SORT = "sort";
    static final String SEARCH = "q";
    static final String LABEL = "label";
    static final String FIELDS = "fields";

    private final ListKind<T> kind;
    private final Map<String, ? extends Collection<String>> known;
    private final List<Problem> problems = new ArrayList<>();
    private final List<LabelTerm> labels = new ArrayList<>();
    private final Map<Filter<T>, Set<String>> filters = new LinkedHashMap<>();
    private final Set<String> fields = new LinkedHashSet<>();
    private Order<T> order;
    private boolean descending;
    private String searched = "";
    private int limit = Integer.MAX_VALUE;
    private @Nullable Cursor cursor;

    private ListQuery(ListKind<T> kind, Map<String, ? extends Collection<String>> known) {
        this.kind = kind;
        this.known = known;
        this.order = kind.orders().getFirst();
    }

    /**
     * Reads the parameters of a request; those that no list has are not looked at.
     *
     * @param kind the list
     * @param parameters by name, each as often as it was given
     * @param known by the name of a filter, the values there are just now
     */
    public static <T> ListQuery<T> read(
            ListKind<T> kind, Map<String, List<String>> parameters, Map<String, ? extends Collection<String>> known) {
        ListQuery<T> query = new ListQuery<>(kind, known);
        parameters.forEach((name, values) -> {
            switch (name) {
                case LIMIT -> query.readLimit(query.single(name, values));
                case SORT -> query.readOrder(query.single(name, values));
                case SEARCH -> query.searched = small(query.single(name, values));
                case LABEL -> split(values).forEach(query::readLabel);
                case FIELDS -> split(values).forEach(query::readField);
                default ->
                    kind.filters().stream()
                            .filter(filter -> filter.name().equals(name))
                            .forEach(filter -> query.readFilter(filter, values));
            }
        });
        if (parameters.containsKey(CURSOR)) {
            query.readCursor(query.single(CURSOR, parameters.getOrDefault(CURSOR, List.of())));
        }
        return query;
    }

    /** All that is wrong with it; only where that is nothing, it can be asked for a page. */
    public List<Problem> problems() {
        return List.copyOf(problems);
    }

    /** The fields that are asked for; empty: all. */
    public Set<String> fields() {
        return Set.copyOf(fields);
    }

    /** The page it asks for, of all there is now. */
    public Page<T> page(Collection<T> all) {
        List<T> kept = all.stream().filter(this::keeps).toList();
        Comparator<T> ascending = Comparator.comparing(order.key()).thenComparing(kind.id());
        Comparator<T> comparator = descending ? ascending.reversed() : ascending;
        List<T> left = kept.stream().filter(this::follows).sorted(comparator).toList();
        List<T> entries = left.size() <= limit ? left : left.subList(0, limit);
        boolean more = entries.size() < left.size() && order.lasting();
        return new Page<>(
                entries, kept.size(), more ? cursorBehind(entries.getLast()).encode() : null);
    }

    private Cursor cursorBehind(T entry) {
        return new Cursor(orderName(), order.key().apply(entry), kind.id().apply(entry));
    }

    private boolean follows(T entry) {
        if (cursor == null) {
            return true;
        }
        int byKey = order.key().apply(entry).compareTo(cursor.key());
        int compared = byKey == 0 ? kind.id().apply(entry).compareTo(cursor.id()) : byKey;
        return descending ? compared < 0 : compared > 0;
    }

    private boolean keeps(T entry) {
        return filters.entrySet().stream()
                        .allMatch(filter -> filter.getValue().stream()
                                .anyMatch(value -> filter.getKey().keeps().test(entry, value)))
                && (labels.isEmpty()
                        || kind.labels()
                                .apply(entry)
                                .anyMatch(cluster -> labels.stream().allMatch(term -> term.fits(cluster))))
                && (searched.isEmpty() || isFound(entry));
    }

    private boolean isFound(T entry) {
        return small(kind.id().apply(entry)).contains(searched)
                || kind.searched().apply(entry).anyMatch(text -> small(text).contains(searched))
                || kind.labels().apply(entry).anyMatch(cluster -> cluster.contain(searched));
    }

    private String orderName() {
        return (descending ? "-" : "") + order.name();
    }

    private void readLimit(String text) {
        boolean number = text.matches("\\d{1,4}");
        if (!number || Integer.parseInt(text) < 1 || Integer.parseInt(text) > ListKind.MOST) {
            problems.add(new Problem(LIMIT, "'" + text + "' is no limit.", "1 to " + ListKind.MOST, ""));
        } else {
            limit = Integer.parseInt(text);
        }
    }

    private void readOrder(String text) {
        boolean minus = text.startsWith("-");
        List<String> names = kind.orders().stream().map(Order::name).toList();
        kind.orders().stream()
                .filter(candidate -> candidate.name().equals(minus ? text.substring(1) : text))
                .findFirst()
                .ifPresentOrElse(
                        found -> {
                            order = found;
                            descending = minus;
                        },
                        () -> problems.add(unknown(SORT, text, "order of " + kind.what(), names)));
    }

    private void readCursor(String text) {
        if (!order.lasting()) {
            problems.add(new Problem(
                    CURSOR,
                    "By " + order.name()
                            + " the list has no pages: its entries move while they are read. Use a limit of up to "
                            + ListKind.MOST + ", a filter, or another order.",
                    "",
                    ""));
            return;
        }
        cursor = Cursor.decode(text)
                .filter(found -> found.order().equals(orderName()))
                .orElse(null);
        if (cursor == null) {
            problems.add(new Problem(
                    CURSOR,
                    "This is no cursor of a list of " + kind.what() + " by " + orderName()
                            + ". Take the address of the next page from the header Link.",
                    "",
                    ""));
        }
    }

    private void readLabel(String text) {
        LabelTerm.parse(text)
                .ifPresentOrElse(
                        labels::add,
                        () -> problems.add(new Problem(
                                LABEL,
                                "'" + text + "' says nothing about a label.",
                                "key=value, key!=value, key, !key",
                                "")));
    }

    private void readField(String text) {
        if (kind.fields().contains(text)) {
            fields.add(text);
        } else {
            problems.add(unknown(FIELDS, text, "field of " + kind.what(), kind.fields()));
        }
    }

    private void readFilter(Filter<T> filter, List<String> values) {
        Collection<String> allowed = filter.allowed();
        if (allowed.isEmpty()) {
            Collection<String> now = known.get(filter.name());
            allowed = now == null ? List.of() : now;
        }
        for (String value : split(values).toList()) {
            if (allowed.isEmpty() ? value.isEmpty() : !allowed.contains(value)) {
                problems.add(unknown(filter.name(), value, filter.name() + " of " + kind.what(), allowed));
            } else {
                filters.computeIfAbsent(filter, none -> new LinkedHashSet<>()).add(value);
            }
        }
    }

    private String single(String name, List<String> values) {
        if (values.size() != 1) {
            problems.add(new Problem(name, "It is given " + values.size() + " times.", "once", ""));
        }
        return values.isEmpty() ? "" : values.getLast();
    }

    private static Problem unknown(String field, String text, String what, Collection<String> allowed) {
        return new Problem(
                field, "'" + text + "' is no " + what + ".", String.join(", ", allowed), Suggestion.of(text, allowed));
    }

    private static Stream<String> split(List<String> values) {
        return values.stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::strip);
    }

    static String small(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
