package io.calicofleet.planner.core.catalogue;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.InstallMethod;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that goes wrong, or changes, on the way from some releases to others.
 *
 * @param id short and unique
 * @param severity whether the upgrade is refused
 * @param source the releases it starts from
 * @param target the releases it goes to
 * @param kubernetes the Kubernetes it happens on
 * @param kernelBefore it happens where a node has an older kernel than this; null: whatever the kernel
 * @param installMethods the installs it happens to; empty: all
 * @param when what else has to be so, all of it
 * @param noWayBack whether a restore cannot be promised once it has happened
 * @param sentence what goes wrong
 * @param instead what to do about it
 */
public record Hazard(
        String id,
        Severity severity,
        VersionRange source,
        VersionRange target,
        KubernetesRange kubernetes,
        @Nullable KernelVersion kernelBefore,
        List<InstallMethod> installMethods,
        List<Condition> when,
        boolean noWayBack,
        String sentence,
        String instead) {

    private static final int SEEN = 10;

    public Hazard {
        requireNonNull(id, "id");
        requireNonNull(severity, "severity");
        requireNonNull(source, "source");
        requireNonNull(target, "target");
        requireNonNull(kubernetes, "kubernetes");
        requireNonNull(sentence, "sentence");
        requireNonNull(instead, "instead");
        installMethods = List.copyOf(installMethods);
        when = List.copyOf(when);
    }

    /** Whether it applies to the upgrade of a cluster with these facts. */
    public boolean appliesTo(CalicoVersion from, CalicoVersion to, ClusterFacts facts) {
        return source.contains(from)
                && target.contains(to)
                && (installMethods.isEmpty() || installMethods.contains(facts.installMethod()))
                && KubernetesVersion.tryParse(facts.kubernetesVersion())
                        .map(kubernetes::contains)
                        .orElse(kubernetes.equals(KubernetesRange.ALL))
                && (kernelBefore == null || !olderKernels(facts).isEmpty())
                && when.stream().allMatch(condition -> condition.holds(facts));
    }

    /** Both sentences, and what of the cluster it is about. */
    public String text(ClusterFacts facts) {
        List<String> seen = new ArrayList<>(olderKernels(facts));
        when.forEach(condition -> seen.addAll(condition.evidence(facts)));
        return sentence + (seen.isEmpty() ? " " : " Seen: " + shortened(seen) + ". ") + instead;
    }

    private List<String> olderKernels(ClusterFacts facts) {
        return facts.platform() == null || kernelBefore == null
                ? List.of()
                : facts.platform().kernels().stream()
                        .filter(kernel -> KernelVersion.tryParse(kernel)
                                .filter(version -> version.isBefore(kernelBefore))
                                .isPresent())
                        .toList();
    }

    private static String shortened(List<String> seen) {
        String first = String.join(", ", seen.subList(0, Math.min(SEEN, seen.size())));
        return seen.size() <= SEEN ? first : first + " and " + (seen.size() - SEEN) + " more";
    }
}
