package io.calicofleet.cli.practice;

import io.calicofleet.cli.CliException;
import io.calicofleet.event.ClusterId;
import io.calicofleet.simulator.SimulatedCluster;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A trouble that upgrades meet, on a cluster of its own that is called as the lesson. A lesson is solved when its cluster is upgraded.
 */
@SuppressWarnings("ImmutableEnumChecker") // what repairs has no state
public enum Lesson {
    CONFLICT(
            "Somebody has install-cni run a script of their own, and the release runs another program too.",
            "The cluster is held before anything is written.",
            "review practice --cluster conflict",
            "approve practice --cluster conflict --conflicts keep-mine --reason \"our script\"",
            null),
    NODE(
            "One node never gets ready with the new calico-node.",
            "The rollout stands still, and at its deadline the gate pods fails.",
            "explain practice --cluster node",
            "practice repair node; where the gate has failed already, retry practice --cluster node --reason \"repaired\"",
            cluster -> cluster.faults().clear()),
    IMAGE(
            "The registry does not have the new image of calico-node.",
            "The first node cannot start it, and no other is begun; at its deadline the gate pods fails.",
            "explain practice --cluster image",
            "practice repair image; where the gate has failed already, retry practice --cluster image --reason \"pushed\"",
            cluster -> cluster.faults().clear()),
    LOCKOUT(
            "Host endpoints with interfaceName '*': from v3.14 on Calico denies by default what they used to allow.",
            "A temporary policy keeps the nodes open, and the cluster is held until somebody has reviewed the traffic.",
            "review practice --cluster lockout",
            "approve practice --cluster lockout --reason \"I looked\" --apply-suggested-policy --digest DIGEST, which review shows",
            null),
    ARGO_CD(
            "Argo CD keeps Calico's objects, and would put its version back.",
            "The cluster is held before anything is written: somebody else keeps the objects.",
            "explain practice --cluster argo-cd",
            "Stop Argo CD's sync there; then practice repair argo-cd, and retry practice --cluster argo-cd --reason \"sync is off\"",
            PracticeFleet::withoutArgo),
    RIGHTS(
            "The executor's account may not write the DaemonSets of Calico.",
            "The cluster is held before anything is written, with a list of the rights.",
            "doctor --kubeconfigs DIR, or explain practice --cluster rights",
            "practice repair rights, which stands for kubectl apply; then retry practice --cluster rights --reason \"rights are there\"",
            PracticeFleet::giveRights);

    private final String trouble;
    private final String seen;
    private final String why;
    private final String solution;
    private final @Nullable Consumer<SimulatedCluster> repair;

    Lesson(String trouble, String seen, String why, String solution, @Nullable Consumer<SimulatedCluster> repair) {
        this.trouble = trouble;
        this.seen = seen;
        this.why = why;
        this.solution = solution;
        this.repair = repair;
    }

    /**
     * The lesson of that name.
     *
     * @throws CliException where there is none
     */
    public static Lesson named(String name) {
        return Arrays.stream(values())
                .filter(lesson -> lesson.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> CliException.usage("there is no lesson '" + name + "': "
                        + Arrays.stream(values()).map(Lesson::toString).collect(Collectors.joining(", "))));
    }

    /** Its cluster. */
    public ClusterId cluster() {
        return ClusterId.of(toString());
    }

    /** What is wrong, a sentence. */
    public String trouble() {
        return trouble;
    }

    /** What a person sees, what tells why, and what solves it. */
    public List<String> lines() {
        return List.of("trouble   " + trouble, "you see   " + seen, "why       " + why, "solved by " + solution);
    }

    /** Whether something outside of calico-fleet has to be mended. */
    public boolean canBeRepaired() {
        return repair != null;
    }

    void repair(SimulatedCluster cluster) {
        Consumer<SimulatedCluster> mend = repair;
        if (mend != null) {
            mend.accept(cluster);
        }
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
