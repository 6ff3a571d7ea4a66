package io.calicofleet.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.calico.CalicoGroup;
import io.calicofleet.simulator.calico.CalicoProbes;
import io.calicofleet.simulator.calico.CalicoStartup;
import io.calicofleet.simulator.calico.KubeControllers;
import io.calicofleet.simulator.calico.NativePolicies;
import io.calicofleet.simulator.calico.Probers;
import io.calicofleet.simulator.calico.datastore.KddResources;
import io.calicofleet.simulator.calico.datastore.PodDatastores;
import io.calicofleet.simulator.calico.felix.Felix;
import io.calicofleet.simulator.calico.istio.SidecarInjector;
import io.calicofleet.simulator.calico.operator.TigeraOperator;
import io.calicofleet.simulator.etcd.EtcdManifests;
import io.calicofleet.simulator.etcd.EtcdServer;
import io.calicofleet.simulator.fault.Faults;
import io.calicofleet.simulator.json.Json;
import io.calicofleet.simulator.json.Resources;
import io.calicofleet.simulator.json.Shared;
import io.calicofleet.simulator.kubernetes.api.ApiException;
import io.calicofleet.simulator.kubernetes.api.Cluster;
import io.calicofleet.simulator.kubernetes.api.ObjectApi;
import io.calicofleet.simulator.kubernetes.api.PatchApi;
import io.calicofleet.simulator.kubernetes.api.WriteOptions;
import io.calicofleet.simulator.kubernetes.controller.Controllers;
import io.calicofleet.simulator.kubernetes.controller.EventLoop;
import io.calicofleet.simulator.kubernetes.controller.Kube;
import io.calicofleet.simulator.kubernetes.controller.Nodes;
import io.calicofleet.simulator.kubernetes.controller.Wake;
import io.calicofleet.simulator.kubernetes.crd.Crds;
import io.calicofleet.simulator.kubernetes.http.AuditEntry;
import io.calicofleet.simulator.kubernetes.http.ClusterEndpoint;
import io.calicofleet.simulator.kubernetes.http.HttpFrontend;
import io.calicofleet.simulator.kubernetes.http.WriteWatcher;
import io.calicofleet.simulator.kubernetes.rbac.Account;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.resource.KubernetesVersion;
import io.calicofleet.simulator.kubernetes.resource.ResourceType;
import io.calicofleet.simulator.kubernetes.resource.TypeCatalog;
import io.calicofleet.simulator.kubernetes.resource.TypeInfo;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One simulated cluster, from inside the process. */
public final class SimulatedCluster {

    /** What a cluster has beside its network. */
    private static final String KUBEADM = Resources.text("kubeadm.yaml");

    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
    /** An annotation may not be larger. */
    private static final int LARGEST_ANNOTATION = 262_144;

    private final ClusterTemplate template;
    private final Cluster cluster;
    private final ObjectApi objects;
    private final PatchApi patches;
    private final Kube kube;
    private final Faults faults;
    private final Probers probers;
    private final EventLoop loop;
    private final Controllers controllers;
    private final ClusterEndpoint endpoint;
    private final HttpFrontend frontend;
    private final Felix felix;
    private final CalicoStartup calico;
    private final Wake felixWake;
    private final @Nullable EtcdServer etcd;
    private final Duration retry;

    /** Pods, by uid, that try again soon. */
    private final Set<String> retried = ConcurrentHashMap.newKeySet();

    private final AtomicBoolean inRound = new AtomicBoolean();
    private final String token = UUID.randomUUID().toString();

