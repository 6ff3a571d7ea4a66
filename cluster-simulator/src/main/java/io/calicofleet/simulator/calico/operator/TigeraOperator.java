package io.calicofleet.simulator.calico.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.calico.image.ImageVersions;
import io.calicofleet.simulator.fault.Faults;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Times;
import io.calicofleet.simulator.kubernetes.api.ApiException;
import io.calicofleet.simulator.kubernetes.api.ObjectApi;
import io.calicofleet.simulator.kubernetes.api.PatchApi;
import io.calicofleet.simulator.kubernetes.api.WriteOptions;
import io.calicofleet.simulator.kubernetes.controller.EventLoop;
import io.calicofleet.simulator.kubernetes.controller.Kube;
import io.calicofleet.simulator.kubernetes.controller.Wake;
import io.calicofleet.simulator.kubernetes.crd.Crds;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import io.calicofleet.simulator.kubernetes.store.StoreEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tigera-operator of a cluster, where a Deployment of one runs. What works is the pod that is ready; while a newer one
 * does not get ready the older one goes on, and says what it always said.
 *
 * <pre>
 *   1. definitions this version needs are missing: degraded, nothing is written
 *   2. ImageSets are there and none is called after its own version, or that one is not as it must be: degraded, nothing
 *      is written
 *   3. Calico of manifests is in kube-system: fill the Installation with what it is like ({@link Conversion}); degraded,
 *      and nothing more is written, where it cannot
 *   4. write defaults into the Installation
 *   5. where there was Calico of manifests: move it, node by node ({@link NamespaceMigration}), beside what follows
 *   6. apply what is to be in calico-system, in its own version of Calico
 *   7. where an APIServer asks for it, the same for the aggregated API server, or for the webhooks where Calico keeps its
 *      resources in definitions of projectcalico.org, which need no such server
 *   8. TigeraStatus calico, apiserver, ippools; Installation status.calicoVersion when all is done
 * </pre>
 */
public final class TigeraOperator {

    private static final String CONTAINER = "tigera-operator";
    private static final String OPERATOR = "operator.tigera.io/v1";
    private static final Set<String> NAMESPACES = Set.of(CalicoSystem.NAMESPACE, "calico-apiserver");
    private static final GroupResource INSTALLATIONS = new GroupResource("operator.tigera.io", "installations");
    private static final ObjectKey API = new ObjectKey("", "v3.projectcalico.org");
    private static final ObjectKey DEFAULT = new ObjectKey("", "default");
    private static final WriteOptions APPLY =
            new WriteOptions(false, "tigera-operator", "Ignore", true, "", new ArrayList<>());

    private final ObjectApi objects;
    private final PatchApi patches;
    private final Kube kube;
    private final EventLoop loop;
    private final Duration delay;
    private final Faults faults;
    private final Wake wake;
    private String leader = "";

    /** The operator, by its uid, that has looked whether there is something to take over; it never does again. */
    private String takenOver = "";

    /** The operator, by its uid, that took the cluster for one of Calico when it started; it does not look again. */
    private String calicos = "";

    private TigeraOperator(ObjectApi objects, PatchApi patches, EventLoop loop, Duration delay, Faults faults) {
        this.objects = objects;
        this.patches = patches;
        this.kube = new Kube(objects.cluster().store());
        this.loop = loop;
        this.delay = delay;
        this.faults = faults;
        this.wake = new Wake(loop, delay, this::tryToReconcile);
    }

    /** Goes with the cluster from now on; does nothing until a pod of an operator is ready. */
    public static void start(ObjectApi objects, PatchApi patches, EventLoop loop, Duration delay, Faults faults) {
        TigeraOperator operator = new TigeraOperator(objects, patches, loop, delay, faults);
        objects.cluster().store().onEvent(operator::changed);
        faults.onChange(operator.wake::call);
    }

    /** Whether the simulated clusters can run an operator of this image: they know what the releases of the operator install. */
    public static boolean runs(String image) {
        return OperatorVersion.ofImage(image) != null;
    }

    private void changed(StoreEvent event) {
        GroupResource resource = event.resource();
        boolean workload =
                resource.equals(Kube.PODS) || resource.equals(Kube.DAEMON_SETS) || resource.equals(Kube.DEPLOYMENTS);
        if ((workload && NAMESPACES.contains(event.key().namespace()))
                || (resource.equals(Kube.PODS) && event.key().name().startsWith(CONTAINER))
                || resource.group().equals("operator.tigera.io")
                || resource.equals(Crds.RESOURCE)) {
            wake.call();
        }
    }

    private void tryToReconcile() {
        try {
            reconcile();
        } catch (ApiException e) {
            // Somebody wrote in between, or a definition is not served yet: again with the next change, or soon.
            loop.after(delay.multipliedBy(10), wake::call);
        }
    }

