package io.calicofleet.verifier.core.gate;

import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.HostEndpointFact;
import io.calicofleet.event.TrafficMode;
import io.calicofleet.event.TrafficReview;
import io.calicofleet.model.Durations;
import io.calicofleet.verifier.core.traffic.Overflow;
import io.calicofleet.verifier.core.traffic.TrafficReviews;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Listens to the traffic that only the temporary policy lets through, then asks a person:
 *
 * <ol>
 *   <li>the policy is in force for every host endpoint, without a break, for as long as asked;
 *   <li>every node with a protected host endpoint was heard from: any line of its kernel counts, for a node without new
 *       connections is no reason to wait for ever, but a node that cannot be heard is;
 *   <li>then the review is made. Mode required: it waits for an approval. Mode advisory: it passes with the review;
 *   <li>after an approval the same is observed once more, and passes where all traffic that was seen is as approved.
 * </ol>
 *
 * <p>Nodes that stay silent until the deadline fail a required review, and are noted in an advisory one.
 */
final class HostEndpointTrafficGate implements Gate {

    @Override
    public GateKind kind() {
        return GateKind.HOST_ENDPOINT_TRAFFIC;
    }

    /** Runs from the end of the observation. */
    @Override
    public Duration deadline(GateRequirement requirement, Evidence evidence) {
        return observe(requirement).plus(requirement.deadline());
    }

    @Override
    public GateVerdict look(GateRequirement requirement, Evidence evidence, Duration now) {
        return Basics.judge(evidence, latest -> look(requirement, evidence, latest, now));
    }

    private GateVerdict look(GateRequirement requirement, Evidence evidence, ClusterObservation latest, Duration now) {
        List<String> nodes = protectedNodes(latest);
        List<String> missing = new ArrayList<>(HostEndpointProtectionGate.missing(latest));
        List<String> lines = new ArrayList<>(HostEndpointProtectionGate.evidence(latest));
        Duration since = evidence.history().policyInForceSince();
        Instant at = evidence.history().policyInForceAt();
        if (evidence.history().policyBroken() > 0) {
            lines.add("the temporary policy was found not in force "
                    + Basics.count(evidence.history().policyBroken(), "time") + " during the observation");
        }
        if (since == null || at == null) {
            return GateVerdict.NotYet.missing(
                    missing.isEmpty() ? List.of("the temporary policy in force") : missing, lines);
        }
        lines.add("observed since " + Basics.second(at) + ", with the policy in force, for "
                + Durations.shortly(now.minus(since)));
        Duration end = since.plus(observe(requirement));
        boolean early = now.compareTo(end) < 0;
        if (early) {
            // How much is left is in the evidence: what is missing is told again whenever it changes.
            missing.add("the rest of the observation: " + Durations.shortly(observe(requirement))
                    + " in which the cluster is seen, from " + Basics.second(at));
        }
        List<String> silent = TrafficReviews.silent(evidence.traffic(), nodes);
        lines.addAll(heard(evidence, nodes, silent));
        boolean overdue = now.compareTo(deadline(requirement, evidence)) >= 0;
        boolean advisory = isAdvisory(requirement.mode());
        if (!missing.isEmpty() || (!silent.isEmpty() && !(advisory && overdue))) {
            if (!silent.isEmpty()) {
                missing.add("any line of the kernel's log from " + TrafficReviews.some(silent));
            }
            return new GateVerdict.NotYet(missing, lines, early ? end : null);
        }
        TrafficReviews.Basis basis = basis(evidence, latest, nodes, at);
        TrafficReview review = TrafficReviews.review(basis);
        if (requirement.confirmsApproval()) {
            return confirmed(review, TrafficReviews.notApproved(basis, requirement), lines);
        }
        String reason = "Kinds of traffic seen on " + Basics.count(nodes.size(), "node")
                + (silent.isEmpty() ? "" : ", " + silent.size() + " of them silent") + ": "
                + review.flows().size() + "; ";
        return advisory
                ? new GateVerdict.Passed(reason + "the review is advisory.", lines, review)
                : new GateVerdict.NeedsApproval(reason + "a person decides.", lines, review);
    }

    /** What was seen of a cluster, for its review. */
    static TrafficReviews.Basis basis(Evidence evidence, ClusterObservation latest, List<String> nodes, Instant since) {
        return new TrafficReviews.Basis(
                evidence.traffic(),
                nodes,
                since,
                latest.nodeAddresses(),
                latest.podNetworks(),
                latest.networkSets(),
                latest.failsafe(),
                latest.apiServer(),
                evidence.target() == null ? latest.clusterInformationVersion() : evidence.target(),
                evidence.policies());
    }

    /** After an approval: whatever was seen, before it or since, is allowed by what was approved, or a person is asked again. */
    private static GateVerdict confirmed(TrafficReview review, List<String> added, List<String> lines) {
        if (added.isEmpty()) {
            return new GateVerdict.Passed("All traffic that was seen is as approved.", lines, review);
        }
        lines.add("not approved: " + TrafficReviews.some(added));
        return new GateVerdict.NeedsApproval(
                "Traffic was seen that the approval does not cover: " + added.size() + " "
                        + (added.size() == 1 ? "kind" : "kinds") + "; a person decides.",
                lines,
                review.withAdded(added));
    }

    private static List<String> protectedNodes(ClusterObservation latest) {
        return latest.hostEndpoints().stream()
                .filter(endpoint -> endpoint.needsProtection() || endpoint.labelled())
                .map(HostEndpointFact::node)
                .filter(node -> !node.isEmpty())
                .distinct()
                .sorted()
                .toList();
    }

    private static List<String> heard(Evidence evidence, List<String> nodes, List<String> silent) {
        long flowLines = evidence.traffic().nodes().values().stream()
                .mapToLong(heard -> heard.flowLines())
                .sum();
        List<String> lines = new ArrayList<>();
        lines.add((nodes.size() - silent.size()) + " of " + Basics.count(nodes.size(), "node")
                + " with a protected host endpoint heard from, " + Basics.count(flowLines, "packet") + " logged");
        Overflow overflow = evidence.traffic().overflow();
        if (overflow.packets() > 0) {
            lines.add(Basics.count(overflow.packets(), "packet") + " beyond what is kept apart");
        }
        return lines;
    }

    /** Without a mode the careful one. Off asks for no review, so one that is made all the same is only told. */
    private static boolean isAdvisory(@Nullable TrafficMode mode) {
        return switch (mode) {
            case null -> false;
            case REQUIRED -> false;
            case ADVISORY, OFF -> true;
        };
    }

    private static Duration observe(GateRequirement requirement) {
        Duration observe = requirement.observe();
        return observe == null ? Duration.ZERO : observe;
    }
}