    SimulatedCluster(
            ClusterTemplate template,
            SimulatorOptions options,
            HttpFrontend frontend,
            EventLoop loop,
            Consumer<TrafficLine> traffic) {
        this.template = template;
        this.frontend = frontend;
        this.loop = loop;
        this.cluster = new Cluster(template.id(), KubernetesVersion.parse(template.kubernetes()));
        this.objects = new ObjectApi(cluster);
        cluster.mutateWith(NativePolicies::apply);
        this.patches = new PatchApi(cluster, objects);
        this.kube = new Kube(cluster.store());
        this.faults = new Faults(cluster.store());
        this.probers = new Probers(kube, faults);
        cluster.logBy(probers::lines);
        this.endpoint = new ClusterEndpoint(cluster, objects, new CalicoGroup(cluster.store()), faults, token);
        this.felix = new Felix(
                cluster.store(),
                new KddResources(objects),
                faults,
                (node, line) -> traffic.accept(new TrafficLine(template.id(), node, line)));
        this.etcd = template.etcd() == ClusterTemplate.Etcd.NONE
                ? null
                : EtcdServer.start(template.etcd() == ClusterTemplate.Etcd.TLS);
        if (etcd != null) {
            etcd.auditTo(endpoint.audit()::etcdWritten);
        }
        PodDatastores datastores = new PodDatastores(objects, etcd);
        this.calico = new CalicoStartup(objects, felix, datastores);
        this.felixWake = new Wake(loop, options.timing().controller(), this::program);
        cluster.store().onEvent(event -> {
            if (Felix.isAbout(event.resource())) {
                felixWake.call();
            }
        });
        datastores.onEtcdChange(felixWake::call);
        this.retry = options.timing().podStart();
        KubeControllers.start(kube, datastores, loop, options.timing().controller(), faults);
        TigeraOperator.start(objects, patches, loop, options.timing().controller(), faults);
        SidecarInjector.start(cluster.store(), loop, options.timing().configMapSync());
        this.controllers = new Controllers(
                cluster, loop, options.timing(), faults, this::podStarted, new CalicoProbes(felix, calico));
    }

    void begin() {
        controllers.begin();
        create(Json.parse("""
                {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"cluster-admin",
                 "labels":{"kubernetes.io/bootstrapping":"rbac-defaults"}},"rules":[
                 {"apiGroups":["*"],"resources":["*"],"verbs":["*"]},{"nonResourceURLs":["*"],"verbs":["*"]}]}
                """));
        for (String namespace : List.of("default", "kube-system", "kube-public", "kube-node-lease")) {
            ObjectNode object = Json.object().put("apiVersion", "v1").put("kind", "Namespace");
            object.putObject("metadata").put("name", namespace);
            create(object);
        }
        for (int i = 1; i <= template.nodes(); i++) {
            ObjectNode node = Nodes.node(template.id() + "-node-" + i, i, template.nodeLabels(), template.kubernetes());
            if (template.ipv6()) {
                Nodes.addAddress(node, "fd00:10::" + Integer.toHexString(i));
            }
            kube.create(Kube.NODES, node);
        }
        create(Json.parse("""
                {"apiVersion":"v1","kind":"Endpoints","metadata":{"name":"kubernetes","namespace":"default"},
                 "subsets":[{"addresses":[{"ip":"%s"}],"ports":[{"name":"https","port":6443,"protocol":"TCP"}]}]}
                """.formatted(Felix.CONTROL_PLANE)));
        for (JsonNode object : Shared.documents(KUBEADM.formatted(template.id() + "-node-1"))) {
            // A static pod is one of a node.
            if (template.nodes() > 0 || !object.path("kind").asText().equals("Pod")) {
                apply((ObjectNode) object);
            }
        }
        template.manifests().forEach(yaml -> apply(etcd == null ? yaml : EtcdManifests.filled(yaml, etcd)));
    }

    /** Felix programs the nodes; what that does to its own probes is seen at once. */
    private void program() {
        if (felix.program()) {
            controllers.probe();
        }
    }

    /** Calico's pods write what they write at a start; where they cannot yet they try again. */
    private void podStarted(ObjectNode pod) {
        probers.podStarted(pod);
        boolean done = calico.podStarted(pod);
        program();
        if (!done && retried.add(Kube.uid(pod))) {
            loop.after(retry, () -> {
                retried.remove(Kube.uid(pod));
                ObjectNode now = kube.get(Kube.PODS, ObjectKey.of(pod));
                if (now != null && Kube.uid(now).equals(Kube.uid(pod))) {
                    podStarted(now);
                } else {
                    calico.gone(pod);
                }
            });
        }
    }

    /** The etcd beside it; null where it has none. */
    public @Nullable EtcdServer etcd() {
        return etcd;
    }

    /** Calico's own API server, to be installed beside a manifest. */
    public CalicoApiServer calicoApiServer() {
        return new CalicoApiServer(this, kube);
    }

    /** One round of traffic. */
    void traffic() {
        if (inRound.compareAndSet(false, true)) {
            loop.submit(() -> {
                inRound.set(false);
                felix.round();
            });
        }
    }

    void stop() {
        if (etcd != null) {
            etcd.close();
        }
        loop.close();
    }

    ClusterEndpoint endpoint() {
        return endpoint;
    }

    /** Its id. */
    public String id() {
        return template.id();
    }

    /** Its version of Kubernetes. */
    public String kubernetes() {
        return cluster.types().version().toString();
    }

    /** Its labels, as in {@code clusters.yaml}. */
    public Map<String, String> labels() {
        return template.labels();
    }

