package io.calicofleet.executor.step.plan;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FailureReason;
import io.calicofleet.event.StepParameters;
import io.calicofleet.event.StepToPlan;
import io.calicofleet.executor.port.AroundStep;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.Rollouts;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepHandler;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.executor.step.cluster.Kinds;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A step of an upgrade that others may carry out, such as Argo CD or Flux from a repository. Where they do, it writes nothing of Calico: it runs the
 * step against the cluster with its writes laid over it, and is done once there is nothing left to write. So what has to be there is what
 * the step would have brought, and where the step would be held or refuse, this one is and does, before anybody has brought anything. The plan
 * is made once and kept in the cluster: what others have half brought is compared with it, never merged anew.
 *
 * <p>It looks when the spec of a workload has changed, and from time to time. While a release comes object by object, what is seen may make no sense:
 * then only what stays so counts. Killed anywhere, it waits again.
 */
public final class AppliedByOthers extends AroundStep {

    /** For so long after a change everything is looked at, at each glance. */
    private static final Duration COMING = Duration.ofMinutes(5);

    /** What touches no workload is seen after so long. */
    private static final Duration ANYWAY = Duration.ofMinutes(10);

    /** What makes no sense for so long is told. */
    private static final Duration SETTLED = Duration.ofMinutes(2);

    private static final int AGAIN = 5;

    /** Why a rollout is not paused where others bring the release. */
    public static final String THEIRS =
            "others bring the release, and would bring the updateStrategy of calico-node back; stop it where they keep it";

    /** As long as the longest deadline of a campaign. */
    private static final Duration LIMIT = Duration.ofDays(30);

    private final InstantSource clock;
    private final Duration glance;

    /**
     * What {@code step} does, or others.
     *
     * @param glance between two looks at the workloads: a thousand clusters may wait for days
     */
    public AppliedByOthers(StepHandler step, InstantSource clock, Duration glance) {
        super(step);
        this.clock = requireNonNull(clock, "clock");
        this.glance = requireNonNull(glance, "glance");
    }

    @Override
    public StepOutcome run(StepContext context) {
        if (!context.parameters().byOthers()) {
            return step.run(context);
        }
        // Before the look: what changes during it is to be looked at again.
        String specs = specs(context);
        Look first = look(context);
        if (first.outcome() != null) {
            return first.outcome();
        }
        Waiting waiting = new Waiting(context, specs, first.left());
        context.rollouts().await(Rollouts.COUNTED, Kinds.APPS, "DaemonSet", "", waiting::isOver, LIMIT);
        StepOutcome outcome = waiting.outcome;
        return outcome != null
                ? outcome
                : new StepOutcome.Failed(
                        FailureReason.UNEXPECTED_STATE,
                        "others have not brought " + context.parameters().target() + " within " + LIMIT.toDays()
                                + " days; nothing was written");
    }

    @Override
    public Optional<String> unpausable(StepParameters parameters) {
        return parameters.byOthers() ? Optional.of(THEIRS) : super.unpausable(parameters);
    }

    @Override
    public String pause(StepParameters parameters, ClusterApi cluster, String why) {
        return parameters.byOthers() ? "The rollout is not paused: " + THEIRS : super.pause(parameters, cluster, why);
    }

    /**
     * What a look found.
     *
     * @param outcome how the step ends; null where others have something left to bring
     * @param left the objects that are not as they are to be
     */
    private record Look(@Nullable StepOutcome outcome, List<String> left) {}

    /** What changed while it was looked at was half seen: it is looked at again. */
    private Look look(StepContext context) {
        for (int again = 0; again < AGAIN; again++) {
            try {
                return once(context);
            } catch (ClusterException e) {
                if (!e.isRace()) {
                    throw e;
                }
            }
        }
        return once(context);
    }

    private Look once(StepContext context) {
        Writes writes = new Writes();
        writes.begin(kind());
        Preview preview = new Preview(context, writes);
        StepOutcome outcome = step.run(preview.context(
                new StepToPlan(kind(), List.of(), context.parameters().withAppliedByOthers(false)), context.plans()));
        if (!(outcome instanceof StepOutcome.Succeeded done)) {
            return new Look(outcome, List.of());
        }
        List<String> left = writes.changed();
        return left.isEmpty()
                ? new Look(
                        new StepOutcome.Succeeded(
                                null,
                                List.of(),
                                done.notes(),
                                "all of " + context.parameters().target() + " is there; others have brought it"),
                        left)
                : new Look(null, left);
    }

    /** The specs of workloads, by their generations. */
    private static String specs(StepContext context) {
        return Stream.of("DaemonSet", "Deployment")
                .flatMap(kind -> context.cluster().list(Kinds.APPS, kind).stream())
                .map(AppliedByOthers::generation)
                .sorted()
                .collect(Collectors.joining(" "));
    }

    private static String generation(ObjectNode workload) {
        return workload.at("/metadata/uid").asText() + "/"
                + workload.at("/metadata/generation").asText();
    }

    private final class Waiting {

        private final StepContext context;
        private int most;
        private String seen;
        private Instant glanced;
        private Instant changed;
        private Instant looked;
        private @Nullable Instant senseless;
        private @Nullable StepOutcome outcome;

        Waiting(StepContext context, String specs, List<String> left) {
            this.context = context;
            this.seen = specs;
            this.glanced = clock.instant();
            this.changed = Instant.MIN;
            this.looked = glanced;
            tell(left);
        }

        boolean isOver() {
            Instant now = clock.instant();
            if (outcome != null || now.isBefore(glanced.plus(glance))) {
                return outcome != null;
            }
            glanced = now;
            String specs = specs(context);
            if (!specs.equals(seen)) {
                seen = specs;
                changed = now;
            }
            if (now.isBefore(looked.plus(ANYWAY)) && changed.isBefore(now.minus(COMING))) {
                return false;
            }
            looked = now;
            found(look(context), now);
            return outcome != null;
        }

        private void found(Look look, Instant now) {
            StepOutcome ended = look.outcome();
            if (ended == null) {
                senseless = null;
                tell(look.left());
            } else if (ended instanceof StepOutcome.Succeeded) {
                outcome = ended;
            } else if (senseless == null) {
                senseless = now;
            } else if (!now.isBefore(senseless.plus(SETTLED))) {
                outcome = ended;
            }
        }

        private void tell(List<String> left) {
            most = Math.max(most, left.size());
            context.progress()
                    .progressed(
                            most - left.size(),
                            most,
                            "objects",
                            context.step().cluster() + ": waits until others have brought "
                                    + context.parameters().target() + ": "
                                    + (left.size() == 1 ? "1 object is" : left.size() + " objects are")
                                    + " not as they are to be, " + left.getLast()
                                    + (left.size() == 1 ? "" : " and others"));
        }
    }
}
