package io.calicofleet.simulator.calico.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.calico.datastore.KddResources;
import io.calicofleet.simulator.calico.datastore.PodDatastores;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.api.ObjectApi;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The definitions of Calico's resources that an operator works with (tigera/operator, pkg/apis/version.go).
 *
 * @param apiVersion the group and version: {@code projectcalico.org/v3}, or {@code crd.projectcalico.org/v1}
 * @param missing a kind this version works with that is not served; empty where all are
 */
record Definitions(String apiVersion, String missing) {

    private static final String NATIVE = "projectcalico.org/v3";
    private static final String OLD = "crd.projectcalico.org/v1";
    private static final GroupResource MIGRATIONS =
            new GroupResource("migration.projectcalico.org", "datastoremigrations");
    private static final Set<String> MIGRATED = Set.of("Converged", "Complete");

    /**
     * What an operator of a version finds: before v3.32 it knows one group. Later ones go by their own CALICO_API_GROUP,
     * by a migration that has come far enough, and then by the groups that are served.
     *
     * @param container the operator's own
     */
    static Definitions of(ObjectApi objects, OperatorVersion version, JsonNode container) {
        String told = PodDatastores.environment(container, "CALICO_API_GROUP");
        String apiVersion = OLD;
        if (version.from(32)) {
            boolean migrated = told.isEmpty() && isMigrated(objects);
            apiVersion = new KddResources(objects, migrated ? NATIVE : told).apiVersion();
        }
        for (String kind : needed(version)) {
            if (objects.cluster().types().byKind(apiVersion, kind) == null) {
                return new Definitions(apiVersion, kind);
            }
        }
        return new Definitions(apiVersion, "");
    }

    /** Whether {@code projectcalico.org/v3} is served by definitions, and by no API server of Calico's. */
    boolean areNative() {
        return apiVersion.equals(NATIVE);
    }

    private static boolean isMigrated(ObjectApi objects) {
        for (ObjectNode migration :
                objects.cluster().store().list(MIGRATIONS, "").objects()) {
            if (MIGRATED.contains(Json.text(migration, "status", "phase"))) {
                return true;
            }
        }
        return false;
    }

    private static List<String> needed(OperatorVersion version) {
        List<String> needed = new ArrayList<>(List.of("FelixConfiguration", "IPPool", "ClusterInformation"));
        if (version.from(21)) {
            needed.add("CalicoNodeStatus");
            needed.add("IPReservation");
        }
        if (version.from(26)) {
            needed.add("BGPFilter");
        }
        if (version.from(29)) {
            needed.add("Tier");
        }
        return needed;
    }
}
