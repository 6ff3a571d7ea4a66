package io.calicofleet.verifier.core.traffic;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.FlowSummary;
import io.calicofleet.event.NodeCoverage;
import io.calicofleet.event.TrafficReview;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes of a cluster's traffic what a person reviews: who was heard, what was seen, and the policy it asks for. */
public final class TrafficReviews {

    private static final int LISTED = 20;

    /** So that a review fits into a record, see {@code Topic.MAX_RECORD_BYTES}. */
    private static final int MAX_KINDS = 500;

    private static final int MAX_POLICY = 1_000_000;

    private TrafficReviews() {}

    /**
     * What the review is made of.
     *
     * @param tally the traffic
     * @param nodes the nodes with a protected host endpoint, sorted
     * @param since when the observation of this step began
     * @param nodeAddresses IP addresses by node
     * @param podNetworks the CIDRs of the pools
     * @param version the release that runs; its failsafe ports need no rule
     */
    public record Basis(
            TrafficTally tally,
            List<String> nodes,
            Instant since,
            Map<String, List<String>> nodeAddresses,
            List<String> podNetworks,
            @Nullable CalicoVersion version) {}

    /** The review. The suggested policy in it was checked against every flow that was recorded. */
    public static TrafficReview review(Basis basis) {
        Network network = new Network(basis.nodeAddresses(), basis.podNetworks());
        Map<FlowKey, FlowCount> flows = basis.tally().flows();
        PolicySuggestion suggestion = PolicySuggestion.of(flows.keySet(), network, basis.version());
        List<FlowSummary> summaries = summaries(flows, network, basis.version());
        String policy = PolicyWriter.write(suggestion.rules());
        List<String> notes = notes(basis, network, suggestion);
        if (summaries.size() > MAX_KINDS) {
            notes.add("Only the first " + MAX_KINDS + " of " + summaries.size()
                    + " kinds of traffic are listed; the suggested policy knows them all.");
        }
        if (policy.length() > MAX_POLICY) {
            notes.add("The suggested policy would be " + policy.length()
                    + " characters long, too long to be read or sent: none is suggested.");
        }
        return new TrafficReview(
                coverage(basis),
                summaries.subList(0, Math.min(summaries.size(), MAX_KINDS)),
                policy.length() > MAX_POLICY ? "" : policy,
                notes);
    }

    private static List<NodeCoverage> coverage(Basis basis) {
        return basis.nodes().stream()
                .map(node -> {
                    NodeHeard heard = basis.tally().nodes().get(node);
                    return heard == null
                            ? new NodeCoverage(node, 0, 0, 0, null, null)
                            : new NodeCoverage(
                                    node,
                                    heard.lines(),
                                    heard.flowLines(),
                                    heard.unreadable(),
                                    heard.first(),
                                    heard.last());
                })
                .toList();
    }

    private static List<FlowSummary> summaries(
            Map<FlowKey, FlowCount> flows, Network network, @Nullable CalicoVersion version) {
        Map<FlowKey, Sum> sums = new TreeMap<>();
        flows.forEach((flow, count) -> {
            // Both families in one line; ports clients choose all together, for a person reads this.
            int port = flow.isEphemeral() ? FlowKey.EPHEMERAL : flow.port();
            FlowKey kind = new FlowKey(flow.direction(), flow.protocol(), port, Cidr.ANY_V4);
            sums.computeIfAbsent(kind, key -> new Sum(FlowUse.of(flow, version)))
                    .add(flow, count, network.peer(flow.peer()).label());
        });
        List<FlowSummary> summaries = new ArrayList<>();
        sums.forEach((kind, sum) -> summaries.add(sum.toSummary(kind)));
        return summaries;
    }

    private static List<String> notes(Basis basis, Network network, PolicySuggestion suggestion) {
        List<String> notes = new ArrayList<>();
        notes.add("Only the first packet of a new connection is logged: what was connected before, and failsafe ports, "
                + "never appear.");
        notes.add(
                "A line says that the packet met a Log action, not which policy's; other policies that log are in here "
                        + "too.");
        Overflow overflow = basis.tally().overflow();
        if (overflow.packets() > 0) {
            notes.add(
                    overflow.packets()
                            + " packets were of further kinds of traffic than are kept apart: the suggested policy cannot know them.");
        }
        if (overflow.lines() > 0) {
            notes.add(overflow.lines() + " lines came from further nodes than are kept apart.");
        }
        if (!network.knowsNodes()) {
            notes.add("The addresses of the nodes are not known: nodes appear as networks.");
        }
        suggestion
                .uncovered()
                .forEach(flow -> notes.add("The suggested policy does not cover " + flow + "; please report this."));
        nodeNotes(basis, notes);
        failsafeNotes(basis, notes);
        return notes;
    }

