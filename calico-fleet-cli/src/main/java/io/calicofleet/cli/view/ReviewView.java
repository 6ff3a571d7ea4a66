package io.calicofleet.cli.view;

import io.calicofleet.cli.output.Style;
import io.calicofleet.cli.output.Table;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.output.Times;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.FlowSummary;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.NodeCoverage;
import io.calicofleet.event.OnConflict;
import io.calicofleet.event.PolicyCheck;
import io.calicofleet.event.TrafficReview;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a person looks at before approving: the traffic seen and the suggested policy, the conflicts, the policies. */
public final class ReviewView {

    private static final int PEERS = 4;

    private final Terminal terminal;

    /** Prints to {@code terminal}. */
    public ReviewView(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Prints everything about the cluster that is to be decided. */
    public void print(ClusterStatus cluster) {
        // Why it waits is said with what to do about it, below; here is what to look at.
        terminal.line(terminal.styled(Style.BOLD, cluster.cluster().value()) + "  " + cluster.phase());
        questions(cluster);
        TrafficReview review = cluster.review();
        if (review != null) {
            traffic(review);
        }
        new CampaignView(terminal).gates(cluster.gates());
    }

    /** Prints the fields and the policies to decide on. */
    public void questions(ClusterStatus cluster) {
        if (cluster.holdReason() == HoldReason.AUTO_HOST_ENDPOINT_POLICIES) {
            terminal.line("");
            terminal.line("Policies that would select the automatic host endpoints, and so decide on their traffic:");
        }
        if (cluster.holdReason() != HoldReason.PREFLIGHT_OBJECTIONS) {
            cluster.objections().forEach(objection -> terminal.line("  " + objection));
        }
        if (!cluster.conflicts().isEmpty()) {
            conflicts(cluster.conflicts(), cluster.holdReason() == HoldReason.BASE_UNKNOWN);
        }
    }

    private void conflicts(List<FieldConflict> conflicts, boolean withoutBase) {
        terminal.line("");
        terminal.line(
                withoutBase
                        ? "Fields in which your cluster and the release differ; who changed them is not known:"
                        : "Fields to decide on:");
        for (FieldConflict conflict : conflicts) {
            terminal.line("");
            terminal.line(conflict.question() + "  " + terminal.styled(Style.BOLD, conflict.object()) + "  "
                    + conflict.path());
            terminal.line("  installed as  " + (withoutBase ? "(not known)" : orAbsent(conflict.base())));
            terminal.line("  yours         " + orAbsent(conflict.mine()) + answer(conflict, OnConflict.KEEP_MINE));
            terminal.line("  the release's " + orAbsent(conflict.target()) + answer(conflict, OnConflict.TAKE_NEW));
            String why = conflict.why();
            if (why != null) {
                terminal.line("  " + why);
            }
        }
    }

    /** The answer that takes this value; nothing where it cannot succeed. */
    private String answer(FieldConflict conflict, OnConflict answer) {
        return conflict.takes(answer) ? terminal.styled(Style.DIM, "   (" + answer + ")") : "";
    }

    private void traffic(TrafficReview review) {
        if (!review.added().isEmpty()) {
            terminal.line("");
            terminal.line("Seen since the approval, and not covered by it:");
            review.added().forEach(line -> terminal.line("  " + line));
        }
        terminal.line("");
        terminal.line("Traffic that only the temporary policy allowed:");
        if (review.flows().isEmpty()) {
            terminal.line("  none was seen");
        } else {
            Table flows = Table.of("direction", "protocol", "port>", "packets>", "nodes>", "peers", "note");
            for (FlowSummary flow : review.flows()) {
                flows.row(
                        flow.direction().encode(),
                        flow.protocol(),
                        ports(flow),
                        String.valueOf(flow.packets()),
                        String.valueOf(flow.nodes().size()),
                        shortened(flow.peers()),
                        flow.note());
            }
            flows.print(terminal);
        }
        terminal.line("");
        terminal.line("Who was heard from:");
        Table nodes = Table.of("node", "lines>", "of the policy>", "unreadable>", "first", "last");
        for (NodeCoverage node : review.coverage()) {
            nodes.row(
                    node.node(),
                    String.valueOf(node.lines()),
                    String.valueOf(node.flowLines()),
                    String.valueOf(node.unreadable()),
                    clock(node.first()),
                    clock(node.last()));
        }
        nodes.print(terminal);
        review.notes().forEach(note -> terminal.line("note: " + note));
        if (!review.suggestedPolicy().isBlank()) {
            terminal.line("");
            terminal.line("The policy that would replace the temporary one (--apply-suggested-policy):");
            terminal.line("");
            review.suggestedPolicy().lines().forEach(line -> terminal.line("    " + line));
        }
        PolicyCheck guard = review.guard();
        if (guard != null) {
            guard(guard);
        }
        if (review.digest() != null) {
            terminal.line("");
            terminal.line("The digest of this review, which an approval names: "
                    + terminal.styled(Style.BOLD, review.digest()));
        }
        terminal.line("");
    }

    private void guard(PolicyCheck guard) {
        terminal.line("");
        terminal.line(
                guard.refusals().isEmpty()
                        ? "The guard has nothing against this policy in place of the temporary one."
                        : "With this policy in place of the temporary one the guard refuses the release:");
        guard.refusals().forEach(line -> terminal.line("  " + line));
        guard.notes().forEach(note -> terminal.line("note: " + note));
    }

    private static String ports(FlowSummary flow) {
        Integer port = flow.port();
        return port == null ? "-" : flow.lastPort() == null ? port.toString() : port + "-" + flow.lastPort();
    }

    private static String shortened(List<String> peers) {
        return peers.size() <= PEERS
                ? String.join(", ", peers)
                : String.join(", ", peers.subList(0, PEERS)) + " and " + (peers.size() - PEERS) + " more";
    }

    private static String orAbsent(String json) {
        return json.isEmpty() ? "(absent)" : json;
    }

    private static String clock(@Nullable Instant time) {
        return time == null ? "-" : Times.clock(time);
    }
}
