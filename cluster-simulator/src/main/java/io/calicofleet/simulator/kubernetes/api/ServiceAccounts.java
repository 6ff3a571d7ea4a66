package io.calicofleet.simulator.kubernetes.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import io.calicofleet.simulator.kubernetes.store.ObjectStore;

/**
 * What the admission plugin ServiceAccount does to pods that clients make: their account has to be there, which {@code default}
 * is in every namespace; it says whether they get its token, where they do not, and gives them its pull secrets.
 */
final class ServiceAccounts {

    private static final GroupResource RESOURCE = new GroupResource("", "serviceaccounts");
    private static final String DEFAULT = "default";
    private static final String MIRROR = "kubernetes.io/config.mirror";
    private static final String MOUNTS = "automountServiceAccountToken";

    private final ObjectStore store;

    ServiceAccounts(ObjectStore store) {
        this.store = store;
    }

    /**
     * Looks for the account of a new pod.
     *
     * @return whether its account keeps its token from it
     * @throws ApiException 403 where the account is not there
     */
    boolean keepsToken(ResourceType type, ObjectNode pod) {
        boolean asked = type.group().isEmpty() && type.kind().equals("Pod");
        if (!asked || !(pod.path("spec") instanceof ObjectNode spec)) {
            return false;
        }
        String namespace = Json.text(pod, "metadata", "namespace");
        String newer = Json.text(spec, "serviceAccountName");
        String named = newer.isEmpty() ? Json.text(spec, "serviceAccount") : newer;
        if (pod.path("metadata").path("annotations").has(MIRROR)) {
            if (!named.isEmpty()) {
                throw ApiException.forbidden(
                        type, Json.text(pod, "metadata", "name"), "a mirror pod may not reference service accounts");
            }
            return false;
        }
        String name = named.isEmpty() ? DEFAULT : named;
        ObjectNode account = store.get(RESOURCE, new ObjectKey(namespace, name));
        if (account == null) {
            if (name.equals(DEFAULT)) {
                return false;
            }
            throw ApiException.forbidden(
                    type,
                    Json.text(pod, "metadata", "name"),
                    "error looking up service account " + namespace + "/" + name + ": serviceaccount \"" + name
                            + "\" not found");
        }
        JsonNode secrets = account.path("imagePullSecrets");
        if (spec.path("imagePullSecrets").isEmpty() && !secrets.isEmpty()) {
            spec.set("imagePullSecrets", secrets.deepCopy());
        }
        return !spec.has(MOUNTS) && !account.path(MOUNTS).asBoolean(true);
    }

    /** A pod that no token is mounted into, for a while. */
    static void withoutToken(ObjectNode pod, boolean without) {
        if (without) {
            Json.child(pod, "spec").put(MOUNTS, false);
        }
    }

    /** The same as a client sent it. */
    static void asSent(ObjectNode pod, boolean without) {
        if (without) {
            Json.child(pod, "spec").remove(MOUNTS);
        }
    }
}
