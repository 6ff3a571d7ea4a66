package io.calicofleet.executor.step.helm;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.calicofleet.event.CampaignName;
import io.calicofleet.executor.core.helm.HelmHistory;
import io.calicofleet.executor.core.helm.HelmRelease;
import io.calicofleet.executor.port.ClusterApi;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.step.cluster.Edits;
import io.calicofleet.executor.step.cluster.Kinds;
import io.calicofleet.executor.yaml.Yaml;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a campaign is about to do by Helm, kept in the cluster before it is done. A Helm that is stopped in the middle
 * leaves a revision pending, and every later Helm refuses to go on; this record tells whether it was ours, so that it may
 * be removed: Helm then goes on from the revision before, and writes everything again. One of somebody else is never
 * touched: they may be at work.
 */
final class HelmAttempt {

    private static final String NAME = "helm";

    private HelmAttempt() {}

    /** Remembers the revision that is about to be made; before Helm is called. */
    static void remember(StepContext context, String namespace, String name, HelmHistory history, String version) {
        context.backups()
                .keepText(
                        context.step().campaign(),
                        NAME,
                        Yaml.write(List.of(Yaml.object(Map.of(
                                "release", secretName(namespace, name, next(history)), "chartVersion", version)))));
    }

    /**
     * Removes a revision that is pending, where one of these campaigns left it.
     *
     * @return why not, where it is somebody else's; empty where nothing is in the way (any more)
     */
    static Optional<String> clear(StepContext context, HelmHistory history, List<String> changes, CampaignName... of) {
        Optional<HelmRelease> newest = history.newest().filter(HelmRelease::pending);
        if (newest.isEmpty()) {
            return Optional.empty();
        }
        HelmRelease pending = newest.get();
        ResourceRef secret = HelmFound.secret(pending.namespace(), pending.name(), pending.revision());
        String expected = secretName(pending.namespace(), pending.name(), pending.revision());
        for (CampaignName campaign : of) {
            String kept = text(context.cluster(), campaign);
            if (kept.contains(expected) && kept.contains(pending.chartVersion())) {
                Edits.delete(context.cluster(), secret);
                changes.add(secret.object());
                return Optional.empty();
            }
        }
        return Optional.of(pending + " is " + pending.status() + ", by somebody else: wait until they are done, or, if"
                + " nobody is, end it by helm rollback " + pending.name() + " -n " + pending.namespace());
    }

    private static String text(ClusterApi cluster, CampaignName campaign) {
        ResourceRef ref =
                new ResourceRef(Kinds.CORE, "Secret", Kinds.KUBE_SYSTEM, "calico-fleet-" + NAME + "-" + campaign);
        return cluster.find(ref)
                .map(secret -> secret.path("data").path(NAME + ".yaml").asText())
                .map(data -> new String(Base64.getDecoder().decode(data), UTF_8))
                .orElse("");
    }

    private static int next(HelmHistory history) {
        return history.newest().map(HelmRelease::revision).orElse(0) + 1;
    }

    /** Ends with a full stop, so that revision 1 is not found in revision 12. */
    private static String secretName(String namespace, String name, int revision) {
        return "of " + namespace + "/" + name + " revision " + revision + ".";
    }
}
