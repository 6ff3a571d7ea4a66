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
 * @param registry from where the images come; null: from where they do
 */
public record ChangeSpec(
        List<FieldSetting> felixConfiguration,
        List<FieldSetting> bgpConfiguration,
        List<IpPoolChange> ipPools,
        @Nullable TyphaChange typha,
        @Nullable RegistryChange registry) {

    public ChangeSpec {
        felixConfiguration = sorted(felixConfiguration);
        bgpConfiguration = sorted(bgpConfiguration);
        ipPools = Copies.list(ipPools).stream()
                .sorted(Comparator.comparing(IpPoolChange::toString))
                .toList();
    }

    /** Of FelixConfiguration default alone. */
    public static ChangeSpec ofFelix(List<FieldSetting> fields) {
        return new ChangeSpec(fields, List.of(), List.of(), null, null);
    }

    /** Of Calico's resources alone. */
    public static ChangeSpec ofResources(
            List<FieldSetting> felixConfiguration, List<FieldSetting> bgpConfiguration, List<IpPoolChange> ipPools) {
        return new ChangeSpec(felixConfiguration, bgpConfiguration, ipPools, null, null);
    }

    /** Of Typha alone. */
    public static ChangeSpec ofTypha(TyphaChange typha) {
        return new ChangeSpec(List.of(), List.of(), List.of(), typha, null);
    }

    /** Of the registry alone. */
    public static ChangeSpec ofRegistry(RegistryChange registry) {
        return new ChangeSpec(List.of(), List.of(), List.of(), null, registry);
    }

    /** Whether it has pods of Calico made anew, node by node. */
    public boolean rolls() {
        return registry != null;
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
        if (registry != null) {
            parts.add("registry: " + registry);
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
