package io.calicofleet.planner.core.catalogue;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.InstallMethod;
import java.util.List;

/**
 * Something that goes wrong, or changes, on the way from some releases to others.
 *
 * @param id short and unique
 * @param severity whether the upgrade is refused
 * @param source the releases it starts from
 * @param target the releases it goes to
 * @param kubernetes the Kubernetes it happens on
 * @param installMethods the installs it happens to; empty: all
 * @param when what else has to be so, all of it
 * @param sentence what goes wrong
 * @param instead what to do about it
 */
public record Hazard(
        String id,
        Severity severity,
        VersionRange source,
        VersionRange target,
        KubernetesRange kubernetes,
        List<InstallMethod> installMethods,
        List<Condition> when,
        String sentence,
        String instead) {

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
                && when.stream().allMatch(condition -> condition.holds(facts));
    }

    /** Both sentences. */
    public String text() {
        return sentence + " " + instead;
    }
}
