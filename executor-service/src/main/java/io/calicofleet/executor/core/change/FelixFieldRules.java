package io.calicofleet.executor.core.change;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.executor.core.detect.CalicoNode;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.executor.core.identity.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Those of FelixConfiguration default. */
final class FelixFieldRules implements FieldRules {

    private static final String OF_DATA_PLANE = "failsafe";

    private final CalicoNode node;
    private final CalicoNetwork before;
    private final DataPlane dataPlane;

    FelixFieldRules(ClusterSnapshot snapshot, CalicoNode node, CalicoNetwork before, CalicoNetwork after) {
        this.node = node;
        this.before = before;
        this.dataPlane = new DataPlane(snapshot, node, after.felix());
    }

    @Override
    public List<String> refusals(String field, @Nullable JsonNode value) {
        List<String> refusals = new ArrayList<>();
        FelixFields.refusal(field).ifPresent(why -> refusals.add("No campaign changes " + field + ": " + why));
        // Felix takes its environment first: the field would do nothing.
        node.environment().forEach((name, set) -> {
            if (FelixFields.variables(field).contains(name.toUpperCase(Locale.ROOT))) {
                refusals.add("The environment variable " + name + " of " + object() + " says '" + set
                        + "', and Felix takes that before FelixConfiguration, so that " + field
                        + " would do nothing. Change or remove it there");
            }
        });
        if (Part.isOfOperator(node.daemonSet())) {
            FelixFields.operators(field)
                    .ifPresent(where -> refusals.add("The operator keeps " + field + ", and would write it back. "
                            + where + ": change it there"));
            if (value == null && List.of("vxlanVNI", "vxlanPort").contains(field)) {
                refusals.add("The operator writes its own " + field
                        + " where there is none. Say the value you want in place of null");
            }
        }
        refusals.addAll(dataPlane.refusals(field, value));
        return refusals;
    }

    @Override
    public Optional<String> effect(String field, @Nullable JsonNode now, @Nullable JsonNode value) {
        if (field.startsWith(OF_DATA_PLANE)) {
            return dataPlane.closed(field, before.felixConfigurations());
        }
        return FelixFields.isQuiet(field)
                ? Optional.empty()
                : Optional.of(FelixFields.effect(field) + dataPlane.nodes(field, value));
    }

    @Override
    public List<String> notes(String field, @Nullable JsonNode value) {
        return CalicoNetwork.own(before.felixConfigurations(), field);
    }

    @Override
    public Optional<String> first(Set<String> fields) {
        return fields.equals(Set.of("healthTimeoutOverrides")) ? Optional.empty() : Optional.of(FelixFields.RESTART);
    }

    private String object() {
        return "DaemonSet " + node.daemonSet().at("/metadata/namespace").asText() + "/"
                + ChangedResource.named(node.daemonSet());
    }
}