    /** The address of its API. */
    public String address() {
        return frontend.address(id());
    }

    /** A kubeconfig with its address, the certificate to trust and a token that is good for everything. */
    public String kubeconfig() {
        return kubeconfig(token);
    }

    /** The same with the token of an account, which may do what the roles in the cluster allow it. */
    public String kubeconfig(Account account) {
        return kubeconfig(account.token());
    }

    /** A new token for a service account. */
    public Account account(String namespace, String name) {
        return endpoint.account(namespace, name);
    }

    /** From now on that token is refused with 401. */
    public void revoke(Account account) {
        endpoint.revoke(account);
    }

    /** From now on somebody stands beside the writes that come over HTTP; one at a time. */
    public void watchWrites(WriteWatcher watcher) {
        endpoint.watch(watcher);
    }

    private String kubeconfig(String bearer) {
        ObjectNode config = Json.object().put("apiVersion", "v1").put("kind", "Config");
        ObjectNode entry = config.putArray("clusters").addObject().put("name", id());
        ObjectNode server = entry.putObject("cluster").put("server", address());
        String certificate = frontend.certificatePem();
        if (certificate != null) {
            server.put(
                    "certificate-authority-data",
                    Base64.getEncoder().encodeToString(certificate.getBytes(StandardCharsets.UTF_8)));
        }
        config.putArray("users").addObject().put("name", id()).putObject("user").put("token", bearer);
        config.putArray("contexts")
                .addObject()
                .put("name", id())
                .putObject("context")
                .put("cluster", id())
                .put("user", id());
        return Json.yaml(config.put("current-context", id()));
    }

    /** What goes wrong in it. */
    public Faults faults() {
        return faults;
    }

    /** The mutating requests that came over HTTP, and what clients wrote into the etcd beside it; oldest first. */
    public List<AuditEntry> audit() {
        return endpoint.audit().entries();
    }

    /** Connections host endpoints dropped: {@code <host endpoint> <ingress|egress> <service>} to their number. */
    public Map<String, Long> drops() {
        return felix.drops();
    }

    /** Connections of host endpoints that got through, counted like drops. */
    public Map<String, Long> allowed() {
        return felix.allowed();
    }

    /** Why Felix cannot program a node and starts again for ever, by node; empty where it can everywhere. */
    public Map<String, String> felixCrashes() {
        return felix.crashes();
    }

    /** The version of calico-node that programs each node, such as {@code v3.13.4}. */
    public Map<String, String> nodeVersions() {
        return felix.versions();
    }

    /** An object in the form of a served version, or null. */
    public @Nullable JsonNode get(String apiVersion, String kind, String namespace, String name) {
        ResourceType type = cluster.types().byKind(apiVersion, kind);
        if (type == null) {
            return null;
        }
        try {
            return objects.get(type, namespace, name);
        } catch (ApiException e) {
            return null;
        }
    }

    /** All objects of a kind, in one namespace or, where it is empty, in all; none where the kind is not served. */
    public List<JsonNode> list(String apiVersion, String kind, String namespace) {
        ResourceType type = cluster.types().byKind(apiVersion, kind);
        return type == null
                ? List.of()
                : cluster.store().list(type.groupResource(), namespace).objects().stream()
                        .<JsonNode>map(object -> ObjectApi.toVersion(type, object))
                        .toList();
    }

    /** All objects as they are stored, by what the audit calls them. What is stored is never changed: later ones are others. */
    public Map<String, JsonNode> objects() {
        return cluster.store().locked(() -> {
            Map<String, JsonNode> all = new TreeMap<>();
            for (GroupResource resource : cluster.store().resources()) {
                for (ObjectNode object : cluster.store().list(resource, "").objects()) {
                    String namespace = Json.text(object, "metadata", "namespace");
                    all.put(
                            resource + " " + (namespace.isEmpty() ? "" : namespace + "/")
                                    + Json.text(object, "metadata", "name"),
                            object);
                }
            }
            return all;
        });
    }

    /**
     * Stores an object as it was read from another cluster: with its uid, its managed fields and its status, and past the
     * rules of the API, by which it is there already. One of the same name and another uid goes, and with it what it owns.
     *
     * @throws ApiException where its kind is not served
     */
    void restore(ObjectNode read) {
        ResourceType type = type(read);
        ObjectKey key = ObjectKey.of(read);
        cluster.store().locked(() -> {
            ObjectNode other = cluster.store().get(type.groupResource(), key);
            if (other != null && !Kube.uid(other).equals(Kube.uid(read))) {
                cluster.store().remove(type.groupResource(), key);
            }
            return cluster.store().put(type.groupResource(), read.deepCopy());
        });
        if (Crds.is(type)) {
            controllers.establishNow(Json.text(read, "metadata", "name"));
        }
    }