    private static void nodeNotes(Basis basis, List<String> notes) {
        Map<String, NodeHeard> heard = basis.tally().nodes();
        listed(notes, silent(basis.tally(), basis.nodes()), "Not heard from: ");
        listed(
                notes,
                basis.nodes().stream()
                        .filter(node -> heard.containsKey(node)
                                && heard.get(node).last().isBefore(basis.since()))
                        .toList(),
                "Heard from earlier in the campaign but not since " + basis.since() + ": ");
        listed(
                notes,
                heard.keySet().stream()
                        .filter(node -> !basis.nodes().contains(node))
                        .toList(),
                "Heard from, but without a protected host endpoint, or under another name: ");
        List<String> gaps = heard.entrySet().stream()
                .filter(entry -> entry.getValue().gaps() > 0)
                .map(entry -> entry.getKey() + " (" + entry.getValue().lost() + " records, "
                        + entry.getValue().gaps() + " times)")
                .toList();
        listed(notes, gaps, "Records of the kernel's log that did not arrive, filtered by the shipper or lost: ");
        List<String> unreadable = heard.entrySet().stream()
                .filter(entry -> entry.getValue().unreadable() > 0)
                .map(entry -> entry.getKey() + " (" + entry.getValue().unreadable() + ")")
                .toList();
        listed(notes, unreadable, "Lines with the prefix that were no whole packet: ");
    }

    private static void failsafeNotes(Basis basis, List<String> notes) {
        List<String> ports = basis.tally().flows().keySet().stream()
                .filter(flow -> FlowUse.of(flow, basis.version()) == FlowUse.FAILSAFE)
                .map(flow -> flow.direction() + " " + flow.protocol() + " " + flow.port())
                .distinct()
                .toList();
        listed(notes, ports, "Logged although failsafe by default, so check the failsafe lists of this cluster: ");
    }

    /** The nodes no line came from. */
    public static List<String> silent(TrafficTally tally, Collection<String> nodes) {
        return nodes.stream().filter(node -> !tally.nodes().containsKey(node)).toList();
    }

    private static void listed(List<String> notes, List<String> items, String sentence) {
        if (!items.isEmpty()) {
            notes.add(sentence + some(items) + ".");
        }
    }

    /** The first twenty, and how many there are more. */
    public static String some(Collection<String> items) {
        String first = String.join(", ", items.stream().limit(LISTED).toList());
        return items.size() > LISTED ? first + " and " + (items.size() - LISTED) + " more" : first;
    }

    /** Adds up what a summary shows. */
    private static final class Sum {

        private final FlowUse use;
        private final TreeSet<String> nodes = new TreeSet<>();
        private final TreeSet<String> peers = new TreeSet<>();
        private final TreeSet<Integer> ports = new TreeSet<>();
        private boolean moreNodes;
        private long packets;

        Sum(FlowUse use) {
            this.use = use;
        }

        void add(FlowKey flow, FlowCount count, String peer) {
            nodes.addAll(count.nodes());
            peers.add(peer);
            if (flow.isEphemeral() && flow.port() >= 0) {
                ports.add(flow.port());
            }
            moreNodes |= count.moreNodes();
            packets += count.packets();
        }

        FlowSummary toSummary(FlowKey kind) {
            List<String> notes = new ArrayList<>();
            if (!use.note().isEmpty()) {
                notes.add(use.note());
            }
            if (!ports.isEmpty()) {
                notes.add("ports " + some(ports.stream().map(String::valueOf).toList()));
            }
            if (peers.size() > LISTED) {
                notes.add("and " + (peers.size() - LISTED) + " more peers");
            }
            if (moreNodes || nodes.size() > LISTED) {
                notes.add("and more nodes");
            }
            return new FlowSummary(
                    kind.direction(),
                    kind.protocol(),
                    kind.port() < 0 ? null : Integer.valueOf(kind.port()),
                    nodes.stream().limit(LISTED).toList(),
                    peers.stream().limit(LISTED).toList(),
                    packets,
                    String.join("; ", notes));
        }
    }
}
