package io.calicofleet.executor.core.observe;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.Json;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What Felix writes before the packets it logs: {@code FELIX_LOGPREFIX} of calico-node, which wins everywhere; else {@code
 * logPrefix} of the FelixConfiguration of a node, and that of the default one for the others; else Felix's own.
 */
public final class LogPrefixes {

    private static final String VARIABLE = "FELIX_LOGPREFIX";
    private static final String FELIXS_OWN = "calico-packet";
    private static final String OF_A_NODE = "node.";

    private LogPrefixes() {}

    /**
     * All there are, sorted, as they were set.
     *
     * @param felixConfigurations all FelixConfigurations
     * @param environment that of calico-node
     */
    public static List<String> observe(
            Collection<? extends JsonNode> felixConfigurations, Map<String, String> environment) {
        String everywhere = environment.getOrDefault(VARIABLE, "");
        if (!everywhere.isEmpty()) {
            return List.of(everywhere);
        }
        TreeSet<String> prefixes = new TreeSet<>();
        String usual = FELIXS_OWN;
        for (JsonNode configuration : felixConfigurations) {
            String name = configuration.path("metadata").path("name").asText();
            String prefix = Json.text(configuration.path("spec"), "logPrefix");
            if (name.equals("default") && !prefix.isEmpty()) {
                usual = prefix;
            } else if (name.startsWith(OF_A_NODE) && !prefix.isEmpty()) {
                prefixes.add(prefix);
            }
        }
        prefixes.add(usual);
        return List.copyOf(prefixes);
    }
}