    /**
     * Creates or changes the objects of a YAML text as {@code kubectl apply} does, last-applied annotation included; what
     * was applied before and is not there now goes. What is too large for that annotation as
     * {@code kubectl apply --server-side --force-conflicts} does.
     *
     * @throws ApiException where the API would refuse one
     */
    public void apply(String yaml) {
        for (JsonNode document : Shared.documents(yaml)) {
            apply((ObjectNode) document);
        }
    }

    /** Creates or changes one object in the same way. */
    void apply(ObjectNode document) {
        ResourceType type = type(document);
        ObjectNode wanted = document.deepCopy();
        ObjectNode metadata = Json.child(wanted, "metadata");
        String namespace = type.namespaced() ? metadata.path("namespace").asText("default") : "";
        if (type.namespaced()) {
            metadata.put("namespace", namespace);
        }
        String name = metadata.path("name").asText();
        Json.child(metadata, "annotations");
        String applied = Json.sorted(wanted) + "\n";
        if (applied.length() > LARGEST_ANNOTATION) {
            patches.patch(
                    type,
                    namespace,
                    name,
                    "",
                    "application/apply-patch+yaml",
                    wanted,
                    new WriteOptions(false, "kubectl", "Ignore", true, "", new ArrayList<>()));
            if (Crds.is(type)) {
                controllers.establishNow(name);
            }
            return;
        }
        Json.child(metadata, "annotations").put(LAST_APPLIED, applied);
        WriteOptions options = WriteOptions.of("kubectl-client-side-apply");
        ObjectNode live = cluster.store().get(type.groupResource(), new ObjectKey(namespace, name));
        if (live == null) {
            objects.create(type, namespace, wanted, options);
        } else {
            String before =
                    Json.at(live, "metadata", "annotations", LAST_APPLIED).asText("{}");
            boolean strategic = type.crd() == null && !Crds.is(type);
            JsonNode patch = LastApplied.mergePatch(
                    Json.parse(before), wanted, strategic ? TypeCatalog.ofKind(type.kind()) : TypeInfo.ANY);
            String mediaType = strategic ? "application/strategic-merge-patch+json" : "application/merge-patch+json";
            patches.patch(type, namespace, name, "", mediaType, patch, options);
        }
        if (Crds.is(type)) {
            controllers.establishNow(name);
        }
    }

    private ResourceType type(JsonNode object) {
        String apiVersion = object.path("apiVersion").asText();
        String kind = object.path("kind").asText();
        ResourceType type = cluster.types().byKind(apiVersion, kind);
        if (type == null) {
            throw new ApiException(
                    404, "NotFound", "no matches for kind \"" + kind + "\" in version \"" + apiVersion + "\"");
        }
        return type;
    }

    /** Creates an object as a user would. */
    public JsonNode create(JsonNode object) {
        ResourceType type = type(object);
        String namespace =
                type.namespaced() ? object.path("metadata").path("namespace").asText("default") : "";
        return objects.create(type, namespace, object.deepCopy(), WriteOptions.of("simulator"));
    }

    /** Changes an object by a JSON merge patch. */
    public JsonNode patch(String apiVersion, String kind, String namespace, String name, String mergePatch) {
        return patch("simulator", apiVersion, kind, namespace, name, mergePatch);
    }

    /** The same under a field manager's name, as a controller in the cluster does it. */
    public JsonNode patch(
            String manager, String apiVersion, String kind, String namespace, String name, String mergePatch) {
        ResourceType type = type(Json.object().put("apiVersion", apiVersion).put("kind", kind));
        return patches.patch(
                        type,
                        namespace,
                        name,
                        "",
                        "application/merge-patch+json",
                        Json.parse(mergePatch),
                        WriteOptions.of(manager))
                .object();
    }

    /** Deletes an object. */
    public void delete(String apiVersion, String kind, String namespace, String name) {
        ResourceType type = type(Json.object().put("apiVersion", apiVersion).put("kind", kind));
        objects.delete(type, namespace, name, Json.object(), false);
    }

    /** Restarts a container of a pod: one restart more, not ready for a while, started again with its own version. */
    public void restartContainer(String namespace, String pod, String container) {
        controllers.restartContainer(new ObjectKey(namespace, pod), container);
    }
}
