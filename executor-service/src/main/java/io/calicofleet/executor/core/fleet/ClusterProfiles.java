package io.calicofleet.executor.core.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The clusters of a cluster inventory. A profile says where the API server is and who gives tokens for it; the program that
 * gives them is on our side, named by the provider.
 *
 * @see <a href="https://github.com/kubernetes-sigs/cluster-inventory-api">cluster inventory API</a>
 */
public final class ClusterProfiles {

    public static final String API_VERSION = "multicluster.x-k8s.io/v1alpha1";
    public static final String KIND = "ClusterProfile";

    private static final String IGNORE = "Ignore";
    private static final List<String> POLICIES = List.of("profileSourcedCLIArgsPolicy", "profileSourcedEnvVarsPolicy");
    private static final Set<String> OF_EXEC =
            Set.of("apiVersion", "command", "args", "env", "provideClusterInfo", "installHint", "interactiveMode");

    /**
     * How to sign in where a profile names this provider.
     *
     * @param name as profiles name it
     * @param exec as a kubeconfig has it
     */
    public record Provider(String name, ObjectNode exec) {

        @Override
        public String toString() {
            return "access provider " + name;
        }
    }

    private ClusterProfiles() {}

    /**
     * The providers of a file as the library of cluster inventories reads it: {@code {"providers": [{"name": "secretreader",
     * "execConfig": {"apiVersion": ..., "command": ..., "provideClusterInfo": true}}]}}.
     *
     * @throws IllegalArgumentException where it has another form; the message says which
     */
    public static List<Provider> providers(JsonNode file) {
        List<Provider> providers = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonNode each : Json.elements(file.get("providers")).toList()) {
            String name = Json.text(each, "name");
            if (name.isEmpty() || !names.add(name)) {
                throw new IllegalArgumentException("each of its providers needs a name of its own");
            }
            JsonNode exec = each.path("execConfig");
            if (Json.text(exec, "command").isEmpty()) {
                throw new IllegalArgumentException("the provider " + name + " has no execConfig with a command");
            }
            for (String field : Json.names(exec)) {
                if (!OF_EXEC.contains(field)) {
                    throw new IllegalArgumentException("the execConfig of the provider " + name + " has the field "
                            + field + "; there are " + OF_EXEC.stream().sorted().collect(Collectors.joining(", ")));
                }
            }
            for (String policy : POLICIES) {
                String said = Json.text(each, policy);
                if (!said.isEmpty() && !said.equals(IGNORE)) {
                    throw new IllegalArgumentException("the provider " + name + " has " + policy + ": " + said
                            + ", which is not supported: what a program is started with is said in this file alone");
                }
            }
            ObjectNode ours = exec.deepCopy();
            ours.put("interactiveMode", "Never");
            providers.add(new Provider(name, ours));
        }
        if (providers.isEmpty()) {
            throw new IllegalArgumentException("it has no list of providers");
        }
        return List.copyOf(providers);
    }

    /**
     * What a profile offers: the access by the first of our providers that it has.
     *
     * @param providers ours
     */
    public static Offer offer(JsonNode profile, List<Provider> providers) {
        return Offers.of(
                profile,
                Offers.labels(profile),
                () -> Json.text(profile.path("metadata"), "name"),
                () -> kubeconfig(profile.path("status"), providers));
    }

    private static ObjectNode kubeconfig(JsonNode status, List<Provider> providers) throws OfferException {
        Map<String, JsonNode> accesses = new LinkedHashMap<>();
        // credentialProviders is the older name; where both have a provider, accessProviders counts.
        for (String list : List.of("credentialProviders", "accessProviders")) {
            Json.elements(status.get(list))
                    .forEach(each -> accesses.put(Json.text(each, "name"), each.path("cluster")));
        }
        if (accesses.isEmpty()) {
            throw new OfferException("its status has no accessProviders: its cluster manager gives no access to it");
        }
        for (Provider provider : providers) {
            JsonNode cluster = accesses.get(provider.name());
            if (cluster != null) {
                return WholeKubeconfig.checked(cluster, Json.object().set("exec", provider.exec()));
            }
        }
        throw new OfferException("its access providers are "
                + accesses.keySet().stream().map(Offers::shown).collect(Collectors.joining(", "))
                + ", and executor.sources.access-providers has none of them; it has "
                + (providers.isEmpty()
                        ? "none"
                        : providers.stream().map(Provider::name).collect(Collectors.joining(", "))));
    }
}
