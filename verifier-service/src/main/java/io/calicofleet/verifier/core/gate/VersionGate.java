package io.calicofleet.verifier.core.gate;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.FieldWriter;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.WorkloadImage;
import io.calicofleet.event.WorkloadObservation;
import io.calicofleet.model.image.CalicoImages;
import io.calicofleet.model.image.ImageReference;
import io.calicofleet.model.image.ImageVersions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether the cluster runs the target release and stays there: ClusterInformation names it in two
 * observations in a row, made while the pods were settled, the datastore is not locked, and every image of Calico, init
 * containers too, carries its tag, or has a digest that an ImageSet of that release names.
 *
 * <p>ClusterInformation alone proves nothing: the first node that starts writes it, and an old pod that restarts writes it
 * back.
 *
 * <p>A workload that had the target's images after the step, and has others now, somebody else changes: the one is named by the
 * field manager, and a person decides. That is no failure of the upgrade, and nothing is fought over.
 */
final class VersionGate implements Gate {

    private static final int IN_A_ROW = 2;

    @Override
    public GateKind kind() {
        return GateKind.VERSION;
    }

    /**
     * Runs while the pods are settled and an operator is done, where the step has gates for them: before that the version
     * cannot come, and while one of them is missing it is that one's time that runs.
     */
    @Override
    public @Nullable Duration deadline(GateRequirement requirement, Evidence evidence) {
        return evidence.history().settling().after(requirement.deadline());
    }

    @Override
    public GateVerdict look(GateRequirement requirement, Evidence evidence, Duration now) {
        CalicoVersion target = evidence.target();
        if (target == null) {
            return new GateVerdict.Failed("The step names no target release to compare with.", List.of());
        }
        return Basics.judge(evidence, latest -> look(latest, evidence, target));
    }

    private static GateVerdict look(ClusterObservation latest, Evidence evidence, CalicoVersion target) {
        List<String> missing = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        CalicoVersion version = latest.clusterInformationVersion();
        lines.add("ClusterInformation: " + (version == null ? "no version" : version) + ", datastore "
                + datastore(latest.datastoreReady()));
        if (!target.equals(version)) {
            missing.add("ClusterInformation at " + target + ", it names " + (version == null ? "none" : version));
        } else if (evidence.history().atTarget() < IN_A_ROW) {
            missing.add(
                    evidence.history().atTarget() == 0
                            ? "settled pods while ClusterInformation names " + target
                            : "a second observation in a row of ClusterInformation at " + target);
        }
        if (Boolean.FALSE.equals(latest.datastoreReady())) {
            missing.add("the datastore unlocked: ClusterInformation says datastoreReady false");
        }
        images(latest, target, missing, lines);
        List<String> changed = changed(latest, evidence, target);
        if (!changed.isEmpty()) {
            return new GateVerdict.Contested(
                    "Somebody else changes the version: " + String.join("; ", changed)
                            + ". That is not fought: have them stop, then retry, which goes on from what is there then.",
                    lines);
        }
        return missing.isEmpty()
                ? GateVerdict.Passed.because("The cluster runs " + target + " and stays there.", lines)
                : GateVerdict.NotYet.missing(missing, lines);
    }

    private static List<String> changed(ClusterObservation latest, Evidence evidence, CalicoVersion target) {
        ImageVersions versions = ImageVersions.of(latest);
        ReleaseImages release = new ReleaseImages(latest.releaseImages());
        List<String> changed = new ArrayList<>();
        for (WorkloadObservation workload : latest.workloads()) {
            boolean had = evidence.history().brought().contains(workload.object());
            if (!versions.templateIsOf(workload, target) && (had || isWrittenSince(workload, release, evidence))) {
                changed.add(workload.object() + (had ? " had " + target + " and has " : " has ")
                        + CalicoImages.ofTemplate(workload).stream()
                                .filter(image -> !versions.isOf(image, target))
                                .distinct()
                                .collect(Collectors.joining(", "))
                        + " now, written by " + Basics.writer(workload));
            }
        }
        return changed;
    }

