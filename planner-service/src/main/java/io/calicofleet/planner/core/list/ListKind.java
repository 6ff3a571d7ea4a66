package io.calicofleet.planner.core.list;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What can be asked of a list.
 *
 * @param what its entries, in plural
 * @param id what names an entry among the others, always
 * @param labels of an entry, each as {@code key=value}; of an entry that stands for several clusters, those of each
 * @param searched the texts in which {@code q} looks, beside the id and the labels
 * @param orders the first one is the default, and it is lasting
 * @param filters the filters, but for the one by label, which every list has
 * @param fields the names of the fields of an entry
 * @param <T> the entries
 */
public record ListKind<T>(
        String what,
        Function<T, String> id,
        Function<T, Stream<Labels>> labels,
        Function<T, Stream<String>> searched,
        List<Order<T>> orders,
        List<Filter<T>> filters,
        List<String> fields) {

    /** How many entries a page may have. */
    public static final int MOST = 1000;

    public ListKind {
        orders = List.copyOf(orders);
        filters = List.copyOf(filters);
        fields = List.copyOf(fields);
    }

    /**
     * A parameter, for the description of the API.
     *
     * @param name its name
     * @param description for people
     * @param allowed the values there are; empty: any text
     */
    public record Parameter(String name, String description, List<String> allowed) {

        public Parameter {
            allowed = List.copyOf(allowed);
        }
    }

    /** All that can be asked. */
    public List<Parameter> parameters() {
        List<String> orderNames = orders.stream()
                .map(Order::name)
                .flatMap(name -> Stream.of(name, "-" + name))
                .toList();
        String lasting = String.join(
                ", ", orders.stream().filter(Order::lasting).map(Order::name).toList());
        return Stream.concat(
                        Stream.of(
                                new Parameter(
                                        ListQuery.LIMIT,
                                        "At most so many entries, 1 to " + MOST
                                                + "; the header Link then has the address of"
                                                + " the next page. Absent: all of them.",
                                        List.of()),
                                new Parameter(
                                        ListQuery.CURSOR,
                                        "Where the page before ended, as its Link says. It stays valid while the list"
                                                + " changes.",
                                        List.of()),
                                new Parameter(
                                        ListQuery.SORT,
                                        "The order; with a minus, the other way round. Pages can be read by " + lasting
                                                + ", since these do not change.",
                                        orderNames),
                                new Parameter(ListQuery.SEARCH, "Only those that have this text in them.", List.of()),
                                new Parameter(
                                        ListQuery.LABEL,
                                        "Only those with these labels: key=value, key!=value, key, !key; several have to"
                                                + " fit all.",
                                        List.of()),
                                new Parameter(
                                        ListQuery.FIELDS,
                                        "Only these fields of each entry, separated by commas.",
                                        fields)),
                        filters.stream()
                                .map(filter -> new Parameter(filter.name(), filter.description(), filter.allowed())))
                .toList();
    }
}
