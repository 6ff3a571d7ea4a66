package io.calicofleet.planner.core.simulation;

import io.calicofleet.event.CampaignSpec;
import java.time.Duration;
import java.util.List;

/**
 * What a simulation takes for granted about clusters.
 *
 * @param perCluster what each takes whatever its size: inspection, backup, definitions, the gates until they are settled
 * @param perNode what each of its nodes takes, one after the other
 * @param spread how much clusters differ: the deviation of the logarithm of what they take; 0: not at all
 * @param failures the share of clusters on which the release is bad, from 0 to 1
 * @param hostEndpoints the share of clusters with host endpoints, whose traffic is observed and reviewed, from 0 to 1
 * @param unreached the share of clusters that cannot be reached when their turn comes, from 0 to 1
 * @param answer how long people take to answer: a review, or the approval of a wave
 */
public record Assumptions(
        Duration perCluster,
        Duration perNode,
        double spread,
        double failures,
        double hostEndpoints,
        double unreached,
        Duration answer) {

    /** Of clusters that all can be reached. */
    public Assumptions(
            Duration perCluster,
            Duration perNode,
            double spread,
            double failures,
            double hostEndpoints,
            Duration answer) {
        this(perCluster, perNode, spread, failures, hostEndpoints, 0, answer);
    }

    /** Two minutes, and forty seconds for each node; nothing fails, and people answer at once. */
    public static final Assumptions DEFAULT =
            new Assumptions(Duration.ofMinutes(2), Duration.ofSeconds(40), 0.25, 0, 0, Duration.ZERO);

    /** Questions of {@link Draws}; a normal one takes two numbers. */
    private static final int FAILS = 0;

    private static final int REVIEWED = 1;
    private static final int TAKES = 2;
    private static final int UNREACHED = 4;

    /** As long as an executor tries an API server that does not answer. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** The pace of these clusters in a campaign. */
    Pace pace(CampaignSpec spec, List<Member> fleet) {
        return new Pace() {

            @Override
            public boolean fails(Draws draws, int cluster) {
                return draws.even(cluster, FAILS) < failures;
            }

            @Override
            public boolean unreached(Draws draws, int cluster) {
                return draws.even(cluster, UNREACHED) < unreached;
            }

            @Override
            public long millis(Draws draws, int cluster) {
                if (unreached(draws, cluster)) {
                    return PATIENCE.toMillis();
                }
                double plain = perCluster.toMillis()
                        + (double) perNode.toMillis()
                                * Math.max(1, fleet.get(cluster).nodes());
                long millis = Math.round(plain * (spread == 0 ? 1 : Math.exp(spread * draws.normal(cluster, TAKES))));
                if (fails(draws, cluster)) {
                    return millis + spec.gates().pods().deadline().toMillis();
                }
                boolean reviewed = draws.even(cluster, REVIEWED) < hostEndpoints;
                return reviewed
                        ? millis + spec.gates().hostEndpointTraffic().observe().toMillis() + answer.toMillis()
                        : millis;
            }

            @Override
            public Duration answer() {
                return answer;
            }
        };
    }
}