    /** Whether somebody else wrote images of a manifest's workload after the step was asked for, which left those of the target there. */
    private static boolean isWrittenSince(WorkloadObservation workload, ReleaseImages release, Evidence evidence) {
        FieldWriter writer = workload.lastWriter();
        return Basics.writtenByOthers(workload)
                && writer != null
                && writer.at() != null
                && writer.at().isAfter(evidence.requestedAt())
                && release.isKnown()
                && workload.templateImages().stream().anyMatch(image -> release.has(image.container()));
    }

    /**
     * Which images count: those of Calico in the containers of the release. What an older Calico left in others, and what
     * people run beside or in place of it, is named and not waited for.
     */
    private static void images(
            ClusterObservation latest, CalicoVersion target, List<String> missing, List<String> lines) {
        Map<String, List<String>> seen = new TreeMap<>();
        Map<String, List<String>> others = new TreeMap<>();
        ReleaseImages release = new ReleaseImages(latest.releaseImages());
        ImageVersions versions = ImageVersions.of(latest);
        for (WorkloadObservation workload : latest.workloads()) {
            Stream.concat(
                            workload.templateImages().stream(),
                            workload.podImages().stream().filter(image -> image.pods() > 0))
                    .forEach(image -> {
                        boolean calico = CalicoImages.isCalico(image.container(), image.image());
                        // People may call a container otherwise.
                        String line = calico && (release.has(image.container()) || versions.isOf(image.image(), target))
                                ? image.image()
                                : calico
                                        ? image.image() + ", left over from Calico and not of this release,"
                                        : release.instead(image.container(), image.image());
                        if (!line.isEmpty()) {
                            add(line.equals(image.image()) ? seen : others, line, workload.object());
                        }
                    });
        }
        latest.workloads().stream()
                .filter(workload -> Basics.writtenByOthers(workload) && !versions.templateIsOf(workload, target))
                .forEach(workload -> lines.add(workload.object() + " was last written by " + Basics.writer(workload)));
        if (seen.isEmpty()) {
            missing.add("any image of Calico in its workloads");
        }
        seen.forEach((image, workloads) -> {
            String line = image
                    + versions.told(image)
                            .map(set -> ", by ImageSet " + set + ",")
                            .orElse("") + " in "
                    + String.join(", ", workloads);
            lines.add(line);
            if (!versions.isOf(image, target)) {
                missing.add((ImageReference.parse(image).tag().isEmpty()
                                        && !ImageReference.parse(image).digest().isEmpty()
                                ? "an image that an ImageSet says is of "
                                : "the tag ")
                        + target + " instead of " + line);
            }
        });
        others.forEach((image, workloads) -> lines.add(image + " in " + String.join(", ", workloads)));
    }

    private static void add(Map<String, List<String>> images, String line, String workload) {
        List<String> workloads = images.computeIfAbsent(line, key -> new ArrayList<>());
        if (!workloads.contains(workload)) {
            workloads.add(workload);
        }
    }

    /** What the file of the target says; without it every container counts. */
    private record ReleaseImages(@Nullable List<WorkloadImage> images) {

        boolean isKnown() {
            return images != null;
        }

        boolean has(String container) {
            return images == null
                    || images.stream().anyMatch(image -> image.container().equals(container));
        }

        /** What runs in a container of the release in place of what the release has there; empty where nothing does. */
        String instead(String container, String image) {
            return images == null
                    ? ""
                    : images.stream()
                            .filter(released -> released.container().equals(container))
                            .map(WorkloadImage::image)
                            .filter(released -> !ImageReference.parse(released)
                                    .version()
                                    .equals(ImageReference.parse(image).version()))
                            .findFirst()
                            .map(released -> image + ", where the release has " + released + ",")
                            .orElse("");
        }
    }

    private static String datastore(@Nullable Boolean ready) {
        return ready == null ? "says nothing of being ready" : ready ? "ready" : "locked";
    }
}
