package io.calicofleet.executor.app;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterAnnounced;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.Datastore;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.LogKeys;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.executor.core.detect.ClusterSnapshot;
import io.calicofleet.executor.core.detect.InstallDetector;
import io.calicofleet.executor.core.detect.Installation;
import io.calicofleet.executor.core.identity.InstalledCalico;
import io.calicofleet.executor.engine.Cluster;
import io.calicofleet.executor.engine.Outbox;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ResourceRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says which clusters are served and how they are. */
final class Announcer {

    private static final Logger LOGGER = LoggerFactory.getLogger(Announcer.class);

    /** So many API servers are asked at once. */
    private static final int AT_ONCE = 64;

    private static final String CLUSTER_INFORMATION = "ClusterInformation";

    /** The first one that is there tells: native definitions count only where there are no others. */
    private static final List<String> DEFINITIONS =
            List.of("clusterinformations.crd.projectcalico.org", "clusterinformations.projectcalico.org");

    private final Outbox outbox;
    private final String executor;
    private final String run;
    private final AtomicLong count = new AtomicLong();
    private final Semaphore slots = new Semaphore(AT_ONCE);
    private final Map<ClusterId, String> unreachable = new ConcurrentHashMap<>();

    /** What was last read; that a cluster does not answer makes it no other one. */
    private final Map<ClusterId, String> uids = new ConcurrentHashMap<>();

    Announcer(Outbox outbox, String executor, String run) {
        this.outbox = requireNonNull(outbox, "outbox");
        this.executor = requireNonNull(executor, "executor");
        this.run = requireNonNull(run, "run");
    }

    /** The clusters that did not answer when they were asked last, and why. */
    Map<ClusterId, String> unreachable() {
        return unreachable;
    }

    /** Asks the cluster how it is and says so, on a thread of its own where it has to be asked. */
    void announce(ServedCluster served) {
        if (!served.probed()) {
            publish(new ClusterAnnounced(
                    served.id(),
                    executor,
                    served.labels(),
                    true,
                    "",
                    "v0.0.0",
                    InstallMethod.NONE,
                    null,
                    null,
                    served.id() + " is a drill: there is no Kubernetes behind it"));
            return;
        }
        Thread.ofVirtual().name("announce-" + served.id()).start(() -> {
            slots.acquireUninterruptibly();
            try {
                publish(ask(served));
            } finally {
                slots.release();
            }
        });
    }

    /** Says that there is a kubeconfig of a cluster which cannot be used; it holds nothing of what stands there. */
    void announceUnusable(ClusterId id, Map<String, String> labels, String problem) {
        String said = "its kubeconfig cannot be used: " + problem + ". Put it right; it is read again by itself.";
        publish(new ClusterAnnounced(
                id, executor, labels, false, said, "", null, null, uids.get(id), id + " is not served: " + said));
    }

    void forget(ClusterId cluster) {
        uids.remove(cluster);
        unreachable.remove(cluster);
    }

    private ClusterAnnounced ask(ServedCluster served) {
        ClusterApi api = served.cluster().api();
        try {
            String version = api.version();
            String uid = uid(api);
            if (!uid.isEmpty()) {
                uids.put(served.id(), uid);
            }
            Optional<ClusterId> other = served.cluster().sameAs(uid, false);
            if (other.isPresent()) {
                return unreachable(served, Cluster.sameAs(served.id(), other.get(), uid));
            }
            Installation installation = installation(api, version);
            @Nullable
            CalicoVersion calico = information(served, installation)
                    .map(object -> object.path("spec").path("calicoVersion").asText())
                    .flatMap(CalicoVersion::tryParse)
                    .orElse(null);
            unreachable.remove(served.id());
            return new ClusterAnnounced(
                    served.id(),
                    executor,
                    served.labels(),
                    true,
                    "",
                    version,
                    installation.method(),
                    calico,
                    uids.get(served.id()),
                    served.id() + " is served by " + executor + ": Kubernetes " + version + ", Calico "
                            + (calico == null ? "unknown" : calico));
        } catch (ClusterException e) {
            return unreachable(served, e.message());
        }
    }

    private ClusterAnnounced unreachable(ServedCluster served, String why) {
        unreachable.put(served.id(), why);
        return new ClusterAnnounced(
                served.id(),
                executor,
                served.labels(),
                false,
                why,
                "",
                null,
                null,
                uids.get(served.id()),
                served.id() + " cannot be used: " + why);
    }

    /** Empty where namespaces may not be read. */
    private static String uid(ClusterApi api) {
        try {
            return api.uid();
        } catch (ClusterException e) {
            if (e.isTransient()) {
                throw e;
            }
            return "";
        }
    }

    /** Of a cluster whose etcd does not answer the version is not known; the cluster itself does answer. */
    private static Optional<ObjectNode> information(ServedCluster served, Installation installation) {
        ClusterApi api = served.cluster().api();
        if (installation.datastore() != Datastore.ETCD) {
            String stored = installation.method() == InstallMethod.MANIFEST_KDD_NATIVE
                    ? "projectcalico.org/v3"
                    : "crd.projectcalico.org/v1";
            return api.find(new ResourceRef(stored, CLUSTER_INFORMATION, "", "default"));
        }
        try {
            return served.cluster()
                    .datastore(api, api, Optional.empty())
                    .find(CalicoKind.CLUSTER_INFORMATION, "default");
        } catch (ClusterException e) {
            LOGGER.atInfo()
                    .addKeyValue(LogKeys.CLUSTER, served.id())
                    .addKeyValue(LogKeys.REASON, e.message())
                    .log("the version of Calico is not known: its datastore does not answer");
            return Optional.empty();
        }
    }

    private static Installation installation(ClusterApi api, String version) {
        List<ObjectNode> objects = new ArrayList<>();
        objects.addAll(api.list("apps/v1", "DaemonSet"));
        String namespace =
                InstalledCalico.find(objects).map(InstalledCalico::namespace).orElse(InstalledCalico.USUAL_NAMESPACE);
        objects.addAll(api.list("apps/v1", "Deployment", namespace, ""));
        objects.addAll(api.list("operator.tigera.io/v1", "Installation"));
        DEFINITIONS.stream()
                .flatMap(
                        name -> api
                                .find(new ResourceRef("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", name))
                                .stream())
                .findFirst()
                .ifPresent(objects::add);
        return InstallDetector.detect(new ClusterSnapshot(version, List.copyOf(objects), Set.of(), List.of()));
    }

    private void publish(ClusterAnnounced announced) {
        String id = announced.cluster() + "/announced/" + executor + "-" + run + "-" + count.incrementAndGet();
        // Said again in a minute: nobody has to wait for it, and the producer keeps trying anyway.
        var unused = outbox.publish(id, null, announced);
    }
}
