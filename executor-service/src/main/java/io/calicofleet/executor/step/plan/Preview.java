package io.calicofleet.executor.step.plan;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.PlannedManifest;
import io.calicofleet.event.StepId;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepToPlan;
import io.calicofleet.executor.core.plan.Plan;
import io.calicofleet.executor.port.Backup;
import io.calicofleet.executor.port.Backups;
import io.calicofleet.executor.port.Intents;
import io.calicofleet.executor.port.Plans;
import io.calicofleet.executor.port.Rollouts;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.WatchedObjects;
import io.calicofleet.model.release.ObjectKey;
import io.calicofleet.model.release.ReleaseFile;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What steps act with where nothing must come of it: their writes are laid over the cluster, what they keep in it for themselves
 * is kept nowhere, and what they wait for has come.
 */
final class Preview {

    private final StepContext context;
    private final Overlay objects;
    private final PreviewCluster cluster;
    private final Overlay resources;
    private final Exports exports = new Exports();

    Preview(StepContext context, Writes writes) {
        this.context = requireNonNull(context, "context");
        this.objects = new Overlay(writes);
        this.cluster = new PreviewCluster(context.cluster(), objects, exports);
        this.resources = new Overlay(writes);
    }

    /** What the upgrade would bring as a whole; null where that is nothing. */
    @Nullable
    PlannedManifest manifest() {
        return exports.planned(objects);
    }

    /** What one of the steps acts with. */
    StepContext context(StepToPlan step) {
        return context(step, new NoPlans(context.plans()));
    }

    /** The same where the plan is kept for real. */
    StepContext context(StepToPlan step, Plans plans) {
        StepId id = new StepId(
                context.step().campaign(),
                context.step().cluster(),
                step.kind(),
                context.step().ordinal());
        return new StepContext(
                id,
                step.parameters(),
                cluster,
                daemonSet -> new PreviewDatastore(context.calico().apply(daemonSet), resources),
                new NothingKept(step.kind().upgrades() ? exports : new Exports(), step.parameters(), context.backups()),
                plans,
                NOTHING_INTENDED,
                context.releases(),
                context.names(),
                (done, total, unit, summary) -> {},
                ARRIVED);
    }

    private static final Rollouts ARRIVED = new Rollouts() {
        @Override
        public boolean awaitSteadily(
                Supplier<String> what,
                String apiVersion,
                String kind,
                String namespace,
                BooleanSupplier condition,
                Duration steady,
                Duration limit) {
            return true;
        }

        @Override
        public boolean await(
                Supplier<String> what,
                String apiVersion,
                String kind,
                String namespace,
                BooleanSupplier condition,
                Duration limit) {
            return true;
        }

        @Override
        public boolean await(
                Supplier<String> what,
                Function<Runnable, WatchedObjects> watch,
                BooleanSupplier condition,
                Duration limit) {
            return true;
        }
    };

    /** The merged manifest alone is looked at. */
    private record NothingKept(Exports exports, StepParameters parameters, Backups kept) implements Backups {

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
            return true;
        }

        @Override
        public void keepText(CampaignName campaign, String name, String text) {
            if (name.equals(Backups.MANIFEST)) {
                exports.manifest(parameters.installMethod(), text);
            }
        }

        @Override
        public Optional<String> text(CampaignName campaign, String name) {
            return kept.text(campaign, name);
        }
    }

    private static final Intents NOTHING_INTENDED = new Intents() {
        @Override
        public Optional<ObjectNode> recreating(ObjectKey key) {
            return Optional.empty();
        }

        @Override
        public void recreate(ObjectNode replacement) {}

        @Override
        public void recreated(ObjectKey key) {}
    };

    /** The releases that were brought here before are known; nothing is kept. */
    private record NoPlans(Plans kept) implements Plans {

        @Override
        public Optional<Plan> of(StepId step) {
            return Optional.empty();
        }

        @Override
        public void keep(StepId step, Plan plan) {}

        @Override
        public Set<String> putBack(StepId step) {
            return Set.of();
        }

        @Override
        public void putBack(StepId step, Set<String> fields) {}

        @Override
        public List<ReleaseFile> releases() {
            return kept.releases();
        }

        @Override
        public void keep(ReleaseFile file) {}
    }
}