    private void reconcile() {
        JsonNode container = running();
        OperatorVersion version =
                OperatorVersion.ofImage(container.path("image").asText());
        ObjectNode installation = kube.get(INSTALLATIONS, DEFAULT);
        if (version == null || installation == null || type(OPERATOR, "TigeraStatus") == null) {
            return;
        }
        String enterprise = version.from(20) ? "ManagementClusterConnection" : "APIServer";
        if (!calicos.equals(leader) && !version.from(30) && type(OPERATOR, enterprise) != null) {
            // It waits for kinds of Calico Enterprise that are not there, ends, and is started again.
            return;
        }
        calicos = leader;
        Definitions definitions = Definitions.of(objects, version, container);
        String broken = faults.now().operatorDegraded();
        if (!definitions.missing().isEmpty() || !broken.isEmpty()) {
            ComponentState state = definitions.missing().isEmpty()
                    ? ComponentState.failed("ResourceUpdateError", broken)
                    : ComponentState.failed(
                            "ResourceNotFound",
                            "no matches for kind \"" + definitions.missing() + "\" in version \""
                                    + definitions.apiVersion() + "\"");
            say("calico", state, version, generation(installation));
            return;
        }
        ImageSet images;
        try {
            images = ImageSet.of(kube.list(ImageVersions.SETS, ""), version);
        } catch (ImageSet.Refused refused) {
            say("calico", refused.state(), version, generation(installation));
            return;
        }
        ObjectNode converted = installation;
        if (!takenOver.equals(leader)) {
            try {
                ObjectNode found = Conversion.of(kube, version);
                if (found != null) {
                    converted = installation.deepCopy();
                    converted.set("spec", Conversion.override(found, installation.path("spec")));
                }
            } catch (ManifestsRead.Incompatible refused) {
                say("calico", refused(version, refused), version, generation(installation));
                loop.after(delay.multipliedBy(20), wake::call);
                return;
            }
        }
        ObjectNode defaulted = CalicoSystem.withDefaults(version, converted);
        ResourceType type = type(OPERATOR, "Installation");
        if (type == null) {
            return;
        }
        if (!Json.same(defaulted, installation)) {
            objects.update(type, "", "default", "", defaulted, WriteOptions.of("operator"));
            installation = defaulted;
        }
        takenOver = leader;
        int nodes = kube.list(Kube.NODES, "").size();
        NamespaceMigration migration = new NamespaceMigration(objects, kube, version);
        boolean moving = migration.isNeeded();
        CalicoSystem system = new CalicoSystem(version, definitions.areNative(), installation, nodes, images, moving);
        try {
            system.calico().forEach(this::apply);
        } catch (ApiException refused) {
            if (refused.code() >= 500) {
                String why = "Error creating / updating resource: " + refused.getMessage();
                say("calico", ComponentState.failed("ResourceUpdateError", why), version, generation(installation));
            }
            throw refused;
        }
        if (!system.hasCsiDriver()) {
            remove("DaemonSet", "apps/v1", CalicoSystem.NAMESPACE, CalicoSystem.CSI_DRIVER);
        }
        // Once it has moved, what was made for the time of the move is made anew without it.
        if (moving || !migration.cleanedUp()) {
            if (moving) {
                migration.run();
            }
            loop.after(delay.multipliedBy(2), wake::call);
        }
        ComponentState calico = state(
                CalicoSystem.NAMESPACE,
                List.of("calico-node", "calico-typha", "calico-kube-controllers", CalicoSystem.CSI_DRIVER));
        say("calico", calico, version, generation(installation));
        if (version.from(28)) {
            say("ippools", new ComponentState("", "", ""), version, generation(installation));
        }
        apiServer(version, definitions.areNative(), system);
        status(type, version, system.mtu(), calico.available());
    }

    private static ComponentState refused(OperatorVersion version, ManifestsRead.Incompatible refused) {
        String what =
                "Existing Calico installation can not be managed by Tigera Operator as it is configured in a way that"
                        + " Operator does not currently support. Please update your existing Calico install config";
        return version.from(24)
                ? ComponentState.failed("MigrationError", what + ": " + refused.getMessage())
                : ComponentState.failed(what, String.valueOf(refused.getMessage()));
    }

    /** The container of the operator that works now; nothing where none does. */
    private JsonNode running() {
        JsonNode oldest = null;
        JsonNode found = null;
        for (ObjectNode pod : kube.list(Kube.PODS, "")) {
            boolean operator = container(pod).path("name").asText().equals(CONTAINER);
            if (!operator || !Kube.isTrue(pod, "Ready") || Kube.isDeleted(pod)) {
                continue;
            }
            found = Kube.uid(pod).equals(leader) ? pod : found;
            boolean older = oldest == null
                    || Json.text(pod, "metadata", "creationTimestamp")
                                    .compareTo(Json.text(oldest, "metadata", "creationTimestamp"))
                            < 0;
            oldest = older ? pod : oldest;
        }
        JsonNode pod = found == null ? oldest : found;
        leader = pod == null ? "" : Kube.uid(pod);
        return pod == null ? Json.object() : container(pod);
    }

    private static JsonNode container(JsonNode pod) {
        return pod.path("spec").path("containers").path(0);
    }

