package io.calicofleet.verifier.core.gate;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.WorkloadImage;
import io.calicofleet.model.image.CalicoImages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether no workload runs a Dikastes older than the target. Pods that no Deployment, StatefulSet or DaemonSet
 * makes anew are told, not missed: nothing restarts them but a person.
 */
final class ApplicationLayerPolicyGate implements Gate {

    private static final Set<String> RESTARTED = Set.of("Deployment", "StatefulSet", "DaemonSet");

    @Override
    public GateKind kind() {
        return GateKind.APPLICATION_LAYER_POLICY;
    }

    @Override
    public GateVerdict look(GateRequirement requirement, Evidence evidence, Duration now) {
        return Basics.judge(evidence, latest -> {
            CalicoVersion target = evidence.target();
            return target == null
                    ? new GateVerdict.Failed("The step names no target release to compare with.", List.of())
                    : look(latest, target);
        });
    }

    private static GateVerdict look(ClusterObservation latest, CalicoVersion target) {
        List<WorkloadImage> dikastes = latest.dikastes();
        if (dikastes == null) {
            return GateVerdict.NotYet.missing(List.of("any observation of the pods that run a Dikastes"), List.of());
        }
        List<String> missing = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        lines.add("with a Dikastes: "
                + dikastes.stream().map(WorkloadImage::object).distinct().count() + " workloads and pods without one");
        for (WorkloadImage image : dikastes) {
            if (!isOlder(image, target)) {
                continue;
            }
            String line = image.object() + " runs " + image.image();
            if (RESTARTED.contains(image.object().split(" ", 2)[0])) {
                missing.add("a Dikastes of " + target + ": " + line);
            } else {
                lines.add(line + " until somebody restarts it");
            }
        }
        return missing.isEmpty()
                ? GateVerdict.Passed.because("No workload runs a Dikastes older than " + target + ".", lines)
                : GateVerdict.NotYet.missing(missing, lines);
    }

    /** One whose tag tells no release is taken for an older one: that it is new is not shown. */
    private static boolean isOlder(WorkloadImage image, CalicoVersion target) {
        Optional<CalicoVersion> version = CalicoImages.version(image.image());
        return !CalicoImages.isOf(image.image(), target)
                && (version.isEmpty() || version.get().compareTo(target) < 0);
    }
}
