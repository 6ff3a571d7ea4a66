package io.calicofleet.executor.step.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.FieldWriter;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.event.StepKind;
import io.calicofleet.event.WorkloadImage;
import io.calicofleet.executor.core.detect.InstalledImages;
import io.calicofleet.executor.core.helm.HelmCall;
import io.calicofleet.executor.core.helm.HelmChart;
import io.calicofleet.executor.core.helm.HelmRelease;
import io.calicofleet.executor.core.owner.FieldWriters;
import io.calicofleet.executor.core.plan.PlanMark;
import io.calicofleet.executor.port.AroundStep;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.port.StepContext;
import io.calicofleet.executor.port.StepHandler;
import io.calicofleet.executor.port.StepOutcome;
import io.calicofleet.model.Json;
import io.calicofleet.model.image.ImageReference;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A step of an upgrade, unless somebody else has changed the version of Calico since the cluster was inspected: then it is held before it does
 * anything, with who did it. What was decided on the cluster as it was is not done to another.
 *
 * <pre>
 *   the image that says which release is installed    last written by us, or by a Helm of ours    we have
 *                                                      as inspected, and not put back              nobody has
 *                                                      else                                        somebody has
 * </pre>
 *
 * <p>API servers before v1.18 need not tell who writes; there a mark of our plan beside the version of the target says that it was us. What comes
 * after this look, and before the step writes, the step itself finds: it writes over nothing that changed since it was read.
 */
public final class SecondUpgrader extends AroundStep {

    /** What comes after the step that upgrades. */
    private static final Set<StepKind> AFTERWARDS = EnumSet.of(
            StepKind.UPGRADE_APPLICATION_LAYER_POLICY,
            StepKind.REPLACE_CALICOCTL,
            StepKind.REVIEW_HOST_ENDPOINT_TRAFFIC,
            StepKind.MIGRATE_TO_AUTO_HOST_ENDPOINTS,
            StepKind.RELEASE_HOST_ENDPOINTS);

    public SecondUpgrader(StepHandler step) {
        super(step);
    }

    @Override
    public StepOutcome run(StepContext context) {
        List<String> changed = context.parameters().installed().stream()
                .flatMap(installed -> changed(context, installed).stream())
                .toList();
        return changed.isEmpty()
                ? step.run(context)
                : new StepOutcome.Held(HoldReason.SECOND_UPGRADER, List.of(), changed);
    }

    /** What somebody else made of an image; empty where it is as it was, or became so by us. What is gone the step will miss. */
    private Optional<String> changed(StepContext context, WorkloadImage installed) {
        ObjectNode workload = context.cluster().find(ref(installed)).orElse(null);
        if (workload == null) {
            return Optional.empty();
        }
        String now = InstalledImages.now(workload, installed.container()).orElse(installed.image());
        Optional<FieldWriter> writer = FieldWriters.last(
                workload, List.of("spec.template.spec.containers[" + installed.container() + "].image"));
        boolean asInspected = version(now).equals(version(installed.image()));
        boolean ours = writer.map(FieldWriter::manager)
                .map(FieldWriter.OURS::equals)
                .orElseGet(() -> asInspected || (PlanMark.of(workload).isPresent() && isTargets(context, now)));
        if (ours || (asInspected ? !isPutBack(context, workload, now) : isOfOurRevision(context, now))) {
            return Optional.empty();
        }
        String from = asInspected
                ? "to " + context.parameters().target() + " and back"
                : "from " + version(installed.image());
        return Optional.of(installed.object() + " went " + from + " to " + version(now)
                + " since it was inspected, written by "
                + writer.map(FieldWriter::toString).orElse("somebody the API server does not name"));
    }

    /** Whether we had brought the target's image before this step, and it is that of before again. An operator's image tells no version. */
    private boolean isPutBack(StepContext context, ObjectNode workload, String now) {
        return AFTERWARDS.contains(kind())
                && context.parameters().installMethod() != InstallMethod.OPERATOR
                && context.parameters().installMethod() != InstallMethod.HELM
                && !isTargets(context, now)
                && Json.text(workload.at("/metadata/annotations"), PlanMark.RELEASE)
                        .startsWith(context.parameters().target() + "/");
    }

    /** An operator's image has a number of its own, which tells nothing. */
    private static boolean isTargets(StepContext context, String image) {
        var target = context.parameters().targetImages() == null
                ? context.parameters().target()
                : context.parameters().targetImages();
        return context.parameters().installMethod() == InstallMethod.OPERATOR
                || (target != null && version(image).equals(target.toString()));
    }

    /** Helm writes as whoever it likes to be, and keeps what it was called for. Whose a pending revision is the step itself looks at. */
    private static boolean isOfOurRevision(StepContext context, String image) {
        return context.parameters().installMethod() == InstallMethod.HELM
                && context.cluster().list(Kinds.CORE, "Secret", "", "owner=helm").stream()
                        .flatMap(secret -> HelmRelease.of(secret).stream())
                        .filter(release -> release.chart().equals(HelmChart.TIGERA_OPERATOR))
                        .anyMatch(release -> release.pending()
                                || (release.status().equals(HelmRelease.DEPLOYED)
                                        && release.description().startsWith(HelmCall.OURS)
                                        && release.manifest().contains(image)));
    }

    private static String version(String image) {
        ImageReference reference = ImageReference.parse(image);
        return reference.tag().isEmpty() ? image : reference.tag();
    }

    private static ResourceRef ref(WorkloadImage installed) {
        String[] words = installed.object().split("[ /]", 3);
        return new ResourceRef(Kinds.APPS, words[0], words[1], words[2]);
    }
}
