package io.calicofleet.executor.adapter.drill;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.ContainerImages;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.WorkloadObservation;
import io.calicofleet.executor.core.plan.Plan;
import io.calicofleet.executor.engine.Cluster;
import io.calicofleet.executor.engine.Journal;
import io.calicofleet.executor.engine.LeaseLock;
import io.calicofleet.executor.engine.MemoryJournal;
import io.calicofleet.executor.engine.Observer;
import io.calicofleet.executor.engine.StepBackups;
import io.calicofleet.executor.port.Backup;
import io.calicofleet.executor.port.CalicoDatastore;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.Plans;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.model.release.ObjectKey;
import io.calicofleet.model.release.ReleaseFile;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One healthy node that is always as it should be. */
public final class DrillCluster implements Cluster {

    /** The label such clusters carry. */
    public static final Map<String, String> LABELS = Map.of("drill", "true");

    private static final CalicoVersion VERSION = CalicoVersion.of(0, 0, 1);
    private static final ClusterObservation HEALTHY = healthy();

    private final ClusterId id;
    private final Journal journal;

    /** A cluster with nothing in its journal. */
    public DrillCluster(ClusterId id, InstantSource clock) {
        this.id = requireNonNull(id, "id");
        this.journal = new MemoryJournal(clock);
    }

    @Override
    public ClusterId id() {
        return id;
    }

    @Override
    public ClusterApi api() {
        return NoApi.NONE;
    }

    @Override
    public CalicoDatastore datastore(ClusterApi asked, ClusterApi unguarded, Optional<ObjectNode> daemonSet) {
        throw NoApi.nothingThere();
    }

    @Override
    public LeaseLock lease(String holder, Predicate<String> isOver) {
        return Alone.LEASE;
    }

    @Override
    public Journal journal(ClusterApi through) {
        return journal;
    }

    @Override
    public StepBackups backups(ClusterApi through, StepKind kind) {
        return NoBackups.NONE;
    }

    @Override
    public Plans plans(ClusterApi through) {
        return NoPlans.NONE;
    }

    @Override
    public Observer observer() {
        return (request, changed) -> Unchanging.SESSION;
    }

    private static ClusterObservation healthy() {
        String image = "docker.io/calico/node:" + VERSION;
        List<ContainerImages> images = List.of(new ContainerImages("calico-node", false, image, 1));
        WorkloadObservation nodes = new WorkloadObservation(
                "DaemonSet",
                "kube-system",
                "calico-node",
                1,
                1,
                1,
                1,
                1,
                1,
                0,
                0,
                1,
                List.of(new ContainerImages("calico-node", false, image, 0)),
                images,
                Map.of("1/1", 1),
                1,
                0,
                0,
                List.of(),
                List.of(),
                null,
                List.of(),
                List.of());
        return new ClusterObservation(
                VERSION,
                true,
                List.of(nodes),
                List.of(),
                null,
                Map.of(),
                List.of(),
                List.of(),
                null,
                null,
                List.of(),
                Map.of(),
                null,
                Map.of(),
                null,
                null);
    }

    /** In this process there is nobody else to hold it. */
    private enum Alone implements LeaseLock {
        LEASE;

        @Override
        public Optional<String> tryAcquire() {
            return Optional.empty();
        }

        @Override
        public Optional<String> other() {
            return Optional.empty();
        }

        @Override
        public void check() {}

        @Override
        public void release() {}
    }

    private enum Unchanging implements Observer.Session {
        SESSION;

        @Override
        public ClusterObservation observe() {
            return HEALTHY;
        }

        @Override
        public void close() {}
    }

    private enum NoPlans implements Plans {
        NONE;

        @Override
        public Optional<Plan> of(StepId step) {
            return Optional.empty();
        }

        @Override
        public void keep(StepId step, Plan plan) {
            throw NoApi.nothingThere();
        }

        @Override
        public Set<String> putBack(StepId step) {
            return Set.of();
        }

        @Override
        public void putBack(StepId step, Set<String> fields) {
            throw NoApi.nothingThere();
        }

        @Override
        public List<ReleaseFile> releases() {
            return List.of();
        }

        @Override
        public void keep(ReleaseFile file) {
            throw NoApi.nothingThere();
        }
    }

    private enum NoBackups implements StepBackups {
        NONE;

        @Override
        public void record(CampaignName campaign, ResourceRef ref) {
            throw NoApi.nothingThere();
        }

        @Override
        public void record(CampaignName campaign, ObjectKey key, Supplier<Optional<ObjectNode>> before) {
            throw NoApi.nothingThere();
        }

        @Override
        public void recordDeletion(CampaignName campaign, ObjectKey key, Supplier<Optional<ObjectNode>> before) {
            throw NoApi.nothingThere();
        }

        @Override
        public Optional<Backup> of(CampaignName campaign) {
            return Optional.empty();
        }

        @Override
        public Optional<Backup> newest() {
            return Optional.empty();
        }

        @Override
        public boolean take(
                CampaignName campaign,
                @Nullable CalicoVersion source,
                List<String> noWayBack,
                Map<ObjectKey, Optional<ObjectNode>> objects) {
            throw NoApi.nothingThere();
        }

        @Override
        public void keepText(CampaignName campaign, String name, String text) {
            throw NoApi.nothingThere();
        }

        @Override
        public Optional<String> text(CampaignName campaign, String name) {
            return Optional.empty();
        }
    }
}
