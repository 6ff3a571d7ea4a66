package io.calicofleet.model.felix.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.model.felix.evaluation.Felix.Crash;
import io.calicofleet.model.felix.object.HostEndpointObject;
import io.calicofleet.model.felix.object.NetworkSetObject;
import io.calicofleet.model.felix.object.PolicyObject;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * What cannot be read where Kubernetes is the datastore. There Felix asks for all objects of a kind at once, and one that it
 * cannot read, such as a policy with port {@code 70000}, which the definition of the kind allows, makes it read none: it asks
 * again for ever, and until it has all kinds it programs nothing (libcalico-go/lib/backend/k8s/resources/customresource.go, List;
 * lib/backend/watchersyncer). From etcd it gets them one by one, and leaves that one out.
 */
final class Unlisted {

    private static final String WHY =
            ": Felix, which gets all of a kind at once from Kubernetes, gets none then, and programs nothing";

    private Unlisted() {}

    static List<Crash> of(
            Collection<HostEndpointObject> endpoints,
            Collection<PolicyObject> policies,
            Collection<NetworkSetObject> sets,
            Collection<? extends JsonNode> tiers,
            SettingFaults settings) {
        return Stream.of(
                        endpoints.stream()
                                .flatMap(endpoint -> of("HostEndpoint " + endpoint.name(), endpoint.problems())),
                        policies.stream().flatMap(policy -> of(policy.kind() + " " + policy.name(), policy.problems())),
                        sets.stream()
                                .flatMap(set -> of(
                                        (set.namespace().isEmpty() ? "GlobalNetworkSet " : "NetworkSet ") + set.name(),
                                        set.problems())),
                        tiers.stream()
                                .filter(tier -> !Tiers.isReadable(tier))
                                .flatMap(tier ->
                                        of("Tier " + tier.at("/metadata/name").asText(), List.of("its spec"))),
                        settings.unreadable().stream().flatMap(crash -> of(crash.object(), List.of(crash.why()))))
                .flatMap(all -> all)
                .toList();
    }

    private static Stream<Crash> of(String object, List<String> problems) {
        return problems.stream()
                .limit(1)
                .map(problem -> new Crash(object, "it cannot be read (" + problem + ")" + WHY));
    }
}
