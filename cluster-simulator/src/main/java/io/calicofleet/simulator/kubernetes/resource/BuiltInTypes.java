package io.calicofleet.simulator.kubernetes.resource;

import io.calicofleet.simulator.json.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The built-in types of a Kubernetes version, read from {@code built-in-resources.txt}. */
public final class BuiltInTypes {

    private static final Map<Integer, List<ResourceType>> BY_MINOR = new ConcurrentHashMap<>();

    private BuiltInTypes() {}

    /** The types, shared by all clusters of that version. */
    public static List<ResourceType> of(KubernetesVersion version) {
        return BY_MINOR.computeIfAbsent(version.minor(), BuiltInTypes::read);
    }

    private static List<ResourceType> read(int minor) {
        List<ResourceType> types = new ArrayList<>();
        for (String line : Resources.text("built-in-resources.txt").split("\n", -1)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] columns = line.trim().split("\\s+", -1);
            if (minor < Integer.parseInt(columns[6]) || minor > Integer.parseInt(columns[7])) {
                continue;
            }
            int slash = columns[0].indexOf('/');
            types.add(new ResourceType(
                    slash < 0 ? "" : columns[0].substring(0, slash),
                    columns[0].substring(slash + 1),
                    columns[1],
                    columns[2],
                    columns[1].toLowerCase(Locale.ROOT),
                    columns[3].equals("N"),
                    Set.copyOf(words(columns[4])),
                    words(columns[5]),
                    null));
        }
        return List.copyOf(types);
    }

    private static List<String> words(String column) {
        return column.equals("-") ? List.of() : List.of(column.split(",", -1));
    }
}
