package io.calicofleet.event;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a campaign changes of some IPPools of each cluster: those of the names, and those that lie within the CIDRs.
 *
 * @param names the names of the pools, sorted
 * @param cidrs the networks the pools lie in, sorted, such as 0.0.0.0/0 for all of IPv4
 * @param fields the fields with their values, in the order of their names, at least one
 */
public record IpPoolChange(List<String> names, List<String> cidrs, List<FieldSetting> fields) {

    private static final Pattern PLAIN = Pattern.compile("[-.:/0-9A-Za-z]{1,253}");

    public IpPoolChange {
        names = plain(names);
        cidrs = plain(cidrs);
        fields = ChangeSpec.sorted(fields);
    }

    /** {@code a, b: ipipMode=Never} or {@code within 10.0.0.0/8: natOutgoing=true}: no two read alike. */
    @Override
    public String toString() {
        return Stream.concat(names.stream(), cidrs.stream().map(cidr -> "within " + cidr))
                        .collect(Collectors.joining(", "))
                + ": " + ChangeSpec.said(fields);
    }

    private static List<String> plain(List<String> values) {
        List<String> sorted = Copies.list(values).stream().sorted().toList();
        sorted.stream()
                .filter(value -> !PLAIN.matcher(value).matches())
                .findFirst()
                .ifPresent(value -> {
                    throw new IllegalArgumentException("'" + value + "' is no name or network of an IPPool.");
                });
        return sorted;
    }
}
