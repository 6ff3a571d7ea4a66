package io.calicofleet.event;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a campaign changes in the settings of Calico, in place of going to a release; at least one field.
 *
 * @param felixConfiguration the fields of FelixConfiguration default, in the order of their names
 * @param bgpConfiguration the fields of BGPConfiguration default, in the order of their names
 * @param ipPools the fields of IPPools that are there
 * @param typha what is changed of the Deployment of Typha; null: nothing
 */
public record ChangeSpec(
        List<FieldSetting> felixConfiguration,
        List<FieldSetting> bgpConfiguration,
        List<IpPoolChange> ipPools,
        @Nullable TyphaChange typha) {

    public ChangeSpec {
        felixConfiguration = sorted(felixConfiguration);
        bgpConfiguration = sorted(bgpConfiguration);
        ipPools = Copies.list(ipPools).stream()
                .sorted(Comparator.comparing(IpPoolChange::toString))
                .toList();
    }

    /** Of FelixConfiguration default alone. */
    public static ChangeSpec ofFelix(List<FieldSetting> fields) {
        return new ChangeSpec(fields, List.of(), List.of(), null);
    }

    /**
     * For people, wherever the target of an upgrade stands: {@code felixConfiguration: logSeverityScreen=Warning, wireguardEnabled=true}; what is changed
     * of other kinds follows after a semicolon.
     */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        add(parts, "felixConfiguration", felixConfiguration);
        add(parts, "bgpConfiguration", bgpConfiguration);
        ipPools.forEach(pools -> parts.add("ipPools " + pools));
        if (typha != null) {
            parts.add("typha: " + typha);
        }
        return String.join("; ", parts);
    }

    static List<FieldSetting> sorted(List<FieldSetting> fields) {
        return Copies.list(fields).stream()
                .sorted(Comparator.comparing(FieldSetting::field))
                .toList();
    }

    static String said(List<FieldSetting> fields) {
        return fields.stream().map(FieldSetting::toString).collect(Collectors.joining(", "));
    }

    private static void add(List<String> parts, String name, List<FieldSetting> fields) {
        if (!fields.isEmpty()) {
            parts.add(name + ": " + said(fields));
        }
    }
}