    private void apiServer(OperatorVersion version, boolean natives, CalicoSystem system) {
        ResourceType type = type(OPERATOR, "APIServer");
        ObjectNode asked = type == null ? null : kube.get(type.groupResource(), DEFAULT);
        if (asked == null) {
            return;
        }
        String namespace = CalicoSystem.apiServerNamespace(version);
        (natives ? system.webhooks(asked) : system.apiServer(asked)).forEach(this::apply);
        ComponentState state = natives
                ? state(CalicoSystem.NAMESPACE, List.of(CalicoSystem.WEBHOOKS))
                : state(namespace, List.of("calico-apiserver"));
        say("apiserver", state, version, generation(asked));
        if (version.from(31) && state.available()) {
            remove("Namespace", "v1", "", "calico-apiserver");
        }
        if (natives) {
            remove("Deployment", "apps/v1", namespace, "calico-apiserver");
            remove("Service", "v1", namespace, "calico-api");
        } else {
            available(readyReplicas(version) > 0);
        }
    }

    /** Whether the API server answers is the API aggregator's to say, by the endpoints of its Service. */
    private void available(boolean available) {
        ResourceType type = type("apiregistration.k8s.io/v1", "APIService");
        ObjectNode service = type == null ? null : kube.get(type.groupResource(), API);
        boolean said =
                service != null && !service.path("status").path("conditions").isEmpty();
        if (type != null && service != null && (!said || Kube.isTrue(service, "Available") != available)) {
            kube.status(
                    type.groupResource(),
                    API,
                    status -> status.putArray("conditions")
                            .addObject()
                            .put("type", "Available")
                            .put("status", available ? "True" : "False")
                            .put("reason", available ? "Passed" : "MissingEndpoints")
                            .put("lastTransitionTime", Times.now()));
        }
    }

    private int readyReplicas(OperatorVersion version) {
        ObjectNode deployment =
                kube.get(Kube.DEPLOYMENTS, new ObjectKey(CalicoSystem.apiServerNamespace(version), "calico-apiserver"));
        return deployment == null
                ? 0
                : deployment.path("status").path("availableReplicas").asInt();
    }

    private void remove(String kind, String apiVersion, String namespace, String name) {
        ResourceType type = type(apiVersion, kind);
        if (type != null && kube.get(type.groupResource(), new ObjectKey(namespace, name)) != null) {
            objects.delete(type, namespace, name, Json.object(), false);
        }
    }

    private ComponentState state(String namespace, List<String> names) {
        List<JsonNode> workloads = new ArrayList<>();
        for (GroupResource resource : List.of(Kube.DAEMON_SETS, Kube.DEPLOYMENTS)) {
            for (ObjectNode each : kube.list(resource, namespace)) {
                if (names.contains(Json.text(each, "metadata", "name"))) {
                    workloads.add(each);
                }
            }
        }
        List<ObjectNode> pods = kube.list(Kube.PODS, namespace).stream()
                .filter(pod -> names.contains(Kube.labels(pod).getOrDefault("k8s-app", "")))
                .toList();
        return ComponentState.of(workloads, pods);
    }

    private void apply(ObjectNode object) {
        ResourceType type =
                type(object.path("apiVersion").asText(), object.path("kind").asText());
        if (type != null) {
            JsonNode metadata = object.path("metadata");
            patches.patch(
                    type,
                    metadata.path("namespace").asText(""),
                    metadata.path("name").asText(),
                    "",
                    "application/apply-patch+yaml",
                    object,
                    APPLY);
        }
    }

    private void say(String component, ComponentState state, OperatorVersion version, long generation) {
        ResourceType type = type(OPERATOR, "TigeraStatus");
        if (type == null) {
            return;
        }
        ObjectKey key = new ObjectKey("", component);
        ObjectNode present = kube.get(type.groupResource(), key);
        if (present == null) {
            objects.create(
                    type,
                    "",
                    CalicoSystem.object(OPERATOR, "TigeraStatus", "", component),
                    WriteOptions.of("operator"));
            present = kube.get(type.groupResource(), key);
        }
        if (present != null) {
            ObjectNode changed = present.deepCopy();
            JsonNode before = present.path("status").path("conditions");
            // What generation they speak of conditions tell since v1.29, with Installation's own.
            Json.child(changed, "status")
                    .set("conditions", state.conditions(before, version.from(25) ? generation : -1, Times.now()));
            objects.update(type, "", component, "status", changed, WriteOptions.of("operator"));
        }
    }

    private void status(ResourceType type, OperatorVersion version, int mtu, boolean available) {
        ObjectNode present = kube.get(type.groupResource(), DEFAULT);
        if (present == null) {
            return;
        }
        ObjectNode changed = present.deepCopy();
        ObjectNode status = Json.child(changed, "status").put("mtu", mtu);
        if (available) {
            status.put("variant", "Calico");
            if (version.from(25)) {
                status.put("calicoVersion", version.calico());
            }
        }
        objects.update(type, "", "default", "status", changed, WriteOptions.of("operator"));
    }

    private static long generation(JsonNode object) {
        return object.path("metadata").path("generation").asLong();
    }

    private @Nullable ResourceType type(String apiVersion, String kind) {
        return objects.cluster().types().byKind(apiVersion, kind);
    }
}
